/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/scan.h"

#include "core/model/generation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BIT(id)	     (1u << SHR_GEN_##id)

static const unsigned by_lru = BIT(4_16) - 1;
static const unsigned left_stored = BIT(4_10) - 1;
static const unsigned uncapped = BIT(5_13) - BIT(4_10);
static const unsigned old_signed = BIT(5_13) - 1 - BIT(3_1);
static const unsigned min_scan = BIT(4_19_0) | BIT(4_20);
static const unsigned a416 = BIT(4_16) | BIT(4_19_24);

/* A call, and what each of @generations makes of it. */
struct call {
	const char *name;
	unsigned generations;
	struct shr_scan_input in;
	struct shr_scan_params params;
	uint64_t delta;
	int64_t planned;
	int64_t scanned;
	int64_t left;
	int64_t stored;
	bool stops; /* the callback refuses at once: nothing is scanned */
};

static void compare(const struct call *call, const struct shr_generation *gen,
		    const char *what, int64_t got, int64_t want)
{
	if (got != want)
		fail_msg("%s on %s: %s is %lld, not %lld", call->name, gen->name, what,
			 (long long)got, (long long)want);
}

static void check_call(const struct call *call, const struct shr_generation *gen)
{
	const struct shr_scan_params *params = &call->params;
	uint64_t delta = 0;

	if (!shr_scan_delta(gen, &call->in, params, &delta))
		fail_msg("%s on %s: divides by zero", call->name, gen->name);

	struct shr_plan plan = shr_scan_plan(gen, &call->in, delta, params->long_size);
	struct shr_loop loop = { .left = plan.planned };

	if (!call->stops)
		loop = shr_scan_loop(gen, plan.planned, call->in.freeable,
				     params->batch);
	compare(call, gen, "delta", (int64_t)delta, (int64_t)call->delta);
	compare(call, gen, "planned", plan.planned, call->planned);
	compare(call, gen, "scanned", loop.scanned, call->scanned);
	compare(call, gen, "left", loop.left, call->left);
	compare(call, gen, "stored",
		shr_scan_store(gen, &call->in, &plan, loop.scanned, params->long_size),
		call->stored);
}

static void check_calls(const struct call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_not_equal(calls[i].generations, 0);
		for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
			if (calls[i].generations & 1u << id)
				check_call(&calls[i], shr_generation_get(id));
		}
	}
}

