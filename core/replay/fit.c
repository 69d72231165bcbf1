/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/fit.h"

#include "core/stream.h"

/* A lead of this many calls is not made up by odd ones: stop putting to the test. */
static const uint64_t decided = 32;

const char *shr_fit_from_name(enum shr_fit_from from)
{
	static const char *const names[] = {
		[SHR_FIT_LAYOUT] = "layout",
		[SHR_FIT_KERNEL] = "kernel",
		[SHR_FIT_VALUES] = "values",
		[SHR_FIT_OPTION] = "option",
	};

	return names[from];
}

static struct shr_rules rules_of(const struct shr_fit *fit, enum shr_generation_id id)
{
	const struct shr_generation *gen = shr_generation_get(id);

	return (struct shr_rules){
		.gen = gen,
		.end = shr_generation_end_rule(gen, fit->layouts),
		.long_size = fit->long_size ? fit->long_size : 8,
	};
}

static unsigned highest(unsigned mask)
{
	return 31u - (unsigned)__builtin_clz(mask);
}

/* The fewest contradictions win; then the release; then the latest. */
static void choose(struct shr_fit *fit)
{
	uint64_t fewest = UINT64_MAX;

	fit->left = 0;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		if (!(fit->possible >> id & 1) || fit->against[id] > fewest)
			continue;
		if (fit->against[id] < fewest)
			fit->left = 0;
		fewest = fit->against[id];
		fit->left |= 1u << id;
	}
	unsigned hinted = fit->left & fit->hint;

	fit->rules = rules_of(fit, highest(hinted ? hinted : fit->left));
}

void shr_fit_layouts(struct shr_fit *fit, unsigned layouts, unsigned long_size)
{
	unsigned all = (1u << SHR_GEN_COUNT) - 1;

	fit->layouts = layouts;
	fit->long_size = long_size;
	fit->possible = layouts ? shr_generations_of_layouts(layouts) : all;
	if (fit->forced)
		fit->possible = fit->forced;
	if (!fit->possible)
		fit->possible = all;
	choose(fit);
}

/* Whether one generation leads all others beyond doubt. */
static bool is_decided(const struct shr_fit *fit)
{
	if (!(fit->possible & (fit->possible - 1)))
		return true;
	if (fit->left & (fit->left - 1))
		return false;
	uint64_t best = fit->against[highest(fit->left)];

	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		if ((fit->possible & ~fit->left) >> id & 1 &&
		    fit->against[id] < best + decided)
			return false;
	return true;
}

void shr_fit_observe(struct shr_fit *fit, const struct shr_call *call, bool alone)
{
	bool news = false;

	if (is_decided(fit))
		return;
	fit->observed++;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		if (!(fit->possible >> id & 1))
			continue;
		struct shr_rules rules = rules_of(fit, id);

		if (!shr_contradicts(&rules, call, alone))
			continue;
		fit->against[id]++;
		news = true;
	}
	if (news)
		choose(fit);
}

enum shr_fit_from shr_fit_source(const struct shr_fit *fit)
{
	bool one = !(fit->left & (fit->left - 1));

	if (fit->forced)
		return SHR_FIT_OPTION;
	if (!(fit->possible & (fit->possible - 1)))
		return SHR_FIT_LAYOUT;
	if (one)
		return SHR_FIT_VALUES;
	return fit->left & fit->hint ? SHR_FIT_KERNEL : SHR_FIT_LAYOUT;
}

int shr_fit_kernel_agrees(const struct shr_fit *fit)
{
	if (!fit->hint)
		return -1;
	return fit->hint >> fit->rules.gen->id & 1;
}
