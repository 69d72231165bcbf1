/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_loss.h"

#include "parsers/text_cursor.h"
#include "parsers/text_prefix.h"

#include <string.h>

static bool take_count(struct shr_text_cursor *cur, struct shr_text_loss *loss)
{
	if (shr_text_take_number(cur, 0, UINT64_MAX, &loss->count) != SHR_NUMBER_OK)
		return false;
	loss->has |= SHR_HAS_COUNT;
	return true;
}

static bool take_cpu(struct shr_text_cursor *cur, struct shr_text_loss *loss)
{
	uint64_t cpu;

	if (shr_text_take_number(cur, 0, UINT16_MAX, &cpu) != SHR_NUMBER_OK)
		return false;
	loss->cpu = (uint32_t)cpu;
	loss->has |= SHR_HAS_CPU;
	return true;
}

/* "CPU:0 [LOST 53 EVENTS]", "CPU:1 [3180 EVENTS DROPPED]", both also without count. */
static bool parse_mark(struct shr_text_cursor cur, struct shr_text_loss *loss)
{
	if (!shr_text_take_literal(&cur, "CPU:") || !take_cpu(&cur, loss) ||
	    !shr_text_take_literal(&cur, " ["))
		return false;
	if (shr_text_take_literal(&cur, "LOST ")) {
		if (take_count(&cur, loss) && !shr_text_take_literal(&cur, " "))
			return false;
		return shr_text_take_literal(&cur, "EVENTS]");
	}
	if (take_count(&cur, loss) && !shr_text_take_literal(&cur, " "))
		return false;
	return shr_text_take_literal(&cur, "EVENTS DROPPED]");
}

/* An instance's name may be in front of the mark. */
static bool find_mark(struct shr_text_cursor cur, struct shr_text_loss *loss)
{
	size_t size = (size_t)(cur.end - cur.pos);
	const char *found = memmem(cur.pos, size, "CPU:", 4);

	if (!found || (found > cur.pos && !shr_text_is_blank(found[-1])))
		return false;
	cur.pos = found;
	return parse_mark(cur, loss);
}

/* The kernel kept fewer entries than were written: the oldest are gone. */
static bool parse_overrun(struct shr_text_cursor *cur, struct shr_text_loss *loss)
{
	uint64_t kept, written;

	shr_text_skip_blanks(cur);
	if (shr_text_take_number(cur, 0, UINT64_MAX, &kept) != SHR_NUMBER_OK ||
	    !shr_text_take_literal(cur, "/") ||
	    shr_text_take_number(cur, 0, UINT64_MAX, &written) != SHR_NUMBER_OK ||
	    written <= kept)
		return false;
	loss->count = written - kept;
	loss->has |= SHR_HAS_COUNT;
	return true;
}

static bool parse_comment(struct shr_text_cursor cur, struct shr_text_loss *loss)
{
	if (shr_text_take_literal(&cur, "##### CPU "))
		return take_cpu(&cur, loss) &&
		       shr_text_take_literal(&cur, " buffer started");
	return shr_text_take_literal(&cur, "# entries-in-buffer/entries-written:") &&
	       parse_overrun(&cur, loss);
}

/* perf trace, and bpftrace. */
static bool parse_lost_events(struct shr_text_cursor cur, struct shr_text_loss *loss)
{
	if (!shr_text_take_literal(&cur, "LOST ") &&
	    !shr_text_take_literal(&cur, "Lost "))
		return false;
	return take_count(&cur, loss) && shr_text_take_literal(&cur, " events");
}

bool shr_text_loss_parse(struct shr_str line, struct shr_text_loss *loss)
{
	struct shr_text_cursor cur = { line.ptr, line.ptr + line.len, NULL };

	while (cur.pos < cur.end && (*cur.pos == '>' || shr_text_is_blank(*cur.pos)))
		cur.pos++;
	*loss = (struct shr_text_loss){ 0 };
	if (cur.pos == cur.end)
		return false;
	if (*cur.pos == '#')
		return parse_comment(cur, loss);
	if (cur.end[-1] == ']')
		return find_mark(cur, loss);
	return *cur.pos == 'L' && parse_lost_events(cur, loss);
}