/* Calls published in mails, and the same under other rules. */
static void test_published_calls(void **state)
{
	const struct shr_scan_params super = { 1024, 2, 8 };
	const struct shr_scan_input windup = { .deferred = 3641681686040,
					       .freeable = 246404277,
					       .pgs_scanned = 1,
					       .lru_pgs = 15721 };
	const struct shr_scan_input repro = { .deferred = 4994376020,
					      .freeable = 93689873,
					      .priority = 12 };
	const struct shr_scan_input a1 = { .deferred = 824,
					   .freeable = 1065515,
					   .priority = 12 };
	const struct shr_scan_input a2 = { .deferred = 726,
					   .freeable = 1064232,
					   .priority = 11 };
	const struct shr_scan_input d = { .deferred = 2531805877005,
					  .freeable = 1667,
					  .pgs_scanned = 32,
					  .lru_pgs = 9300 };
	const struct shr_scan_input lowmem = { .deferred = 122,
					       .freeable = 241754,
					       .pgs_scanned = 83,
					       .lru_pgs = 241753 };
	const struct shr_scan_input tutorial = { .deferred = 42,
						 .freeable = 87,
						 .priority = 12 };
	const struct call calls[] = {
		{ "A1", BIT(5_0), a1, super, 520, 1344, 1024, 320, 320, false },
		{ "A2", BIT(5_0), a2, super, 1038, 1764, 1024, 740, 740, false },
		{ "2.9-2, B", BIT(4_16) | BIT(4_19_24) | BIT(5_0), repro, super, 45746,
		  46844936, 46844928, 8, 4947576838, false },
		/* F/4 is far above the batch: the minimum does not change it. */
		{ "B with min-scan", min_scan, repro, super, 45746, 46844936, 46844928,
		  8, 4947576838, false },
		{ "B on 5.13", BIT(5_13), repro, super, 45746, 1265076, 1264640, 436,
		  187379746, false },
		{ "2.9-1, C", BIT(4_10) | BIT(4_14), windup, super, 31345, 123202138,
		  123201536, 602, 3641558515849, false },
		{ "C before 4.10", BIT(3_14), windup, super, 31345, 123202138,
		  123201536, 602, 602, false },
		{ "D", BIT(4_10) | BIT(4_14), d, super, 11, 833, 0, 833, 2531805877016,
		  false },
		{ "2.9-3, E",
		  BIT(3_2),
		  lowmem,
		  { 128, 32, 8 },
		  10,
		  132,
		  128,
		  4,
		  4,
		  false },
		{ "F", BIT(5_0), tutorial, { 1024, 0, 8 }, 43, 85, 0, 85, 85, false },
		{ "F on 5.13",
		  BIT(5_13),
		  tutorial,
		  { 1024, 0, 8 },
		  43,
		  43,
		  0,
		  43,
		  85,
		  false },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
	/* What is recorded beyond the model came from others at the same time. */
	assert_int_equal(3641798379189 - 3641558515849, 239863340);
	assert_int_equal(a2.deferred - 320, 406);
}

/* E's end event: up to 3.15 it has the difference of the counter, not what is left. */
static void test_old_end_event(void **state)
{
	const struct shr_generation *gen = shr_generation_get(SHR_GEN_3_2);
	const struct shr_scan_input in = { .deferred = 122, .freeable = 241754 };
	struct shr_plan plan = shr_scan_plan(gen, &in, 10, 8);
	int64_t stored = shr_scan_store(gen, &in, &plan, 128, 8);

	(void)state;
	assert_int_equal(stored - in.deferred, -118);
	assert_int_equal(shr_generation_end_rule(gen, 0), SHR_END_DIFFERENCE);
}

/* Calls recorded on 6.18. */
static void test_recorded_calls(void **state)
{
	const struct shr_scan_params plain = { 128, 2, 8 }, super = { 1024, 2, 8 };
	const struct shr_scan_params kernfs = { 1024, 0, 8 }, shadow = { 128, 0, 8 };
	const struct call calls[] = {
		{ "2.9-4",
		  BIT(5_13),
		  { .deferred = 256, .freeable = 11680 },
		  plain,
		  23360,
		  23360,
		  23296,
		  64,
		  320,
		  false },
		{ "2.9-5",
		  BIT(5_13),
		  { .deferred = 12, .freeable = 1440 },
		  super,
		  2880,
		  2880,
		  2048,
		  832,
		  844,
		  false },
		{ "2.9-6",
		  BIT(5_13),
		  { .deferred = 0, .freeable = 352 },
		  kernfs,
		  176,
		  176,
		  0,
		  176,
		  176,
		  false },
		{ "2.9-6, next",
		  BIT(5_13),
		  { .deferred = 176, .freeable = 352 },
		  kernfs,
		  176,
		  352,
		  352,
		  0,
		  0,
		  false },
		{ "2.9-7",
		  BIT(5_13),
		  { .deferred = 2, .freeable = 6 },
		  plain,
		  12,
		  12,
		  12,
		  0,
		  2,
		  false },
		{ "2.9-8",
		  BIT(5_13),
		  { .deferred = 20, .freeable = 2560 },
		  shadow,
		  1280,
		  1300,
		  1280,
		  20,
		  20,
		  false },
		{ "2.5",
		  BIT(5_13),
		  { .deferred = 476, .freeable = 123 },
		  plain,
		  246,
		  246,
		  0,
		  246,
		  246,
		  true },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
}

/* The table of differences, row by row; a cell each call. */
static void test_windup(void **state)
{
	const struct shr_scan_params params = { 128, 2, 8 };
	const struct shr_scan_input in = { .deferred = 1000000,
					   .freeable = 10000,
					   .pgs_scanned = 1,
					   .lru_pgs = 15721,
					   .priority = 12 };
	const struct shr_scan_input small = { .deferred = 1000000,
					      .freeable = 400,
					      .priority = 12 };
	const struct call calls[] = {
		{ "rest lost", left_stored & ~BIT(3_1), in, params, 1, 5000, 4992, 8, 8,
		  false },
		{ "3.1", BIT(3_1), in, params, 1, 5000, 4992, 8, 8, false },
		{ "kept", BIT(4_10) | BIT(4_14), in, params, 1, 5000, 4992, 8, 995009,
		  false },
		{ "kept", a416 | BIT(5_0), in, params, 4, 5000, 4992, 8, 995012,
		  false },
		{ "min-scan", min_scan, in, params, 128, 5000, 4992, 8, 995136, false },
		{ "min-scan, F <= 4B", min_scan, small, params, 128, 800, 768, 32,
		  999360, false },
		{ "no min-scan, F <= 4B", a416 | BIT(5_0), small, params, 0, 200, 128,
		  72, 999872, false },
		{ "proportional", BIT(5_13), in, params, 4, 248, 128, 120, 20000,
		  false },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
}

static void test_small_caches(void **state)
{
	const struct shr_scan_params plain = { 128, 2, 8 }, super = { 1024, 2, 8 };
	const struct shr_scan_input fresh = { .freeable = 100, .priority = 12 };
	const struct shr_scan_input owing = { .deferred = 150,
					      .freeable = 100,
					      .priority = 12 };
	const unsigned plain_delta = a416 | BIT(5_0);
	const struct call calls[] = {
		{ "no delta", plain_delta | BIT(5_13), fresh, plain, 0, 0, 0, 0, 0,
		  false },
		{ "min-scan", min_scan, fresh, plain, 100, 100, 100, 0, 0, false },
		{ "halved", plain_delta, owing, super, 0, 50, 0, 50, 150, false },
		{ "doubled", min_scan, owing, super, 100, 200, 200, 0, 50, false },
		{ "shifted out", BIT(5_13), owing, super, 0, 0, 0, 0, 150, false },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
}

static void test_zero_seeks(void **state)
{
	const struct shr_scan_params params = { 1024, 0, 8 };
	const struct shr_scan_input first = { .freeable = 352, .lru_pgs = 99 };
	const struct shr_scan_input next = { .deferred = 176, .freeable = 352 };
	const unsigned half = BIT(5_0) | BIT(5_13);
	const struct call calls[] = {
		{ "4.20", BIT(4_20), first, params, 352, 352, 352, 0, 0, false },
		{ "first", half, first, params, 176, 176, 0, 176, 176, false },
		{ "next", half, next, params, 176, 352, 352, 0, 0, false },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
	for (unsigned id = 0; id < SHR_GEN_4_20; id++) {
		uint64_t delta = 4711;

		assert_false(shr_scan_delta(shr_generation_get(id), &first, &params,
					    &delta));
		assert_int_equal(delta, 4711);
	}
}

/* SHRINK_STOP in the first call: nothing is accounted, all is to be kept. */
static void test_stop(void **state)
{
	const struct shr_scan_params params = { 128, 2, 8 };
	const struct shr_scan_input in = {
		.deferred = 5000, .freeable = 1000, .pgs_scanned = 1000, .lru_pgs = 1000
	};
	const struct call calls[] = {
		{ "new = T", left_stored, in, params, 1998, 2000, 0, 2000, 2000, true },
		{ "new = N + D", BIT(4_10) | BIT(4_14), in, params, 1998, 2000, 0, 2000,
		  6998, true },
		{ "new = N + D", uncapped & ~by_lru, in, params, 2000, 2000, 0, 2000,
		  7000, true },
		{ "new = 2F", BIT(5_13), in, params, 2000, 2000, 0, 2000, 2000, true },
	};

	(void)state;
	check_calls(calls, COUNT(calls));
}

/* nr_scanned beyond what was asked: left goes below 0, and the loop ends. */
static void test_own_count(void **state)
{
	const struct shr_scan_input in = { .deferred = 100, .freeable = 1000 };

	(void)state;
	for (unsigned id = SHR_GEN_4_14; id < SHR_GEN_COUNT; id++) {
		const struct shr_generation *gen = shr_generation_get(id);
		struct shr_plan plan = shr_scan_plan(gen, &in, 2000, 8);

		assert_int_equal(gen->loop, SHR_LOOP_FEEDBACK);
		assert_int_equal(plan.planned, 2000);
		assert_int_equal(shr_scan_next(gen, -148, in.freeable, 128), 0);
		assert_int_equal(shr_scan_store(gen, &in, &plan, 2148, 8), 0);
		assert_int_equal(shr_scan_store(gen, &in, &plan, 2050, 8), 50);
	}
}

static void test_enters(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		const struct shr_generation *gen = shr_generation_get(id);
		bool always = id == SHR_GEN_3_1, nonzero = always || id >= SHR_GEN_3_12;

		assert_int_equal(shr_scan_enters(gen, 0), always);
		assert_true(shr_scan_enters(gen, 1));
		assert_true(shr_scan_enters(gen, INT64_MAX));
		assert_int_equal(shr_scan_enters(gen, -1), nonzero);
		assert_int_equal(shr_scan_enters(gen, -2),
				 nonzero && id < SHR_GEN_4_19_0);
	}
}

static uint64_t delta_of(enum shr_generation_id id, struct shr_scan_input in,
			 struct shr_scan_params params)
{
	uint64_t delta = 0;

	if (!shr_scan_delta(shr_generation_get(id), &in, &params, &delta))
		fail_msg("%s divides by zero", shr_generation_get(id)->name);
	return delta;
}

static void test_delta_truncates(void **state)
{
	const struct shr_scan_input wide = { .freeable = 10,
					     .pgs_scanned = 0x40000001 };
	const struct shr_scan_input divisor = { .freeable = 1000,
						.pgs_scanned = 1,
						.lru_pgs = 0x100000009 };
	const struct shr_scan_input failed = { .freeable = -1,
					       .pgs_scanned = 32,
					       .lru_pgs = 1000 };

	(void)state;
	/* The first division already cuts: 4 * 1 / 32 is 0. */
	assert_int_equal(delta_of(SHR_GEN_3_14,
				  (struct shr_scan_input){ .freeable = 1 << 20,
							   .pgs_scanned = 1 },
				  (struct shr_scan_params){ 128, 32, 8 }),
			 0);
	/* 4 * pgs_scanned wraps in an unsigned long of 32 bits. */
	assert_int_equal(
		delta_of(SHR_GEN_3_14, wide, (struct shr_scan_params){ 128, 2, 4 }),
		20);
	assert_int_equal(
		delta_of(SHR_GEN_3_14, wide, (struct shr_scan_params){ 128, 2, 8 }),
		0x80000002ull * 10);
	/* do_div() sees lru_pgs + 1 = 10 of 2^32 + 10. */
	assert_int_equal(
		delta_of(SHR_GEN_4_14, divisor, (struct shr_scan_params){ 128, 1, 8 }),
		400);
	/* A count of -1 is ULONG_MAX on 3.1, and is widened as such. */
	assert_int_equal(
		delta_of(SHR_GEN_3_1, failed, (struct shr_scan_params){ 128, 2, 4 }),
		274603303);
	assert_int_equal(
		delta_of(SHR_GEN_3_1, failed, (struct shr_scan_params){ 128, 2, 8 }),
		18428315757951599u);
	assert_int_equal(
		delta_of(SHR_GEN_3_2, failed, (struct shr_scan_params){ 128, 2, 4 }),
		18428315757951599u);
	/* A u64 product wraps before it is divided. */
	assert_int_equal(delta_of(SHR_GEN_3_14,
				  (struct shr_scan_input){ .freeable = INT64_MAX,
							   .pgs_scanned = 1,
							   .lru_pgs = 1 },
				  (struct shr_scan_params){ 128, 1, 8 }),
			 (UINT64_MAX - 3) / 2);
}

static void test_division_by_zero(void **state)
{
	static const uint64_t lru_pgs[] = { 0xffffffff, UINT64_MAX, 0x7ffffffff };
	const struct shr_scan_params params = { 128, 2, 8 };

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		for (size_t i = 0; i < COUNT(lru_pgs); i++) {
			const struct shr_scan_input in = { .freeable = 1,
							   .lru_pgs = lru_pgs[i] };
			uint64_t delta = 4711;
			bool divides = shr_scan_delta(shr_generation_get(id), &in,
						      &params, &delta);

			assert_int_equal(divides, id >= SHR_GEN_4_16);
			assert_int_equal(delta, divides ? 2 : 4711);
		}
	}
}

static void test_priority(void **state)
{
	const struct shr_scan_params wide = { 128, 4, 8 }, narrow = { 128, 4, 4 };
	struct shr_scan_input in = { .freeable = -4096, .priority = 12 };

	(void)state;
	/* The shift is of a signed long, and only then widened. */
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), (uint64_t)-4 / 4);
	in.freeable = 4096;
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), 1);
	in.freeable = 4095;
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), 0);
	/* Out of a damaged file: modulo the width. */
	in.priority = 64 + 3;
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), 4095 >> 3);
	assert_int_equal(delta_of(SHR_GEN_5_0, in, narrow), 4095 >> 3);
	in.priority = 32 + 3;
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), 0);
	assert_int_equal(delta_of(SHR_GEN_5_0, in, narrow), 4095 >> 3);
	in.priority = -1;
	assert_int_equal(delta_of(SHR_GEN_5_0, in, wide), 0);
}

