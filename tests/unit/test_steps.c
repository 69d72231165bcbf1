/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/steps.h"

#include "core/model/generation.h"
#include "core/model/width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

__extension__ typedef __int128 wide;

/*
 * The texts are evaluated as anybody would who doubts them: with as many bits as it
 * takes, by a grammar of a few lines.
 */
static wide sum(const char **at);

static bool take(const char **at, const char *token)
{
	while (**at == ' ')
		++*at;
	if (strncmp(*at, token, strlen(token)) != 0)
		return false;
	*at += strlen(token);
	return true;
}

static wide number(const char **at)
{
	wide value = 0;

	while (**at >= '0' && **at <= '9')
		value = value * 10 + (*(*at)++ - '0');
	return value;
}

static wide extreme(const char **at, bool least)
{
	wide a = sum(at);

	assert_true(take(at, ","));
	wide b = sum(at);

	assert_true(take(at, ")"));
	return (a < b) == least ? a : b;
}

static wide factor(const char **at)
{
	if (take(at, "min("))
		return extreme(at, true);
	if (take(at, "max("))
		return extreme(at, false);
	if (take(at, "-"))
		return -number(at);
	if (!take(at, "("))
		return number(at);
	wide value = sum(at);

	if (take(at, ">>"))
		value >>= (int)sum(at);
	assert_true(take(at, ")"));
	return value;
}

static wide product(const char **at)
{
	wide value = factor(at);

	for (;;) {
		if (take(at, "*"))
			value *= factor(at);
		else if (take(at, "/"))
			value /= factor(at);
		else if (take(at, "%"))
			value %= factor(at);
		else
			return value;
	}
}

static wide sum(const char **at)
{
	wide value = product(at);

	for (;;) {
		if (take(at, "+"))
			value += product(at);
		else if (take(at, "- "))
			value -= product(at);
		else
			return value;
	}
}

static wide evaluate(const char *text)
{
	const char *at = text;
	wide value = sum(&at);

	if (take(&at, "<"))
		value = value < sum(&at);
	else if (take(&at, ">="))
		value = value >= sum(&at);
	if (*at)
		fail_msg("'%s' goes on with '%s'", text, at);
	return value;
}

static void test_evaluator(void **state)
{
	(void)state;
	assert_true(evaluate("(93689873 >> 12) * 4 / 2") == 45746);
	assert_true(evaluate("min(7, -2) - -3 * 4 % 5") == -2 + 3 * 4 % 5);
	assert_true(evaluate("max(7, 2 * 4) < 8") == 0);
	assert_true(evaluate("4 * 1 / 2 * 246404277 / (15721 + 1)") == 31345);
}

static wide value_of(const struct shr_formula *formula)
{
	return formula->value_unsigned ? (wide)(uint64_t)formula->value
				       : (wide)formula->value;
}

static void check_texts(const struct shr_formula *formula)
{
	static const enum shr_form values[] = { SHR_FORM_NUMBERS, SHR_FORM_REDUCED };
	static const enum shr_form conditions[] = { SHR_FORM_CONDITION_NUMBERS,
						    SHR_FORM_CONDITION_REDUCED };
	bool skipped = formula->effect == SHR_EFFECT_SKIPPED;
	char text[SHR_FORMULA_MAX];

	assert_non_null(shr_rule_amount(formula->rule));
	assert_true(shr_formula_write(formula, SHR_FORM_NAMES, text));
	assert_null(strchr(text, '{'));
	for (size_t i = 0; i < COUNT(values); i++)
		if (shr_formula_write(formula, values[i], text) && !formula->wrapped &&
		    !skipped && evaluate(text) != value_of(formula))
			fail_msg("rule %d: %s is not %lld", formula->rule, text,
				 (long long)formula->value);
	for (size_t i = 0; i < COUNT(conditions); i++)
		if (shr_formula_write(formula, conditions[i], text) &&
		    !formula->wrapped && !evaluate(text) != skipped)
			fail_msg("rule %d: %s", formula->rule, text);
	assert_int_equal(formula->effect == SHR_EFFECT_VALUE,
			 shr_rule_cap(formula->rule) == NULL);
}

