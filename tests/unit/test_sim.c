/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulations as sources: the same events each time, however far they are run; and
 * what the bundled scenarios are there to show.
 */
#include "core/sim/sim.h"

#include "core/err.h"
#include "core/sim/scenario.h"
#include "core/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/dice.h"

/* What a whole run was like. */
struct run {
	uint64_t digest, events, last_ns;
	uint64_t starts, ends, identities, contexts, losses;
	int64_t most_deferred, most_planned;
	uint64_t most_delta, scanning; /* calls that planned any */
	struct shr_sim_sums sums;
};

static void mix(struct run *run, uint64_t value)
{
	run->digest = (run->digest ^ value) * 0x9e3779b97f4a7c15u;
	run->digest ^= run->digest >> 29;
}

static void see_start(struct run *run, const struct shr_start *start)
{
	run->starts++;
	run->scanning += start->total_scan > 0;
	if (start->deferred > run->most_deferred)
		run->most_deferred = start->deferred;
	if (start->total_scan > run->most_planned)
		run->most_planned = start->total_scan;
	if (start->delta > run->most_delta)
		run->most_delta = start->delta;
	mix(run, (uint64_t)start->deferred ^ start->gfp << 32);
	mix(run, (uint64_t)start->freeable ^ start->delta);
}

/* Each event is later than the one before, but for losses, which are told early. */
static void see(struct run *run, const struct shr_event *event)
{
	const uint32_t all = SHR_HAS_TIME | SHR_HAS_CPU;

	assert_true((event->has & all) == all);
	mix(run, event->ts_ns ^ (uint64_t)event->kind << 60);
	mix(run, event->shrinker ^ (uint64_t)event->pid << 16 ^ event->cpu);
	run->events++;
	run->losses += event->kind == SHR_LOST;
	if (event->kind == SHR_LOST)
		return;
	assert_true(event->ts_ns > run->last_ns);
	run->last_ns = event->ts_ns;
	run->ends += event->kind == SHR_END;
	run->identities += event->kind == SHR_IDENTITY;
	run->contexts += event->kind == SHR_CONTEXT;
	if (event->kind == SHR_START)
		see_start(run, &event->start);
	if (event->kind == SHR_END)
		mix(run, (uint64_t)event->end.new_scan);
}

static struct shr_sim *open_sim(struct shr_scenario *scenario, const char *text)
{
	struct shr_err err;
	struct shr_sim *sim = NULL;

	shr_scenario_init(scenario);
	if (!shr_scenario_parse(scenario, (struct shr_str){ text, strlen(text) }, &err))
		sim = shr_sim_new(scenario, &err);
	if (!sim)
		fail_msg("%s", err.reason);
	return sim;
}

/* All of it, or so many batches. */
static struct run run_text(const char *text, unsigned batches)
{
	struct shr_scenario scenario;
	struct shr_sim *sim = open_sim(&scenario, text);
	struct shr_source *src = shr_sim_source(sim);
	struct run run = { .digest = 1 };
	struct shr_batch batch;
	struct shr_err err;
	int got = 1;

	for (unsigned i = 0; i < batches && (got = src->next(src, &batch, &err)) > 0;
	     i++)
		for (size_t k = 0; k < batch.count; k++)
			see(&run, &batch.events[k]);
	assert_true(got >= 0);
	run.sums = *shr_sim_sums(sim);
	assert_int_equal(run.sums.events, run.events);
	shr_sim_free(sim);
	shr_scenario_release(&scenario);
	return run;
}

static struct run run_file(const char *name, const char *kernel)
{
	char path[80], text[16384];
	FILE *file;

	snprintf(path, sizeof(path), "fixtures/scenarios/%s.scn", name);
	file = fopen(path, "r");
	assert_non_null(file);
	/* The last statement of a kind is what counts. */
	size_t len = fread(text, 1, sizeof(text) - 100, file);

	fclose(file);
	snprintf(text + len, sizeof(text) - len, "\n%s\n", kernel);
	return run_text(text, UINT32_MAX);
}

static void test_same_each_time(void **state)
{
	static struct dice dice;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		dice_roll(&dice, seed, false);
		const struct run first = run_text(dice.text, UINT32_MAX);
		const struct run again = run_text(dice.text, UINT32_MAX);

		assert_int_equal(first.digest, again.digest);
		assert_memory_equal(&first.sums, &again.sums, sizeof(first.sums));
		assert_int_equal(first.starts, first.ends);
		assert_int_equal(first.starts, first.identities);
	}
}

static void test_freed_half_way(void **state)
{
	static struct dice dice;

	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++)
		for (unsigned batches = 0; batches < 3; batches++) {
			dice_roll(&dice, seed, false);
			run_text(dice.text, batches);
		}
}