struct planning {
	unsigned generations;
	struct shr_scan_input in;
	uint64_t delta;
	unsigned long_size;
	struct shr_plan plan;
};

static void check_planning(const struct planning *want, unsigned id)
{
	const struct shr_generation *gen = shr_generation_get(id);
	struct shr_plan plan =
		shr_scan_plan(gen, &want->in, want->delta, want->long_size);

	if (plan.planned != want->plan.planned || plan.total != want->plan.total ||
	    plan.caps != want->plan.caps)
		fail_msg("%s, deferred %lld: planned %lld, total %lld, caps %u",
			 gen->name, (long long)want->in.deferred,
			 (long long)plan.planned, (long long)plan.total, plan.caps);
}

static void test_caps(void **state)
{
	const unsigned negative = SHR_CAP_NEGATIVE, half = SHR_CAP_HALF;
	const unsigned twice = SHR_CAP_TWICE;
	const int64_t huge = INT64_C(1) << 62;
	const struct planning table[] = {
		{ old_signed, { 10, 100, 0, 0, 0 }, 30, 8, { 40, 40, 0 } },
		{ old_signed, { 90, 100, 0, 0, 0 }, 24, 8, { 50, 114, half } },
		{ old_signed, { 90, 100, 0, 0, 0 }, 25, 8, { 115, 115, 0 } },
		{ old_signed, { 190, 100, 0, 0, 0 }, 25, 8, { 200, 215, twice } },
		{ old_signed, { -90, 100, 0, 0, 0 }, 30, 8, { 100, -90, negative } },
		{ old_signed,
		  { -90, 100, 0, 0, 0 },
		  10,
		  8,
		  { 50, -90, negative | half } },
		/* Above LONG_MAX the sum is negative; the same in 32 bits. */
		{ old_signed,
		  { INT64_MAX, 100, 0, 0, 0 },
		  30,
		  8,
		  { 100, INT64_MAX, negative } },
		{ old_signed,
		  { INT32_MAX, 100, 0, 0, 0 },
		  30,
		  4,
		  { 100, INT32_MAX, negative } },
		{ old_signed,
		  { INT32_MAX, 100, 0, 0, 0 },
		  30,
		  8,
		  { 200, INT64_C(2147483677), twice } },
		/* 3.1 has no negative amount. */
		{ BIT(3_1), { -90, 100, 0, 0, 0 }, 30, 8, { 200, -60, twice } },
		{ BIT(3_1), { -90, 100, 0, 0, 0 }, 10, 8, { 50, -80, half } },
		{ BIT(3_1),
		  { 0, -1, 0, 0, 0 },
		  274603303,
		  4,
		  { 274603303, 274603303, 0 } },
		{ BIT(3_1),
		  { -1, -1, 0, 0, 0 },
		  1u << 31,
		  8,
		  { INT32_MAX, INT32_MAX, 0 } },
		{ BIT(3_1),
		  { INT32_MAX, -1, 0, 0, 0 },
		  1u << 31,
		  4,
		  { -2, -1, twice } },
		{ BIT(3_1), { -8, -1, 0, 0, 0 }, 4, 4, { INT32_MAX, -4, half } },
		{ BIT(3_1),
		  { -1, -1, 0, 0, 0 },
		  1u << 30,
		  4,
		  { (1 << 30) - 1, (1 << 30) - 1, 0 } },
		/* A count below 0, and one whose double wraps. */
		{ old_signed, { 0, -8, 0, 0, 0 }, 7, 8, { -16, 7, half | twice } },
		{ old_signed,
		  { 0, huge, 0, 0, 0 },
		  (uint64_t)huge,
		  8,
		  { INT64_MIN, huge, twice } },
		{ BIT(5_13), { 800, 100, 0, 0, 3 }, 7, 8, { 107, 807, 0 } },
		{ BIT(5_13), { 800, 100, 0, 0, 2 }, 7, 8, { 200, 807, twice } },
		{ BIT(5_13), { -800, 100, 0, 0, 2 }, 7, 8, { -193, -793, 0 } },
		{ BIT(5_13), { 0, -8, 0, 0, 0 }, 7, 8, { -16, 7, twice } },
		{ BIT(5_13),
		  { INT64_MAX, 100, 0, 0, 0 },
		  1,
		  8,
		  { INT64_MIN, INT64_MIN, 0 } },
		{ BIT(5_13),
		  { 0, 0x60000000, 0, 0, 0 },
		  786432,
		  4,
		  { -0x40000000, 786432, twice } },
		/* What is wider than the kernel's long is cut. */
		{ BIT(5_13), { 0x100000005, 100, 0, 0, 0 }, 7, 4, { 12, 12, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
			if (table[i].generations & 1u << id)
				check_planning(&table[i], id);
		}
	}
}

static int64_t stored(enum shr_generation_id id, int64_t freeable, int64_t planned,
		      int64_t total, int64_t scanned, unsigned long_size)
{
	const struct shr_scan_input in = { .freeable = freeable };
	const struct shr_plan plan = { .planned = planned, .total = total };

	return shr_scan_store(shr_generation_get(id), &in, &plan, scanned, long_size);
}

static void test_stores(void **state)
{
	const int64_t min = INT64_MIN, max = INT64_MAX;

	(void)state;
	assert_int_equal(stored(SHR_GEN_3_2, 100, 50, 900, 20, 8), 30);
	assert_int_equal(stored(SHR_GEN_3_2, 100, -5, 900, 0, 8), 0);
	assert_int_equal(stored(SHR_GEN_3_1, 100, -5, 900, 0, 8), -5);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, 900, 20, 8), 880);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, 19, 20, 8), 0);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, -90, 0, 8), 0);
	/* A sum that wraps is below 0, so nothing is added. */
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, max, -1, 8), 0);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, INT32_MAX, -1, 4), 0);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, INT32_MAX, -1, 8), 1ll << 31);
	assert_int_equal(stored(SHR_GEN_5_0, 100, 50, min, 1, 8), 0);
	assert_int_equal(stored(SHR_GEN_5_13, 100, 50, 190, 20, 8), 170);
	assert_int_equal(stored(SHR_GEN_5_13, 100, 50, 900, 20, 8), 200);
	assert_int_equal(stored(SHR_GEN_5_13, 100, 50, 10, 20, 8), 0);
	assert_int_equal(stored(SHR_GEN_5_13, 100, 50, min, 1, 8), 200);
	/* The cap comes last, even below 0. */
	assert_int_equal(stored(SHR_GEN_5_13, -8, -16, 7, 0, 8), -16);
	assert_int_equal(stored(SHR_GEN_5_13, 0x60000000, 0, 786432, 0, 4),
			 -0x40000000);
	assert_int_equal(stored(SHR_GEN_5_13, 0x60000000, 0, 786432, 0, 8), 786432);
}

