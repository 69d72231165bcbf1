/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenario_settings - the words of a scenario that set something, as tables.
 *
 * Each kind of statement has one: of the words that may stand in its first line or
 * below it, and what follows them.
 */
#ifndef CORE_SIM_SCENARIO_SETTINGS_H
#define CORE_SIM_SCENARIO_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_times;
struct shr_words;

enum shr_setting_form {
	SHR_SETTING_COUNT,   /* uint64_t, from least to most */
	SHR_SETTING_TIME,    /* uint64_t */
	SHR_SETTING_PERCENT, /* unsigned, to most */
	SHR_SETTING_YES,     /* bool */
	SHR_SETTING_COPY,    /* char *, owned */
	SHR_SETTING_OWN,     /* what parse() makes of it */
};

struct shr_scenario_setting {
	const char *word;
	enum shr_setting_form form;
	size_t offset; /* of its field in what is set */
	uint64_t least, most;
	/* @what is the whole struct.  Returns 0 or -1. */
	int (*parse)(struct shr_words *words, void *what, struct shr_err *err);
};

/* Ending with a word NULL. */
extern const struct shr_scenario_setting shr_memory_settings[], shr_memcg_settings[],
	shr_cache_settings[], shr_task_settings[], shr_reclaim_settings[];

/*
 * The rest of a line that begins with one of @settings, into @what.  Returns 0, or -1
 * with what is wrong with it.
 */
int shr_scenario_set(const struct shr_scenario_setting *settings,
		     struct shr_words *words, void *what, struct shr_err *err);

/* "at TIME", or "every TIME" with "from TIME" and "until TIME" or none of them. */
int shr_scenario_take_times(struct shr_words *words, struct shr_times *times,
			    struct shr_err *err);

#endif /* CORE_SIM_SCENARIO_SETTINGS_H */
