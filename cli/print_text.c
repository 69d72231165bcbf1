/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_text.h"

#include "cli/columns.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/print_evidence.h"
#include "cli/print_lanes.h"
#include "cli/print_survey.h"
#include "core/replay/lane.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *text_int(char buf[TEXT_NUMBER], int64_t value)
{
	char digits[TEXT_NUMBER];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, value);
	int sign = value < 0, out = 0;

	for (int i = 0; i < len; i++) {
		if (i > sign && (len - i) % 3 == 0)
			buf[out++] = ',';
		buf[out++] = digits[i];
	}
	buf[out] = '\0';
	return buf;
}

const char *text_time(char buf[TEXT_NUMBER], const struct input *input, uint64_t ts_ns)
{
	if (input->source->capture->clock_unit == SHR_CLOCK_NS)
		snprintf(buf, TEXT_NUMBER, "%" PRIu64 ".%09" PRIu64, ts_ns / 1000000000,
			 ts_ns % 1000000000);
	else
		snprintf(buf, TEXT_NUMBER, "%" PRIu64, ts_ns);
	return buf;
}

static void text_span(const struct input *input, const struct shr_summary *summary)
{
	char first[TEXT_NUMBER], last[TEXT_NUMBER], span[TEXT_NUMBER];
	enum shr_clock_unit unit = input->source->capture->clock_unit;

	if (!summary->events || unit == SHR_CLOCK_NONE) {
		puts(unit == SHR_CLOCK_NONE ? "span        not known: no times"
					    : "span        no events");
		return;
	}
	printf("span        %s to %s (%s %s)\n",
	       text_time(first, input, summary->first_ns),
	       text_time(last, input, summary->last_ns),
	       text_time(span, input, summary->last_ns - summary->first_ns),
	       unit == SHR_CLOCK_NS ? "s" : "ticks");
}

static void text_loss(const struct input *input)
{
	const struct shr_capture *capture = input->source->capture;
	const char *plural = capture->lost_gaps == 1 ? "" : "s";
	char count[TEXT_NUMBER];

	if (capture->incomplete)
		puts("lost        what was behind the damage");
	else if (!capture->lost_gaps)
		puts("lost        nothing, as far as the capture says");
	else if (capture->lost_events)
		printf("lost        %s events in %" PRIu64 " gap%s\n",
		       text_int(count, (int64_t)capture->lost_events),
		       capture->lost_gaps, plural);
	else
		printf("lost        nobody knows how many events in %" PRIu64
		       " gap%s\n",
		       capture->lost_gaps, plural);
}

void text_capture(const struct input *input, const struct shr_summary *summary)
{
	const struct shr_capture *capture = input->source->capture;
	const struct shr_pair_stats *pairs = &summary->pairs;
	char starts[TEXT_NUMBER], ends[TEXT_NUMBER], other[TEXT_NUMBER];
	char context[TEXT_NUMBER];

	printf("capture     %s: %s\n", input->name, capture->format);
	printf("kernel      %.*s\n",
	       capture->kernel.len ? (int)capture->kernel.len : 12,
	       capture->kernel.len ? capture->kernel.ptr : "not recorded");
	printf("clock       %.*s%s\n",
	       capture->clock.len ? (int)capture->clock.len : 12,
	       capture->clock.len ? capture->clock.ptr : "not recorded",
	       capture->clock_unit == SHR_CLOCK_TICKS ? " (an order, not seconds)"
						      : "");
	text_span(input, summary);
	printf("events      %s starts, %s ends",
	       text_int(starts, (int64_t)pairs->starts),
	       text_int(ends, (int64_t)pairs->ends));
	if (capture->context)
		printf(", %s of context", text_int(context, (int64_t)capture->context));
	printf("; %s of other kinds passed over\n",
	       text_int(other, (int64_t)capture->skipped));
	text_loss(input);
	if (capture->malformed)
		printf("malformed   %" PRIu64 " events\n", capture->malformed);
	if (input->partial)
		puts("partial     interrupted: the capture has more");
}

static void text_candidates(const struct shr_fit *fit)
{
	if (!(fit->left & (fit->left - 1)))
		return;
	printf("; these fit %s:",
	       fit->against[fit->rules.gen->id] ? "no better" : "as well");
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		if (fit->left >> id & 1 && id != fit->rules.gen->id)
			printf(" %s", shr_generation_get(id)->name);
}