/* Deterministic, and good enough to scatter: xorshift64. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int64_t random_between(uint64_t *seed, int64_t low, int64_t high)
{
	return low + (int64_t)(next_random(seed) % (uint64_t)(high - low + 1));
}

static struct shr_loop loop_stepwise(const struct shr_generation *gen, int64_t planned,
				     int64_t freeable, int64_t batch)
{
	struct shr_loop loop = { .left = planned };
	int64_t next;

	while ((next = shr_scan_next(gen, loop.left, freeable, batch)) != 0) {
		loop.left -= next;
		loop.scanned += next;
		loop.batches++;
	}
	return loop;
}

static void assert_same_loop(struct shr_loop a, struct shr_loop b)
{
	assert_int_equal(a.scanned, b.scanned);
	assert_int_equal(a.left, b.left);
	assert_int_equal(a.batches, b.batches);
}

static void test_closed_form_is_stepwise(void **state)
{
	static const enum shr_generation_id loops[] = { SHR_GEN_3_1, SHR_GEN_3_2,
							SHR_GEN_3_14, SHR_GEN_5_13 };
	uint64_t seed = 20111223;

	(void)state;
	for (unsigned i = 0; i < 400000; i++) {
		const struct shr_generation *gen =
			shr_generation_get(loops[i % COUNT(loops)]);
		int64_t batch = random_between(&seed, 1, i % 3 ? 4 : 2048);
		/* Unsigned, a negative plan would take 2^64 / batch steps. */
		int64_t least = gen->plan == SHR_PLAN_UNSIGNED ? 0 : -3 * batch;
		int64_t planned = random_between(&seed, least, 40 * batch);
		int64_t freeable = random_between(&seed, -4 * batch, 4 * batch);

		assert_same_loop(shr_scan_loop(gen, planned, freeable, batch),
				 loop_stepwise(gen, planned, freeable, batch));
	}
}

