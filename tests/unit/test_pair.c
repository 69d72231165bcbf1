/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events are written as words, and so are the steps that come out.
 *
 *   1a(      task 1 starts a call on shrinker a.  Behind it may stand ^0 for the
 *            priority (else 12), =7 for the deferred count, @1 for the CPU.
 *   1a)      its end, with =7 and @1 as above
 *   1a!5     a probe tells of shrinker a in task 1: its batch is 5
 *   ?a(      the same without a task
 *   ~  %     events were lost; an event was malformed
 *
 *   +1 -1    start and end of the first call that was started
 *   +1?      a start that is handed out before its end is known
 *   x1       a start whose end will not come; /1 the same, said later
 *   ~        a gap
 *   |        no more events: what follows had to wait for that
 */
#include "core/replay/pair.h"

#include "core/err.h"
#include "tests/unit/machine.h"

enum { SHOWN = 400, CALLS_MAX = 64 };

struct session {
	struct shr_pair *pair;
	uint64_t now_ns;
	int64_t started; /* calls, and the mark in their `freeable` */
	char shown[SHOWN];
	size_t len;
	struct shr_call calls[CALLS_MAX]; /* as they were when their step came */
	struct shr_gap gap;
	struct shr_pair_stats stats;
};

__attribute__((format(printf, 2, 3))) static void show(struct session *session,
						       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int len =
		vsnprintf(session->shown + session->len, SHOWN - session->len, fmt, ap);
	va_end(ap);
	session->len += (size_t)len;
	assert_true(session->len < SHOWN);
}

static void take_steps(struct session *session)
{
	struct shr_step *step;

	while ((step = shr_pair_next(session->pair))) {
		const char *space = session->len ? " " : "";
		struct shr_call *call = step->call;
		int n = (int)call->start.freeable;

		switch (step->kind) {
		case SHR_STEP_START:
			show(session, "%s%c%d%s", space, call->orphan ? 'x' : '+', n,
			     call->orphan || call->ended ? "" : "?");
			session->calls[n] = *call;
			if (call->orphan)
				shr_pair_drop(session->pair, call);
			break;
		case SHR_STEP_END:
			show(session, "%s-%d", space, n);
			session->calls[n] = *call;
			shr_pair_drop(session->pair, call);
			break;
		case SHR_STEP_GAP:
			show(session, "%s~", space);
			session->gap = call->gap;
			shr_pair_drop(session->pair, call);
			break;
		case SHR_STEP_CGROUP:
			show(session, "%sc", space);
			shr_pair_drop(session->pair, call);
			break;
		case SHR_STEP_STRAY:
			show(session, "%s_", space);
			shr_pair_drop(session->pair, call);
			break;
		case SHR_STEP_ABANDON:
			show(session, "%s/%d", space, n);
			shr_pair_drop(session->pair, call);
			break;
		}
		shr_pair_take(session->pair);
	}
}

static void feed(struct session *session, const struct shr_event *event)
{
	struct shr_err err;

	assert_int_equal(shr_pair_event(session->pair, event, &err), 0);
	take_steps(session);
}

/* The options behind a word: ^priority, =deferred, @cpu. */
static void take_options(const char *at, struct shr_event *event)
{
	for (; *at && *at != ' '; at++) {
		int64_t value = strtoll(at + 1, NULL, 10);

		if (*at == '^')
			event->start.priority = (int16_t)value;
		if (*at == '=' && event->kind == SHR_START)
			event->start.deferred = value;
		if (*at == '=' && event->kind == SHR_END)
			event->end.deferred = value;
		if (*at == '@')
			event->cpu = (uint32_t)value;
	}
}

static struct shr_event event_of(struct session *session, const char *word)
{
	struct shr_event event = { .ts_ns = session->now_ns += 10,
				   .has = SHR_HAS_TIME | SHR_HAS_CPU };

	if (*word == '~' || *word == '%') {
		event.kind = *word == '~' ? SHR_LOST : SHR_MALFORMED;
		if (event.kind == SHR_LOST)
			event.lost = (struct shr_lost){ 3, event.ts_ns - 5 };
		return event;
	}
	event.has |= SHR_HAS_SHRINKER | SHR_HAS_CALLBACK | SHR_HAS_DEFERRED;
	if (*word != '?')
		event.has |= SHR_HAS_PID;
	event.pid = *word == '?' ? 0 : *word - '0';
	event.shrinker = 0xffff888000000000 + (uint64_t)(word[1] - 'a') * 0x400;
	event.callback = (uint64_t)word[1];
	event.kind = word[2] == '('   ? SHR_START
		     : word[2] == ')' ? SHR_END
				      : SHR_IDENTITY;
	if (event.kind == SHR_START) {
		event.has |= SHR_HAS_PRIORITY | SHR_HAS_FREEABLE;
		event.start.priority = 12;
		event.start.freeable = ++session->started;
	}
	if (event.kind == SHR_IDENTITY) {
		event.has |= SHR_HAS_BATCH;
		event.identity.batch = strtoll(word + 3, NULL, 10);
	}
	take_options(word + 3, &event);
	return event;
}

static void begin(struct session *session, bool blind)
{
	struct shr_err err;

	*session = (struct session){ .pair = shr_pair_new(blind, &err) };
	assert_non_null(session->pair);
}

static void feed_words(struct session *session, const char *words)
{
	while (*words) {
		struct shr_event event = event_of(session, words);

		feed(session, &event);
		words += strcspn(words, " ");
		words += strspn(words, " ");
	}
}

static void finish(struct session *session)
{
	show(session, session->len ? " |" : "|");
	shr_pair_finish(session->pair);
	take_steps(session);
	session->stats = *shr_pair_stats(session->pair);
	shr_pair_free(session->pair);
}

static void run(struct session *session, const char *words)
{
	begin(session, false);
	feed_words(session, words);
	finish(session);
}

/* What comes out for @words, and that the sums add up. */
static void check(const char *words, const char *steps)
{
	struct session session;
	uint64_t calls = 0;

	run(&session, words);
	if (strcmp(session.shown, steps) != 0)
		fail_msg("%s\n  gives    %s\n  and not  %s", words, session.shown,
			 steps);
	for (const char *at = session.shown; *at; at++)
		calls += *at == '-';
	assert_int_equal(session.stats.starts, session.started);
	assert_int_equal(session.stats.starts, calls + session.stats.orphan_starts);
	assert_int_equal(session.stats.ends, calls + session.stats.orphan_ends);
}

static void test_nothing(void **state)
{
	(void)state;
	check("", "|");
	shr_pair_free(NULL);
}

static void test_one_after_another(void **state)
{
	(void)state;
	check("1a( 1a)", "+1 -1 |");
	check("1a( 1a) 1a( 1a) 1b( 1b)", "+1 -1 +2 -2 +3 -3 |");
}

/* Steps keep the order of the events, and so a later call waits for an earlier one. */
static void test_tasks(void **state)
{
	(void)state;
	check("1a( 2a( 2a) 1a)", "+1 +2 -2 -1 |");
	check("1a( 2a( 1a) 2a)", "+1 +2 -1 -2 |");
	check("1a( 2b( 2b) 3c( 3c) 1a)", "+1 +2 -2 +3 -3 -1 |");
	check("1a( 2b( 2b)", "| x1 +2 -2");
}

/* drop_caches is no reclaim: what a callback allocates may enter that, once. */
static void test_nesting(void **state)
{
	(void)state;
	check("1a(^0 1b( 1b) 1a)", "+1 +2 -2 -1 |");
	check("1a(^0 1a( 1a) 1a)", "+1 +2 -2 -1 |");
	check("1a(^0 1b( 1b) 1c( 1c) 1a) 1a( 1a)", "+1 +2 -2 +3 -3 -1 +4 -4 |");
	/* Beside another task in the same shrinkers. */
	check("1a(^0 2a( 1b( 2a) 2b( 1b) 2b) 1a)", "+1 +2 +3 -2 +4 -3 -4 -1 |");
}

/* A task in reclaim does not enter it again: the first end is missing. */
static void test_no_nesting_in_reclaim(void **state)
{
	(void)state;
	check("1a( 1b( 1b)", "x1 +2 -2 |");
	check("1a(^1 1b(^1 1b) 1a)", "x1 +2 -2 _ |");
	check("1a(^0 1b( 1c( 1c) 1a)", "+1 x2 +3 -3 -1 |");
}

static void test_migration(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a(@0 2b(@1 1a)@1 2b)@0");
	assert_string_equal(session.shown, "+1 +2 -1 -2 |");
	assert_int_equal(session.calls[1].cpu, 0);
	assert_int_equal(session.calls[1].end_cpu, 1);
	assert_int_equal(session.calls[2].cpu, 1);
	assert_int_equal(session.calls[2].end_cpu, 0);
}

/* What a call has of its two events. */
static void test_call(void **state)
{
	struct session session;

	(void)state;
	run(&session, "3b(=5 3b)=5");
	const struct shr_call *call = &session.calls[1];

	assert_int_equal(call->start_ns, 10);
	assert_int_equal(call->end_ns, 20);
	assert_int_equal(call->pid, 3);
	assert_int_equal(call->shrinker, 0xffff888000000400);
	assert_int_equal(call->callback, 'b');
	assert_int_equal(call->start.deferred, 5);
	assert_int_equal(call->end.deferred, 5);
	assert_int_equal(call->memcg_from, SHR_MEMCG_NONE);
	assert_int_equal(call->identity_has, 0);
	assert_false(call->orphan);
}

static void test_orphan_starts(void **state)
{
	(void)state;
	check("1a(", "| x1");
	check("1a( 2b(", "| x1 x2");
	check("1a( 1a( 1a)", "x1 +2 -2 |");
	/* An end on an outer call says that the inner one's is missing. */
	check("1a(^0 1b( 1a)", "+1 x2 -1 |");
	check("1a(^0 1b(^0 1c( 1a)", "+1 x2 x3 -1 |");
}

static void test_orphan_ends(void **state)
{
	struct session session;

	(void)state;
	check("1a)", "_ |");
	check("1a( 2a) 1a)", "+1 _ -1 |");
	check("1a( 1b) 1a)", "+1 _ -1 |");
	check("1a( 1a) 1a)", "+1 -1 _ |");
	run(&session, "1a) 1b) 2a( 2a) 2a)");
	assert_int_equal(session.stats.orphan_ends, 3);
	assert_int_equal(session.stats.orphan_starts, 0);
}

/* However deep a stack of starts without ends grows, the newest are kept. */
static void test_depth_is_bounded(void **state)
{
	struct session session;

	(void)state;
	begin(&session, false);
	for (int i = 0; i < 50; i++)
		feed_words(&session, "1a(^0");
	feed_words(&session, "1a)");
	assert_int_equal(shr_pair_stats(session.pair)->orphan_ends, 0);
	assert_true(shr_pair_stats(session.pair)->orphan_starts >= 40);
	finish(&session);
	assert_int_equal(session.stats.orphan_starts, 49);
}

static void test_gaps(void **state)
{
	struct session session;

	(void)state;
	check("1a( 1a) ~ 1a( 1a)", "+1 -1 ~ +2 -2 |");
	check("1a( % 1a)", "+1 ~ -1 |");
	run(&session, "1a( 1a) ~ %");
	assert_int_equal(session.stats.gaps, 2);
	/* The last one was malformed: one event, at one time. */
	assert_int_equal(session.gap.from_ns, session.gap.to_ns);
	assert_int_equal(session.gap.count, 1);
	run(&session, "1a( 1a) ~");
	assert_int_equal(session.gap.count, 3);
	assert_int_equal(session.gap.from_ns, 25);
	assert_int_equal(session.gap.to_ns, 30);
	assert_int_equal(session.gap.cpu, 0);
}

/*
 * An end that repeats another deferred count is its call's all the same, and is then
 * judged; but not behind a gap, where the start of another call may be missing.
 */
static void test_ends_that_disagree(void **state)
{
	(void)state;
	check("1a(=5 1a)=6", "+1 -1 |");
	check("1a(=5 ~ 1a)=6", "| x1 ~ _");
	check("1a(=5 ~ 1a)=5", "+1 ~ -1 |");
	check("~ 1a(=5 1a)=6", "~ +1 -1 |");
	/* Two calls on one shrinker: the count tells which. */
	check("1a(^0=5 1a(=6 1a)=6 1a)=5", "+1 +2 -2 -1 |");
	check("1a(^0=5 1a(=6 1a)=5", "+1 x2 -1 |");
}

static void test_without_addresses(void **state)
{
	struct shr_event start = { .kind = SHR_START,
				   .has = SHR_HAS_PID | SHR_HAS_CALLBACK |
					  SHR_HAS_FREEABLE,
				   .pid = 1,
				   .callback = 7,
				   .start.freeable = 1 };
	struct shr_event end = { .kind = SHR_END,
				 .has = SHR_HAS_PID | SHR_HAS_CALLBACK,
				 .pid = 1,
				 .callback = 8 };
	struct session session;

	(void)state;
	begin(&session, false);
	feed(&session, &start);
	feed(&session, &end); /* another callback's */
	assert_string_equal(session.shown, "");
	end.callback = 7;
	feed(&session, &end);
	assert_string_equal(session.shown, "+1 _ -1");
	finish(&session);
	assert_int_equal(session.stats.orphan_ends, 1);
}

/* Without tasks there is only what is open, and the deferred count to tell by. */
static void test_without_tasks(void **state)
{
	(void)state;
	check("?a( ?a)", "+1 -1 |");
	check("?a(=1 ?b(=2 ?a)=1 ?b)=2", "+1 +2 -1 -2 |");
	check("?a(=1 ?a(=2 ?a)=1 ?a)=2", "+1 +2 -1 -2 |");
	check("?a( ?b( ?c( ?c) ?a) ?b)", "+1 +2 +3 -3 -1 -2 |");
	check("?a) ?a(", "_ | x1");
	check("1a( ?a) 1a)", "+1 _ -1 |");
}

/* A probe on do_shrink_slab() fires before the start event. */
static void test_identity_before(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a!5 1a( 1a) 1a( 1a) 1a!6 1a( 1a)");
	assert_string_equal(session.shown, "+1 -1 +2 -2 +3 -3 |");
	assert_int_equal(session.calls[1].identity_has & SHR_HAS_BATCH, SHR_HAS_BATCH);
	assert_int_equal(session.calls[1].identity.batch, 5);
	assert_int_equal(session.calls[2].identity_has, 0);
	assert_int_equal(session.calls[3].identity.batch, 6);
}

/* It fires for counts of 0, too, which have no start: those are nobody's. */
static void test_identity_without_start(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a!5 1b!6 1b( 1b) 1c!7 1d( 1d) 1a( 1a)");
	assert_int_equal(session.calls[1].identity.batch, 6);
	assert_int_equal(session.calls[2].identity_has, 0);
	assert_int_equal(session.calls[3].identity_has, 0);
	run(&session, "1a!5 2a( 2a) 1a( 1a)");
	assert_int_equal(session.calls[1].identity_has, 0);
	assert_int_equal(session.calls[2].identity.batch, 5);
}

/* A probe on the tracepoint fires after the start event. */
static void test_identity_after(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a( 1a!5 1a) 1a( 1a) 2a(^0 1b( 2a!6 1b!7 2b( 2b!8 2b) 2a) 1b)");
	assert_string_equal(session.shown, "+1 -1 +2 -2 +3 +4 +5 -5 -3 -4 |");
	assert_int_equal(session.calls[1].identity.batch, 5);
	assert_int_equal(session.calls[2].identity_has, 0);
	assert_int_equal(session.calls[3].identity.batch, 6);
	assert_int_equal(session.calls[4].identity.batch, 7);
	assert_int_equal(session.calls[5].identity.batch, 8);
}

/*
 * Where probes fire behind their starts, an identity without one is nobody's; a
 * kprobe's belongs to the next start also when the end before that is missing.
 */
static void test_identity_left_behind(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a( 1a!1 1a) 1a( 1a!2 1a) 1a( 1a!3 1a) 1a( 1a!4 1a) "
		      "1a!5 1a) 1a( 1a!6 1a) 1a( 1a!7 1a)");
	assert_string_equal(session.shown, "+1 -1 +2 -2 +3 -3 +4 -4 _ +5 -5 +6 -6 |");
	assert_int_equal(session.calls[4].identity.batch, 4);
	assert_int_equal(session.calls[5].identity.batch, 6);
	assert_int_equal(session.calls[6].identity.batch, 7);
	run(&session, "1a!5 1a( 1a!6 1a( 1a)");
	assert_string_equal(session.shown, "x1 +2 -2 |");
	assert_int_equal(session.calls[1].identity.batch, 5);
	assert_int_equal(session.calls[2].identity.batch, 6);
}