void text_generation(const struct input *input, const struct shr_fit *fit)
{
	static const char *const how[] = {
		[SHR_FIT_LAYOUT] = "by the trace layout",
		[SHR_FIT_KERNEL] = "by the kernel release",
		[SHR_FIT_VALUES] = "by the values",
		[SHR_FIT_OPTION] = "as --kernel says",
	};
	const struct shr_generation *gen = fit->rules.gen;
	const struct shr_str *kernel = &input->source->capture->kernel;

	if (!fit->layouts && !fit->forced && !fit->hint) {
		puts("generation  not known: no call to tell it by");
		return;
	}

	printf("generation  %s, %s", gen->name, how[shr_fit_source(fit)]);
	text_candidates(fit);
	if (shr_fit_kernel_agrees(fit) == 0)
		printf("; the release %.*s says otherwise", (int)kernel->len,
		       kernel->ptr);
	if (fit->against[gen->id])
		printf("; %" PRIu64 " call%s it", fit->against[gen->id],
		       fit->against[gen->id] == 1 ? " contradicts" : "s contradict");
	putchar('\n');
}

/* "1024", "1024 v" (from values), "2|4?": short enough for a column. */
static const char *text_param(char buf[TEXT_NUMBER], const struct shr_param *param)
{
	static const char *const marks[] = {
		[SHR_FROM_NOTHING] = "",  [SHR_FROM_OPTION] = "!",
		[SHR_FROM_IDENTITY] = "", [SHR_FROM_TABLE] = "",
		[SHR_FROM_VALUES] = "~",
	};

	if (param->from)
		snprintf(buf, TEXT_NUMBER, "%" PRId64 "%s", param->value,
			 marks[param->from]);
	else if (param->fit.count == 2)
		snprintf(buf, TEXT_NUMBER, "%d|%d", param->fit.values[0],
			 param->fit.values[1]);
	else
		snprintf(buf, TEXT_NUMBER, "?");
	return buf;
}

const char *text_verdicts(char buf[TEXT_VERDICTS], const struct shr_tally *tally)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		if (tally->verdicts[verdict])
			len += (size_t)snprintf(buf + len, TEXT_VERDICTS - len,
						"%s%" PRIu64 " %s", len ? ", " : "",
						tally->verdicts[verdict],
						shr_verdict_name(verdict));
	return buf;
}

/* And the name that was recorded. */
static void add_verdicts(struct columns *table, const struct shr_instance *instance)
{
	char text[TEXT_VERDICTS];

	text_verdicts(text, &instance->tally);
	columns_add(table, "%s%s%.*s", text, instance->name.len ? "  " : "",
		    (int)instance->name.len, instance->name.ptr);
}

static void add_instance(struct columns *table, const struct shr_instance *instance)
{
	const struct shr_tally *tally = &instance->tally;
	const int64_t sums[] = { tally->planned, tally->scanned_predicted,
				 tally->scanned_observed, tally->freed,
				 tally->deferred_max };
	char text[TEXT_NUMBER];

	columns_add(table, "%s", instance->label);
	columns_add(table, "%s", text_param(text, &instance->batch));
	columns_add(table, "%s", text_param(text, &instance->seeks));
	columns_add(table, "%" PRIu32, instance->lanes);
	columns_add(table, "%s", text_int(text, (int64_t)tally->calls));
	for (size_t i = 0; i < sizeof(sums) / sizeof(*sums); i++)
		columns_add(table, "%s", text_int(text, sums[i]));
	columns_add(table, "%s", text_int(text, (int64_t)tally->refusals));
	add_verdicts(table, instance);
}

static bool is_from(const struct shr_instance *instance, enum shr_from from)
{
	return instance->batch.from == from || instance->seeks.from == from;
}

/* What the marks in the table mean. */
static void text_legend(const struct shr_summary *summary)
{
	bool inferred = false, set = false;

	for (size_t i = 0; i < summary->instance_count; i++) {
		inferred |= is_from(summary->instances[i], SHR_FROM_VALUES);
		set |= is_from(summary->instances[i], SHR_FROM_OPTION);
	}
	if (inferred)
		puts("~ inferred from the values of this capture");
	if (set)
		puts("! as --set says");
}

static const char *const heads[] = {
	"shrinker",  "batch",	"seeks", "lanes",	 "calls",   "planned",
	"predicted", "scanned", "freed", "max deferred", "refused", "verdicts"
};

enum { HEADS = sizeof(heads) / sizeof(*heads), LANES = 3, REFUSED = 10 };