static void test_records_what_is_asked_for(void **state)
{
	static const char text[] = "kernel 6.12.0\nmemory 20k\nmemcg /a\n\tfrom 1ms\n"
				   "cache c\n\tcallback c_scan m\n\tobjects 9k\n"
				   "task t\n\tpages 64 every 1ms\nduration 400ms\n"
				   "record nothing\n%s";
	char buf[512];

	(void)state;
	snprintf(buf, sizeof(buf), text, "");
	struct run nothing = run_text(buf, UINT32_MAX);

	snprintf(buf, sizeof(buf), text, "record identity context\n");
	struct run all = run_text(buf, UINT32_MAX);

	assert_true(nothing.starts && !nothing.identities && !nothing.contexts);
	assert_true(all.identities == all.starts && all.contexts > 2);
	assert_true(all.sums.kswapd > 0);
}

/* Who has no more tasks than threads can be had for says so. */
static void test_too_many_at_a_time(void **state)
{
	static const char text[] = "kernel 5.4.0\n"
				   "cache c%d\n\ttimes 5000\n\tcallback c_scan m\n"
				   "\tfrom 1ms\n\tuntil 2ms\n"
				   "cache slow\n\tcallback s_scan m\n\tobjects 200\n"
				   "\tstuck 900ms at 0\nreclaim r\n\tpriority 0\n";
	struct shr_scenario scenario;
	struct shr_sim *sim = open_sim(&scenario, text);
	struct shr_source *src = shr_sim_source(sim);
	struct shr_batch batch;
	struct shr_err err;
	int got;

	(void)state;
	while ((got = src->next(src, &batch, &err)) > 0)
		;
	assert_int_equal(got, -1);
	assert_int_equal(src->next(src, &batch, &err), -1);
	assert_non_null(strstr(err.reason, "no thread for one more task"));
	shr_sim_free(sim);
	shr_scenario_release(&scenario);
}

static void test_windup(void **state)
{
	struct run before = run_file("windup", "kernel 5.10.223");
	struct run after = run_file("windup", "kernel 5.13.0");

	(void)state;
	/* As reported: half of the 93,689,873 in one call. */
	assert_int_equal(before.most_delta, 45746);
	assert_int_equal(before.most_planned, 46844936);
	assert_true(before.most_deferred > 10 * INT64_C(93689873));
	assert_true(after.most_deferred <= 2 * INT64_C(93689873));
	assert_true(after.most_planned < 100000);
}

static void test_min_scan(void **state)
{
	static const char *const calm[] = { "kernel 4.18.0", "kernel 4.19.40",
					    "kernel 5.0.0" };
	struct run bad = run_file("min-scan", "kernel 4.19.0");

	(void)state;
	assert_true(bad.most_delta == 1024 && bad.sums.scanned > 50000);
	for (size_t i = 0; i < COUNT(calm); i++) {
		struct run run = run_file("min-scan", calm[i]);

		assert_true(run.starts > 1000 && !run.most_delta && !run.sums.scanned);
	}
}

static void test_small_caches(void **state)
{
	struct run run = run_file("small-caches", "kernel 4.18.0");

	(void)state;
	/* Few of all calls are for what is large enough to be scanned. */
	assert_true(run.sums.deaths.count > 100);
	assert_true(run.sums.batches && run.sums.batches < run.starts / 50);
}

static void test_memcg_mounts(void **state)
{
	struct run lists = run_file("memcg-mounts", "kernel 4.18.0");
	struct run maps = run_file("memcg-mounts", "kernel 4.19.24");

	(void)state;
	assert_int_equal(lists.starts, maps.starts);
	/* 200 mounts for 200 memcgs, the root and none, 50 times. */
	assert_int_equal(lists.sums.counts, 50 * (200 * 201 + 200));
	assert_true(maps.sums.counts < lists.sums.counts / 20);
}

static void test_stuck_mounts(void **state)
{
	struct run rwsem = run_file("stuck-mounts", "locking rwsem");
	struct run lockless = run_file("stuck-mounts", "kernel 6.12.95");
	struct run forced = run_file("stuck-mounts", "locking lockless");

	(void)state;
	assert_int_equal(rwsem.sums.stuck, 1);
	assert_true(rwsem.sums.mounts.max_ns > 1900000000);
	assert_true(rwsem.sums.dropped > 50);
	assert_int_equal(lockless.sums.stuck, 1);
	assert_true(!lockless.sums.mounts.waited && !lockless.sums.dropped);
	assert_true(!forced.sums.mounts.waited && !forced.sums.dropped);
	assert_true(lockless.starts > rwsem.starts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_each_time),
		cmocka_unit_test(test_freed_half_way),
		cmocka_unit_test(test_records_what_is_asked_for),
		cmocka_unit_test(test_too_many_at_a_time),
		cmocka_unit_test(test_windup),
		cmocka_unit_test(test_min_scan),
		cmocka_unit_test(test_small_caches),
		cmocka_unit_test(test_memcg_mounts),
		cmocka_unit_test(test_stuck_mounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
