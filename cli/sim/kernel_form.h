/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_form - what decides how a kernel writes its events down.
 *
 * Taken from what a source says of its capture.  Where the release contradicts the
 * layout of the events, or is not told, the layout decides, the newest of those that
 * it can be: its first release stands for it.
 */
#ifndef CLI_SIM_KERNEL_FORM_H
#define CLI_SIM_KERNEL_FORM_H

#include "core/model/release.h"
#include "core/stream.h"

#include <stdbool.h>

/* Releases as rows of tables have them. */
#define FORM_VERSION(major, minor) ((major) << 8 | (minor))

enum { FORM_ALWAYS = 0, FORM_NEVER = 0xffff };

struct kernel_form {
	struct shr_release release;
	unsigned version; /* of release: FORM_VERSION() */
	enum shr_layout layout;
	unsigned long_size; /* 4 or 8 */
	bool big;	    /* the byte order of its records */
};

/* That of @capture, whose layouts are known: its first event has been read. */
struct kernel_form kernel_form_of(const struct shr_capture *capture, bool big);

/* Whether it has what came with @since and went with @before. */
bool kernel_form_has(const struct kernel_form *form, unsigned since, unsigned before);

/* The first release of @layout. */
struct shr_release kernel_form_first(enum shr_layout layout);

#endif /* CLI_SIM_KERNEL_FORM_H */