static const struct shr_formula *last(const struct shr_steps *steps)
{
	assert_true(steps->count > 0);
	return &steps->formulas[steps->count - 1];
}

static unsigned caps_of(const struct shr_steps *steps)
{
	unsigned caps = 0;

	for (unsigned i = 0; i < steps->count; i++) {
		if (steps->formulas[i].effect != SHR_EFFECT_CHANGES)
			continue;
		switch (steps->formulas[i].rule) {
		case SHR_RULE_PLAN_NEGATIVE:
			caps |= SHR_CAP_NEGATIVE;
			break;
		case SHR_RULE_PLAN_HALF:
			caps |= SHR_CAP_HALF;
			break;
		case SHR_RULE_PLAN_TWICE:
			caps |= SHR_CAP_TWICE;
			break;
		default:
			break;
		}
	}
	return caps;
}

static void check_loop(const struct shr_generation *gen, int64_t planned,
		       int64_t freeable, int64_t batch)
{
	struct shr_loop loop = shr_scan_loop(gen, planned, freeable, batch);
	struct shr_steps steps = { .count = 0 };
	uint64_t batches = 0;

	shr_steps_loop(gen, planned, freeable, batch, &steps);
	assert_int_equal(last(&steps)->rule, SHR_RULE_LOOP_SCANNED);
	assert_int_equal(last(&steps)->value, loop.scanned);
	assert_int_equal(steps.formulas[steps.count - 2].value, loop.left);
	for (unsigned i = 0; i < steps.count; i++) {
		const struct shr_formula *formula = &steps.formulas[i];

		check_texts(formula);
		if (formula->rule == SHR_RULE_LOOP_BATCHES)
			batches += (uint64_t)formula->value;
		if (formula->rule == SHR_RULE_LOOP_TAIL && formula->operand[0] &&
		    formula->effect == SHR_EFFECT_CHANGES)
			batches++;
	}
	assert_int_equal(batches, loop.batches);
}

/* Every stage of one call, beside scan.h. */
static void check(const struct shr_generation *gen, const struct shr_scan_input *in,
		  const struct shr_scan_params *params, int64_t scanned)
{
	unsigned size = params->long_size;
	struct shr_steps steps = { .count = 0 };
	uint64_t delta = 4711;
	bool has = shr_scan_delta(gen, in, params, &delta);

	assert_int_equal(shr_steps_delta(gen, in, params, &steps), has);
	assert_int_equal(steps.count > 0, has);
	if (has)
		assert_int_equal((uint64_t)last(&steps)->value, delta);
	struct shr_plan plan = shr_scan_plan(gen, in, delta, size);

	shr_steps_plan(gen, in, delta, size, &steps);
	assert_int_equal(shr_to_long((uint64_t)last(&steps)->value, size),
			 plan.planned);
	assert_int_equal(caps_of(&steps), plan.caps);
	check_loop(gen, plan.planned, in->freeable, params->batch);
	shr_steps_store(gen, in, delta, scanned, size, &steps);
	assert_int_equal(shr_to_long((uint64_t)last(&steps)->value, size),
			 shr_scan_store(gen, in, &plan, scanned, size));
	for (unsigned i = 0; i < steps.count; i++)
		check_texts(&steps.formulas[i]);
}

/* Of every magnitude, and the edges of each more often than chance has them. */
static uint64_t any(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	uint64_t value = *seed * 0x9e3779b97f4a7c15, bits = *seed % 65;

	switch (*seed >> 8 & 15) {
	case 0:
		return bits == 64 ? 0 : (uint64_t)1 << bits;
	case 1:
		return (bits == 64 ? 0 : (uint64_t)1 << bits) - 1;
	case 2:
		return 0 - (value & 1023);
	default:
		return bits ? value >> (64 - bits) : 0;
	}
}