/* The probe of a nested call belongs to that, though the outer is on the same. */
static void test_identity_nested(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a!5 1a(^0 1a!6 1a( 1a) 1a)");
	assert_int_equal(session.calls[1].identity.batch, 5);
	assert_int_equal(session.calls[2].identity.batch, 6);
	run(&session, "1a(^0 1a!5 1a( 1a!6 1a) 1a)");
	assert_int_equal(session.calls[1].identity.batch, 5);
	assert_int_equal(session.calls[2].identity.batch, 6);
}

/* Behind lost events nobody knows whose it was. */
static void test_identity_and_gap(void **state)
{
	struct session session;

	(void)state;
	run(&session, "1a!5 ~ 1a( 1a)");
	assert_string_equal(session.shown, "~ +1 -1 |");
	assert_int_equal(session.calls[1].identity_has, 0);
}

static void test_blind(void **state)
{
	struct session session;
	struct shr_event start;

	(void)state;
	begin(&session, true);
	feed_words(&session, "1a!5");
	start = event_of(&session, "1a(");
	start.has |= SHR_HAS_MEMCG;
	start.memcg_id = 120;
	feed(&session, &start);
	feed_words(&session, "1a!6 1a)");
	finish(&session);
	assert_string_equal(session.shown, "+1 -1 |");
	assert_int_equal(session.calls[1].identity_has, 0);
	assert_int_equal(session.calls[1].memcg_from, SHR_MEMCG_NONE);
	assert_int_equal(session.calls[1].cgroup, 0);
}

