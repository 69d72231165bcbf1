/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings - what the user says of shrinkers: --set PATTERN.PARAM=VALUE.
 *
 * The pattern is a shell glob over labels, symbols and names, so that one setting
 * covers all superblocks ("super_cache_scan*.seeks=0") or one
 * ("sb-xfs:vda1.batch=512").
 */
#ifndef CORE_REPLAY_SETTINGS_H
#define CORE_REPLAY_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_instance;

enum shr_set_param { SHR_SET_BATCH, SHR_SET_SEEKS };

struct shr_setting {
	char *pattern; /* owned; NULL ends an array of settings */
	enum shr_set_param param;
	int64_t value; /* batch 0 means 128, as in the kernel */
};

/* Parse "PATTERN.batch=N" or "PATTERN.seeks=N".  Returns 0, or -1 with *err. */
int shr_setting_parse(struct shr_setting *setting, const char *text,
		      struct shr_err *err);

/* Accepts one that is all zero, and leaves one. */
void shr_setting_release(struct shr_setting *setting);

/* Whether @setting is about @instance. */
bool shr_setting_matches(const struct shr_setting *setting,
			 const struct shr_instance *instance);

/* Whether @glob matches the label, the symbol or the name of @instance. */
bool shr_instance_matches(const struct shr_instance *instance, const char *glob);

#endif /* CORE_REPLAY_SETTINGS_H */