bool text_table(const struct output *out, const struct shr_summary *summary)
{
	struct columns table;

	columns_open(&table, HEADS, 1u << 0 | 1u << (HEADS - 1));
	table.optional = 1u << LANES | 1u << REFUSED;
	for (size_t i = 0; i < HEADS; i++)
		columns_add(&table, "%s", heads[i]);
	for (size_t i = 0; i < summary->instance_count; i++)
		if (summary->instances[i]->tally.calls)
			add_instance(&table, summary->instances[i]);
	bool printed = columns_print(&table, out);

	columns_close(&table);
	return printed;
}

/* A source that values contradict is worth a line of its own. */
static void text_contradictions(const struct shr_summary *summary)
{
	for (size_t i = 0; i < summary->instance_count; i++) {
		const struct shr_instance *instance = summary->instances[i];
		const struct shr_param *params[] = { &instance->batch,
						     &instance->seeks };

		for (int p = 0; p < 2; p++) {
			if (!params[p]->contradicted)
				continue;
			printf("note: %s: %" PRIu64 " call%s not fit %s %" PRId64
			       " from %s",
			       instance->label, params[p]->contradicted,
			       params[p]->contradicted == 1 ? " does" : "s do",
			       p ? "seeks" : "batch", params[p]->value,
			       shr_from_name(params[p]->from));
			if (params[p]->fit.count == 1)
				printf("; what fits is %d", params[p]->fit.values[0]);
			putchar('\n');
		}
	}
}

static void text_orphans(const struct shr_pair_stats *pairs)
{
	uint64_t starts = pairs->orphan_starts, ends = pairs->orphan_ends;

	if (!starts && !ends)
		return;
	printf("note: ");
	if (starts)
		printf("%" PRIu64 " start%s no end", starts,
		       starts == 1 ? " has" : "s have");
	if (ends)
		printf("%s%" PRIu64 " end%s no start", starts ? ", " : "", ends,
		       ends == 1 ? " has" : "s have");
	puts(starts + ends == 1 ? ": it is not counted as a call"
				: ": they are not counted as calls");
}

/* To two decimals; but 100.00 % is all of them and no call less. */
static const char *percent(char buf[TEXT_NUMBER], uint64_t part, uint64_t whole)
{
	unsigned hundredths = (unsigned)((long double)part * 10000 / whole + 0.5L);

	if (hundredths == 10000 && part < whole)
		hundredths--;
	snprintf(buf, TEXT_NUMBER, "%u.%02u", hundredths / 100, hundredths % 100);
	return buf;
}

/* Where the unexplained ones can be looked at. */
static const char *where_to_look(const struct input *input, uint64_t bad)
{
	if (input->live)
		return "shown above";
	return bad == 1 ? "'shrinkctl diff' shows it" : "'shrinkctl diff' shows them";
}

static void text_sentence(const struct output *out, const struct input *input,
			  const struct shr_summary *summary)
{
	const struct shr_pair_stats *pairs = &summary->pairs;
	const struct shr_tally *all = &summary->all;
	uint64_t bad = all->verdicts[SHR_UNEXPLAINED];
	uint64_t exact = all->verdicts[SHR_EXACT];
	uint64_t explained = all->calls - exact - bad;
	char calls[TEXT_NUMBER], as_said[TEXT_NUMBER], not [TEXT_NUMBER];
	char share[TEXT_NUMBER];

	if (!all->calls) {
		puts(pairs->ends > pairs->orphan_ends
			     ? "\nNo call passes the filter."
			     : "\nThere are no calls to judge.");
		return;
	}
	printf("\nOf %s calls %s%s (%s %%) did exactly what the algorithm of %s "
	       "predicts%s",
	       text_int(calls, (int64_t)all->calls), out->good,
	       text_int(as_said, (int64_t)exact), percent(share, exact, all->calls),
	       summary->fit->rules.gen->name, out->plain);
	if (explained)
		printf(", %s %s explained", text_int(as_said, (int64_t)explained),
		       explained == 1 ? "is" : "are");
	if (bad)
		printf(" and %s%s %s unexplained%s: %s.\n", out->bad,
		       text_int(not, (int64_t)bad), bad == 1 ? "is" : "are", out->plain,
		       where_to_look(input, bad));
	else
		puts(" and none is unexplained.");
}