/* Near 2^62 only some steps can be made: then the rest must be the same loop. */
static void test_closed_form_of_huge_plans(void **state)
{
	const uint64_t steps = 50;
	uint64_t seed = 20190130;

	(void)state;
	for (unsigned i = 0; i < 40000; i++) {
		const struct shr_generation *gen =
			shr_generation_get(i % SHR_GEN_COUNT);
		int64_t batch = random_between(&seed, 1, 1 << 20);
		int64_t planned = (1ll << 62) + random_between(&seed, -4096, 4096);
		int64_t freeable = random_between(&seed, -4096, INT64_MAX / 2);
		int64_t left = planned;
		struct shr_loop whole, rest;

		for (uint64_t step = 0; step < steps; step++)
			left -= shr_scan_next(gen, left, freeable, batch);
		whole = shr_scan_loop(gen, planned, freeable, batch);
		rest = shr_scan_loop(gen, left, freeable, batch);
		rest.scanned += planned - left;
		rest.batches += steps;
		assert_same_loop(whole, rest);
		assert_int_equal(whole.scanned + whole.left, planned);
		assert_in_range(whole.left, 0, batch - 1);
	}
}

static void test_tail(void **state)
{
	const struct shr_generation *whole = shr_generation_get(SHR_GEN_3_12);
	const struct shr_generation *tail = shr_generation_get(SHR_GEN_3_14);

	(void)state;
	assert_same_loop(shr_scan_loop(whole, 300, 44, 128),
			 (struct shr_loop){ 256, 44, 2 });
	assert_same_loop(shr_scan_loop(tail, 300, 44, 128),
			 (struct shr_loop){ 300, 0, 3 });
	assert_same_loop(shr_scan_loop(tail, 300, 45, 128),
			 (struct shr_loop){ 256, 44, 2 });
	assert_same_loop(shr_scan_loop(tail, 256, 10, 128),
			 (struct shr_loop){ 256, 0, 2 });
	assert_same_loop(shr_scan_loop(whole, 127, 1, 128),
			 (struct shr_loop){ 0, 127, 0 });
	assert_same_loop(shr_scan_loop(tail, -5, 1, 128),
			 (struct shr_loop){ 0, -5, 0 });
}

