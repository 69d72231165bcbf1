/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * release - a kernel release as a number that can be compared.
 *
 * "6.1.0-49-amd64", "5.10.223", "v7.3-rc7" and a whole `uname -a` line all
 * give what stands in front: major, minor and patch level.  Distribution
 * suffixes are not versions and are ignored.
 */
#ifndef CORE_MODEL_RELEASE_H
#define CORE_MODEL_RELEASE_H

#include "core/event.h"

#include <stdbool.h>

struct shr_release {
	unsigned major;
	unsigned minor;
	unsigned patch;
};

/*
 * Take the first word in @text that looks like a release, major.minor at least;
 * false if none does.  A bare dotted quad is a host's address, not a release.
 */
bool shr_release_parse(struct shr_str text, struct shr_release *release);

/* Negative, 0 or positive, as strcmp(). */
int shr_release_compare(struct shr_release a, struct shr_release b);

#endif /* CORE_MODEL_RELEASE_H */
