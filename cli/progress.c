/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include "cli/clock.h"

#include <stdio.h>
#include <unistd.h>

/* Smaller files are read before anybody could look. */
static const uint64_t large = (uint64_t)64 << 20;
static const uint64_t period_ns = 200000000;

void progress_open(struct progress *progress, uint64_t input_size)
{
	*progress = (struct progress){ 0 };
	/* A stream has no size and may go on for ever: show its rate. */
	progress->active =
		isatty(STDERR_FILENO) && (!input_size || input_size >= large);
	progress->start_ns = clock_now_ns();
	progress->next_ns = progress->start_ns + 2 * period_ns;
}

void progress_show(struct progress *progress, uint64_t consumed, uint64_t size,
		   uint64_t events)
{
	if (!progress->active)
		return;
	uint64_t now = clock_now_ns();

	if (now < progress->next_ns)
		return;
	progress->next_ns = now + period_ns;
	progress->shown = true;
	double seconds = (double)(now - progress->start_ns) / 1e9;
	double rate = (double)events / seconds / 1e6;

	if (size && consumed) {
		double part = (double)consumed / (double)size;

		part = part > 1 ? 1 : part;
		fprintf(stderr, "\r%3.0f %%  %.1f M events/s  %.0f s left \033[K",
			100 * part, rate, seconds * (1 - part) / part);
	} else {
		fprintf(stderr, "\r%.1f M events  %.1f M events/s \033[K",
			(double)events / 1e6, rate);
	}
}

void progress_close(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->active = false;
}