static void test_loop_without_freeable(void **state)
{
	const struct shr_generation *gen = shr_generation_get(SHR_GEN_5_13);

	(void)state;
	/* The kernel would ask for 0 objects for ever: ours ends. */
	assert_int_equal(shr_scan_next(gen, 0, 0, 128), 0);
	assert_int_equal(shr_scan_next(gen, 0, -5, 128), 0);
	assert_int_equal(shr_scan_loop(gen, 0, -5, 128).batches, 0);
	assert_int_equal(shr_scan_loop(gen, 300, 0, 128).scanned, 300);
	assert_int_equal(shr_scan_loop(gen, 300, 0, 128).batches, 3);
	/* Above a negative count the kernel asks for a negative amount. */
	assert_int_equal(shr_scan_next(gen, -3, -5, 128), -3);
	assert_int_equal(shr_scan_loop(gen, -3, -5, 128).scanned, -3);
	assert_int_equal(shr_scan_loop(gen, -3, -5, 128).left, 0);
	assert_int_equal(shr_scan_loop(gen, -6, -5, 128).left, -6);
	assert_int_equal(shr_scan_loop(gen, -6, -5, 128).batches, 0);
	/* Which a plan of its own never does: 2F is below F. */
	for (int64_t freeable = -1000; freeable < 0; freeable++) {
		const struct shr_scan_input in = { 5000, freeable, 0, 0, 3 };
		struct shr_plan plan = shr_scan_plan(gen, &in, 4000, 8);

		assert_int_equal(
			shr_scan_loop(gen, plan.planned, freeable, 128).batches, 0);
	}
}