static void test_random_calls(void **state)
{
	uint64_t seed = 88172645463325252;

	(void)state;
	for (int round = 0; round < 8000; round++) {
		struct shr_scan_input in = { (int64_t)any(&seed), (int64_t)any(&seed),
					     any(&seed), any(&seed),
					     (int)(any(&seed) % 13) };
		struct shr_scan_params params = {
			(int64_t)(any(&seed) % 65536) + 1,
			(int32_t)(any(&seed) % 34),
			any(&seed) & 1 ? 8 : 4,
		};
		int64_t scanned = (int64_t)any(&seed);

		for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
			check(shr_generation_get(id), &in, &params, scanned);
	}
}

/* Of the sizes that calls have, where nothing wraps and every text counts. */
static void test_usual_calls(void **state)
{
	uint64_t seed = 2463534242;

	(void)state;
	for (int round = 0; round < 8000; round++) {
		struct shr_scan_input in = { (int64_t)(any(&seed) >> 24),
					     (int64_t)(any(&seed) >> 34),
					     any(&seed) >> 40, any(&seed) >> 36,
					     (int)(any(&seed) % 13) };
		struct shr_scan_params params = { (int64_t)(any(&seed) % 2048) + 1,
						  (int32_t)(any(&seed) % 6), 8 };
		int64_t scanned = (int64_t)(any(&seed) >> 32);

		for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
			check(shr_generation_get(id), &in, &params, scanned);
	}
}

static void expect(const struct shr_formula *formula, enum shr_form form,
		   const char *text)
{
	char got[SHR_FORMULA_MAX];

	assert_true(shr_formula_write(formula, form, got));
	assert_string_equal(got, text);
}

/* The wind-up of 2021: 46,844,936 planned for a delta of 45,746. */
static void test_wind_up(void **state)
{
	const struct shr_scan_input in = { .deferred = 4994376020,
					   .freeable = 93689873,
					   .priority = 12 };
	const struct shr_scan_params params = { 1024, 2, 8 };
	const struct shr_generation *gen = shr_generation_get(SHR_GEN_5_0);
	struct shr_steps steps = { .count = 0 };

	(void)state;
	shr_steps_delta(gen, &in, &params, &steps);
	shr_steps_plan(gen, &in, 45746, 8, &steps);
	assert_int_equal(steps.count, 5);
	expect(&steps.formulas[0], SHR_FORM_NAMES,
	       "(freeable >> priority) * 4 / seeks");
	expect(&steps.formulas[0], SHR_FORM_NUMBERS, "(93689873 >> 12) * 4 / 2");
	expect(&steps.formulas[0], SHR_FORM_REDUCED, "22873 * 4 / 2");
	expect(&steps.formulas[3], SHR_FORM_CONDITION, "delta < freeable / 4");
	expect(&steps.formulas[3], SHR_FORM_CONDITION_REDUCED, "45746 < 23422468");
	expect(&steps.formulas[3], SHR_FORM_REDUCED, "min(4994421766, 46844936)");
	assert_int_equal(steps.formulas[3].effect, SHR_EFFECT_CHANGES);
	assert_int_equal(steps.formulas[2].effect, SHR_EFFECT_SKIPPED);
	assert_int_equal(steps.formulas[4].effect, SHR_EFFECT_ALLOWS);
	assert_int_equal(steps.formulas[4].value, 46844936);
}

/* Without a batch nobody can say what the minimum is. */
static void test_unknown_batch(void **state)
{
	const struct shr_scan_input in = { .freeable = 100, .priority = 12 };
	const struct shr_scan_params params = { 0, 2, 8 };
	struct shr_steps steps = { .count = 0 };

	(void)state;
	assert_true(shr_steps_delta(shr_generation_get(SHR_GEN_4_20), &in, &params,
				    &steps));
	assert_int_equal(steps.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evaluator),
		cmocka_unit_test(test_random_calls),
		cmocka_unit_test(test_usual_calls),
		cmocka_unit_test(test_wind_up),
		cmocka_unit_test(test_unknown_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
