/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/kernel_form.h"

#include <stddef.h>

/* By enum shr_layout, in the order of its bits. */
static const struct shr_release firsts[] = { { 3, 1, 0 },  { 3, 12, 0 }, { 3, 16, 0 },
					     { 4, 16, 0 }, { 5, 2, 0 },	 { 5, 19, 0 },
					     { 7, 1, 0 } };

enum { LAYOUT_COUNT = sizeof(firsts) / sizeof(firsts[0]) };

struct shr_release kernel_form_first(enum shr_layout layout)
{
	size_t i = 0;

	while (i + 1 < LAYOUT_COUNT && !(layout >> i & 1))
		i++;
	return firsts[i];
}

static enum shr_layout layout_of(struct shr_release release)
{
	size_t i = LAYOUT_COUNT - 1;

	/* 3.0.39 and later have what 3.1 brought. */
	while (i > 0 && shr_release_compare(release, firsts[i]) < 0)
		i--;
	return (enum shr_layout)(1 << i);
}

/* The newest of @layouts; with a memcg in each event only where there is no other. */
static enum shr_layout choose(unsigned layouts)
{
	unsigned older = layouts & (SHR_LAYOUT_T7 - 1);
	unsigned bit = SHR_LAYOUT_T7;

	while (older && !(older & bit))
		bit >>= 1;
	return (enum shr_layout)bit;
}

struct kernel_form kernel_form_of(const struct shr_capture *capture, bool big)
{
	struct kernel_form form = {
		.long_size = capture->long_size == 4 ? 4 : 8,
		.big = big,
	};

	if (shr_release_parse(capture->kernel, &form.release)) {
		form.layout = layout_of(form.release);
		if (capture->layouts && !(capture->layouts & form.layout)) {
			form.layout = choose(capture->layouts);
			form.release = kernel_form_first(form.layout);
		}
	} else {
		form.layout = choose(capture->layouts);
		form.release = kernel_form_first(form.layout);
	}
	form.version = FORM_VERSION(form.release.major, form.release.minor);
	return form;
}

bool kernel_form_has(const struct kernel_form *form, unsigned since, unsigned before)
{
	return form->version >= since && form->version < before;
}