static void test_loop_unsigned(void **state)
{
	const struct shr_generation *gen = shr_generation_get(SHR_GEN_3_1);
	struct shr_loop loop = shr_scan_loop(gen, -1, 10, 1000);

	(void)state;
	assert_int_equal(shr_scan_next(gen, -1, 10, 1000), 1000);
	assert_int_equal(loop.left, UINT64_MAX % 1000);
	assert_int_equal(loop.batches, UINT64_MAX / 1000);
	assert_int_equal(loop.scanned, UINT64_MAX - UINT64_MAX % 1000);
}

static void test_capped_store_is_bounded(void **state)
{
	const struct shr_generation *gen = shr_generation_get(SHR_GEN_5_13);
	uint64_t seed = 20210209;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct shr_scan_input in = {
			.deferred = random_between(&seed, -1000, 1ll << (i % 60)),
			.freeable = random_between(&seed, 1, 1ll << (i % 40)),
			.priority = (int)random_between(&seed, 0, 12),
		};
		struct shr_scan_params params = { random_between(&seed, 1, 4096),
						  (int32_t)(i % 5), 8 };
		uint64_t delta;

		assert_true(shr_scan_delta(gen, &in, &params, &delta));

		struct shr_plan plan = shr_scan_plan(gen, &in, delta, 8);
		struct shr_loop loop =
			shr_scan_loop(gen, plan.planned, in.freeable, params.batch);
		int64_t kept = shr_scan_store(gen, &in, &plan, loop.scanned, 8);

		assert_true(plan.planned <= 2 * in.freeable);
		assert_in_range(kept, 0, 2 * in.freeable);
		/* Refused outright, no less is kept. */
		assert_true(shr_scan_store(gen, &in, &plan, 0, 8) >= kept ||
			    loop.scanned < 0);
	}
}

