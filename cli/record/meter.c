/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/meter.h"

#include "cli/record/amount.h"
#include "cli/record/drain.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

void meter_open(struct meter *meter, bool calls)
{
	*meter = (struct meter){ .active = isatty(STDERR_FILENO), .calls = calls };
}

void meter_show(struct meter *meter, struct drain *drain, uint64_t elapsed_ns)
{
	char bytes[AMOUNT_TEXT];
	uint64_t events = 0, lost = 0;

	if (!meter->active || elapsed_ns <= meter->shown_ns)
		return;
	drain_count(drain);
	for (size_t i = 0; i < drain->cpu_count; i++) {
		events += cpu_stats_events(&drain->cpus[i].stats);
		lost += cpu_stats_lost(&drain->cpus[i].stats);
	}
	double seconds = (double)(elapsed_ns - meter->shown_ns) / 1e9;
	double rate = (double)(events - meter->events) / seconds;

	fprintf(stderr, "\r%.0f s  %.0f %s/s  %s  %" PRIu64 " lost \033[K",
		(double)elapsed_ns / 1e9, meter->calls ? rate / 2 : rate,
		meter->calls ? "calls" : "events", amount_text(bytes, drain->bytes),
		lost);
	meter->events = events;
	meter->shown_ns = elapsed_ns;
}

void meter_close(struct meter *meter)
{
	if (meter->active && meter->shown_ns)
		fputs("\r\033[K", stderr);
	meter->active = false;
}