void shr_text_loss_parse_perf(struct shr_str text, struct shr_text_loss *loss)
{
	const char *found = memmem(text.ptr, text.len, " lost ", 6);
	struct shr_text_cursor cur = { found ? found + 6 : NULL, text.ptr + text.len,
				       NULL };

	*loss = (struct shr_text_loss){ 0 };
	if (found)
		take_count(&cur, loss);
}

static void make_event(const struct shr_text_losses *losses,
		       const struct shr_text_loss *loss, struct shr_event *event)
{
	*event = (struct shr_event){
		.kind = SHR_LOST,
		.has = loss->has | (losses->timed ? SHR_HAS_TIME : 0),
		.ts_ns = losses->last_ns,
		.cpu = loss->cpu,
		.lost = { .count = loss->count, .from_ns = loss->from_ns },
	};
}

static void remove_first(struct shr_text_losses *losses, size_t count)
{
	losses->count -= count;
	memmove(losses->held, losses->held + count,
		losses->count * sizeof(*losses->held));
}

static bool same_gap(const struct shr_text_loss *a, const struct shr_text_loss *b)
{
	return (a->has & SHR_HAS_CPU) == (b->has & SHR_HAS_CPU) && a->cpu == b->cpu;
}

static void merge(struct shr_text_loss *loss, const struct shr_text_loss *more)
{
	if (!(more->has & SHR_HAS_COUNT) ||
	    __builtin_add_overflow(loss->count, more->count, &loss->count))
		loss->has &= ~(uint32_t)SHR_HAS_COUNT;
	if (!(loss->has & SHR_HAS_COUNT))
		loss->count = 0;
}

bool shr_text_losses_hold(struct shr_text_losses *losses,
			  const struct shr_text_loss *loss, struct shr_event *event)
{
	bool full;

	for (size_t i = 0; i < losses->count; i++) {
		if (same_gap(&losses->held[i], loss)) {
			merge(&losses->held[i], loss);
			return false;
		}
	}
	full = losses->count == SHR_TEXT_LOSSES;
	if (full) {
		make_event(losses, &losses->held[0], event);
		remove_first(losses, 1);
	}

	struct shr_text_loss *held = &losses->held[losses->count++];

	*held = *loss;
	if (!(loss->has & SHR_HAS_CPU))
		held->from_ns = losses->last_ns;
	else if (loss->cpu < SHR_TEXT_CPUS)
		held->from_ns = losses->cpu_ns[loss->cpu];
	return full;
}

static void remember(struct shr_text_losses *losses,
		     const struct shr_text_prefix *prefix)
{
	if (!(prefix->has & SHR_HAS_TIME))
		return;
	losses->timed = true;
	losses->last_ns = prefix->ts;
	if (prefix->has & SHR_HAS_CPU && prefix->cpu < SHR_TEXT_CPUS)
		losses->cpu_ns[prefix->cpu] = prefix->ts;
}

static bool ends(const struct shr_text_loss *loss, const struct shr_text_prefix *prefix)
{
	return !(loss->has & prefix->has & SHR_HAS_CPU) || loss->cpu == prefix->cpu;
}

size_t shr_text_losses_end(struct shr_text_losses *losses,
			   const struct shr_text_prefix *prefix,
			   struct shr_event *events)
{
	size_t made = 0, kept = 0;

	remember(losses, prefix);
	for (size_t i = 0; i < losses->count; i++) {
		if (ends(&losses->held[i], prefix))
			make_event(losses, &losses->held[i], &events[made++]);
		else
			losses->held[kept++] = losses->held[i];
	}
	losses->count = kept;
	return made;
}

size_t shr_text_losses_flush(struct shr_text_losses *losses, struct shr_event *events)
{
	size_t made = losses->count;

	for (size_t i = 0; i < made; i++)
		make_event(losses, &losses->held[i], &events[i]);
	losses->count = 0;
	return made;
}