static bool fits_long(int64_t value, unsigned long_size)
{
	return long_size == 8 || value == (int32_t)value;
}

/* Whatever a damaged file holds: nothing overflows (SAN=1), a long stays a long. */
static void check_extremes(const struct shr_generation *gen, struct shr_scan_input in,
			   struct shr_scan_params params)
{
	uint64_t delta = 7;
	bool divides = shr_scan_delta(gen, &in, &params, &delta);

	assert_true(divides || delta == 7);

	struct shr_plan plan = shr_scan_plan(gen, &in, delta, params.long_size);
	struct shr_loop loop =
		shr_scan_loop(gen, plan.planned, in.freeable, params.batch);
	int64_t kept = shr_scan_store(gen, &in, &plan, loop.scanned, params.long_size);

	assert_true(fits_long(plan.planned, params.long_size));
	assert_true(fits_long(plan.total, params.long_size));
	assert_true(fits_long(kept, params.long_size));
	assert_int_equal((uint64_t)loop.scanned + (uint64_t)loop.left, plan.planned);
	assert_true(loop.left < params.batch);
	assert_true(kept >= 0 || gen->store == SHR_STORE_CAPPED ||
		    gen->plan == SHR_PLAN_UNSIGNED);
}

static void test_extremes(void **state)
{
	static const int64_t values[] = {
		INT64_MIN, INT64_MIN + 1, INT32_MIN, -128,	-2,	  -1, 0, 1, 127,
		128,	   INT32_MAX,	  1ll << 32, 1ll << 62, INT64_MAX
	};
	static const int32_t seeks[] = { INT32_MIN, -1, 0, 1, 2, INT32_MAX };
	const unsigned n = COUNT(values);
	uint64_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		struct shr_scan_input in = {
			.deferred = values[next_random(&seed) % n],
			.freeable = values[next_random(&seed) % n],
			.pgs_scanned = (uint64_t)values[next_random(&seed) % n],
			.lru_pgs = (uint64_t)values[next_random(&seed) % n],
			.priority = (int)values[next_random(&seed) % n],
		};
		struct shr_scan_params params = {
			.batch = values[7 + next_random(&seed) % (n - 7)],
			.seeks = seeks[next_random(&seed) % COUNT(seeks)],
			.long_size = i % 2 ? 4 : 8,
		};

		check_extremes(shr_generation_get(i % SHR_GEN_COUNT), in, params);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_calls),
		cmocka_unit_test(test_old_end_event),
		cmocka_unit_test(test_recorded_calls),
		cmocka_unit_test(test_windup),
		cmocka_unit_test(test_small_caches),
		cmocka_unit_test(test_zero_seeks),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_own_count),
		cmocka_unit_test(test_enters),
		cmocka_unit_test(test_delta_truncates),
		cmocka_unit_test(test_division_by_zero),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_closed_form_is_stepwise),
		cmocka_unit_test(test_closed_form_of_huge_plans),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_loop_without_freeable),
		cmocka_unit_test(test_loop_unsigned),
		cmocka_unit_test(test_capped_store_is_bounded),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