static void test_memcg(void **state)
{
	struct session session;
	struct shr_event start, probe;

	(void)state;
	begin(&session, false);
	start = event_of(&session, "1a(");
	start.has |= SHR_HAS_MEMCG;
	start.memcg_id = 120;
	probe = event_of(&session, "1a!5");
	probe.has |= SHR_HAS_MEMCG | SHR_HAS_MEMCG_PTR;
	probe.memcg_id = 130;
	probe.identity.memcg = 0xffff888001230000;
	feed(&session, &start);
	feed(&session, &probe); /* the event itself is the better witness */
	feed_words(&session, "1a) 1a(");
	feed(&session, &probe);
	feed_words(&session, "1a) 1a(");
	probe.has &= ~(uint32_t)SHR_HAS_MEMCG; /* its address alone: no id */
	feed(&session, &probe);
	feed_words(&session, "1a)");
	finish(&session);
	assert_string_equal(session.shown, "+1 -1 +2 -2 +3 -3 |");
	assert_int_equal(session.calls[1].memcg_from, SHR_MEMCG_EVENT);
	assert_int_equal(session.calls[1].cgroup, 120);
	assert_int_equal(session.calls[2].memcg_from, SHR_MEMCG_IDENTITY);
	assert_int_equal(session.calls[2].cgroup, 130);
	assert_int_equal(session.calls[2].identity.memcg, 0xffff888001230000);
	assert_int_equal(session.calls[3].memcg_from, SHR_MEMCG_IDENTITY);
	assert_int_equal(session.calls[3].cgroup, 0);
}