bool text_summary(const struct output *out, const struct input *input,
		  const struct shr_summary *summary, const struct survey *survey)
{
	bool printed = true;

	text_capture(input, summary);
	text_generation(input, summary->fit);
	if (summary->all.calls) {
		putchar('\n');
		printed = text_table(out, summary);
		text_legend(summary);
	}
	text_contradictions(summary);
	text_orphans(&summary->pairs);
	text_followed(survey, summary);
	text_ended_lanes(input, summary);
	text_sentence(out, input, summary);
	text_explained(survey);
	return printed;
}

void text_task(const struct input *input, int32_t pid, uint32_t comm, uint32_t has,
	       uint32_t cpu)
{
	struct shr_str name = input->source->comm(input->source, pid, comm);

	/* As the kernel prints a task whose name it did not keep. */
	if (!name.len)
		name = (struct shr_str){ "<...>", 5 };
	if (has & SHR_HAS_PID)
		printf("%.*s-%d ", (int)name.len, name.ptr, pid);
	if (has & SHR_HAS_CPU)
		printf("[%03u] ", cpu);
}

/* " lane 3 memcg 120 /a/b", as far as known; "~lane 3" where that is inferred. */
static void text_memcg(const struct input *input, const struct shr_call *call)
{
	uint32_t path = call->lane ? call->lane->path : 0;
	struct shr_str text = input->source->text(input->source, path);

	if (call->lane)
		printf(" %slane %" PRIu32,
		       call->memcg_from == SHR_MEMCG_INFERRED ? "~" : "",
		       call->lane->number);
	if (call->cgroup)
		printf(" memcg %" PRIu64, call->cgroup);
	if (text.len)
		printf(" %.*s", (int)text.len, text.ptr);
}

/* "context memcg", or with the mark of what is inferred. */
static void text_context(const struct input *input, const struct shr_call *call)
{
	bool recorded;
	const char *name = context_of(input, call, &recorded);

	if (name)
		printf(" context %s%s", recorded ? "" : "~", name);
}

static void text_head(const struct input *input, const struct shr_call *call)
{
	char time[TEXT_NUMBER], gfp[256];

	printf("%s ", text_time(time, input, call->start_ns));
	text_task(input, call->pid, call->comm, call->has, call->cpu);
	printf("%s", call->instance->label);
	if (call->has & SHR_HAS_NID)
		printf(" nid %d", call->nid);
	text_memcg(input, call);
	if (call->has & SHR_HAS_PRIORITY)
		printf(" priority %d", call->start.priority);
	input->source->gfp(input->source, &call->start, call->has & SHR_HAS_GFP, gfp,
			   sizeof(gfp));
	if (*gfp)
		printf(" %s", gfp);
	text_context(input, call);
}

static void text_amount(const struct shr_amounts *amounts, unsigned amount)
{
	if (!shr_amounts_has(amounts, amount))
		printf("%s ?", shr_amount_name(amount));
	else if (amount == SHR_DELTA)
		printf("%s %" PRIu64, shr_amount_name(amount),
		       (uint64_t)amounts->value[amount]);
	else
		printf("%s %" PRId64, shr_amount_name(amount), amounts->value[amount]);
}

static const char *verdict_color(const struct output *out, enum shr_verdict verdict)
{
	if (verdict == SHR_UNEXPLAINED)
		return out->bad;
	return verdict == SHR_EXACT ? out->good : out->bold;
}

void text_call(const struct output *out, const struct input *input,
	       const struct shr_call *call)
{
	printf("#%" PRIu64 " ", call->n);
	text_head(input, call);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		printf(amount ? ", " : ": ");
		text_amount(&call->observed, amount);
	}
	printf("; %s%s%s", verdict_color(out, call->verdict),
	       shr_verdict_name(call->verdict), out->plain);
	text_evidence(input, call);
	putchar('\n');
}

void text_hunk(const struct output *out, const struct input *input,
	       const struct shr_call *call)
{
	printf("%s@@ call %" PRIu64 ": ", out->bold, call->n);
	text_head(input, call);
	printf(" @@%s\n", out->plain);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		if (call->differ >> amount & 1) {
			printf("%s-", out->bad);
			text_amount(&call->predicted, amount);
			printf("%s\n%s+", out->plain, out->good);
			text_amount(&call->observed, amount);
			printf("%s\n", out->plain);
			continue;
		}
		putchar(' ');
		text_amount(&call->observed, amount);
		putchar('\n');
	}
	printf(" %s%s%s", verdict_color(out, call->verdict),
	       shr_verdict_name(call->verdict), out->plain);
	text_evidence(input, call);
	text_reason(call);
	putchar('\n');
}