/* Many calls of task 2 while task 1's is open; how many steps came out meanwhile. */
static uint64_t feed_many(struct session *session, int calls)
{
	uint64_t steps = 0;
	struct shr_err err;
	struct shr_step *step;

	for (int i = 0; i < calls; i++) {
		struct shr_event start = event_of(session, "2b(");
		struct shr_event end = event_of(session, "2b)");

		session->started--;
		start.start.freeable = 0; /* not to be kept */
		assert_int_equal(shr_pair_event(session->pair, &start, &err), 0);
		assert_int_equal(shr_pair_event(session->pair, &end, &err), 0);
		while ((step = shr_pair_next(session->pair))) {
			steps++;
			if (step->call->start.freeable)
				session->calls[1] = *step->call;
			if (step->kind == SHR_STEP_END)
				shr_pair_drop(session->pair, step->call);
			shr_pair_take(session->pair);
		}
	}
	return steps;
}

/* The lag is bounded: in the end a call is started without its end, which follows. */
static void test_window(void **state)
{
	enum { FEW = 100, MANY = 20000 };
	struct session session;

	(void)state;
	begin(&session, false);
	feed_words(&session, "1a(=5");
	assert_int_equal(feed_many(&session, FEW), 0);
	uint64_t steps = feed_many(&session, MANY);

	assert_true(steps > 0);
	assert_true(2 * (FEW + MANY) + 1 - steps <= 1 << 15);
	assert_int_equal(session.calls[1].start.deferred, 5);
	assert_false(session.calls[1].ended);
	assert_false(session.calls[1].orphan);
	feed_words(&session, "1a)=5 1c( 1c)");
	assert_non_null(strstr(session.shown, "-1"));
	assert_true(session.calls[1].ended);
	finish(&session);
	assert_int_equal(session.stats.orphan_starts, 0);
	assert_int_equal(session.stats.orphan_ends, 0);
	assert_int_equal(session.stats.starts, FEW + MANY + 2);
}

/* And where its end does not come, that is said later. */
static void test_window_and_no_end(void **state)
{
	enum { MANY = 20000 };
	struct session session;

	(void)state;
	begin(&session, false);
	feed_words(&session, "1a(=5");
	assert_true(feed_many(&session, MANY) > 0);
	assert_int_equal(shr_pair_stats(session.pair)->orphan_starts, 0);
	feed_words(&session, "1c( 1c)");
	assert_string_equal(session.shown, "/1 +2 -2");
	finish(&session);
	assert_int_equal(session.stats.orphan_starts, 1);

	begin(&session, false);
	feed_words(&session, "1a(=5");
	assert_true(feed_many(&session, MANY) > 0);
	finish(&session); /* nothing refers to it any more: no need to say */
	assert_int_equal(session.stats.orphan_starts, 1);
}

/* Tasks are forgotten once they are many, but not while they have a call open. */
static void test_many_tasks(void **state)
{
	enum { TASKS = 6000 };
	struct session session;

	(void)state;
	begin(&session, false);
	feed_words(&session, "1a(=5 2b!9");
	for (int i = 0; i < TASKS; i++) {
		struct shr_event start = event_of(&session, "9c(");
		struct shr_event end = event_of(&session, "9c)");
		struct shr_err err;

		session.started--;
		start.start.freeable = 0;
		start.pid = end.pid = 1000 + i;
		assert_int_equal(shr_pair_event(session.pair, &start, &err), 0);
		assert_int_equal(shr_pair_event(session.pair, &end, &err), 0);
		assert_null(shr_pair_next(session.pair));
	}
	assert_int_equal(shr_pair_stats(session.pair)->starts, TASKS + 1);
	/* Drain by hand what the one open call had held up. */
	struct shr_event end = event_of(&session, "1a)=5");
	struct shr_err err;
	struct shr_step *step;
	int steps = 0;

	assert_int_equal(shr_pair_event(session.pair, &end, &err), 0);
	while ((step = shr_pair_next(session.pair))) {
		steps++;
		if (step->kind == SHR_STEP_END)
			shr_pair_drop(session.pair, step->call);
		shr_pair_take(session.pair);
	}
	assert_int_equal(steps, 2 * (TASKS + 1));
	feed_words(&session, "2b( 2b)");
	assert_int_equal(session.calls[2].identity.batch, 9);
	finish(&session);
	assert_int_equal(session.stats.orphan_starts + session.stats.orphan_ends, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_no_nesting_in_reclaim),
		cmocka_unit_test(test_migration),
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_orphan_starts),
		cmocka_unit_test(test_orphan_ends),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_ends_that_disagree),
		cmocka_unit_test(test_without_addresses),
		cmocka_unit_test(test_without_tasks),
		cmocka_unit_test(test_identity_before),
		cmocka_unit_test(test_identity_without_start),
		cmocka_unit_test(test_identity_after),
		cmocka_unit_test(test_identity_left_behind),
		cmocka_unit_test(test_identity_nested),
		cmocka_unit_test(test_identity_and_gap),
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_memcg),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_and_no_end),
		cmocka_unit_test(test_many_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
