/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/ending.h"

#include "cli/cmd.h"
#include "cli/record/amount.h"
#include "cli/record/recording.h"
#include "cli/record/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const uint64_t mib = (uint64_t)1 << 20;

/* What an event of ours takes in the ring, where there is nothing to measure. */
static const uint64_t usual_bytes = 80;

uint64_t ending_buffer(uint64_t size, uint64_t lost, uint64_t events, uint64_t bytes)
{
	uint64_t each = events ? bytes / events + 1 : usual_bytes;
	uint64_t want = size + lost * each;

	return (want + mib - 1) / mib * mib;
}

static void tell_losses(const struct recording *recording)
{
	uint64_t events = 0, most = 0;

	for (size_t i = 0; i < recording->cpu_count; i++)
		events += cpu_stats_events(&recording->cpus[i].stats);
	for (size_t i = 0; i < recording->cpu_count; i++) {
		uint64_t lost = cpu_stats_lost(&recording->cpus[i].stats);

		if (lost)
			fprintf(stderr, "lost        %" PRIu64 " events on CPU %u\n",
				lost, recording->cpus[i].cpu);
		most = lost > most ? lost : most;
	}
	if (most)
		fprintf(stderr,
			"            buffers of -b %" PRIu64 "M would have held them\n",
			ending_buffer(recording->buffer_size, most, events,
				      recording->bytes) /
				mib);
}

/* Of a stream only the kernel's count is left: starts, ends and whatever else. */
static int tell_events(const struct recording *recording,
		       const struct recording_options *options)
{
	char bytes[AMOUNT_TEXT];
	struct tally tally = { 0 };
	int status = EXIT_GOOD;
	bool stream = !strcmp(options->path, "-");

	if (!stream)
		status = tally_read(&tally, options->path);
	for (size_t i = 0; stream && i < recording->cpu_count; i++)
		tally.events += cpu_stats_events(&recording->cpus[i].stats);
	fprintf(stderr, "recorded    %" PRIu64 " events", tally.events);
	if (!stream)
		fprintf(stderr, " of %" PRIu64 " calls", tally.starts);
	fprintf(stderr, ", %s in %.1f s\n", amount_text(bytes, recording->bytes),
		(double)recording->elapsed_ns / 1e9);
	return status;
}

/* A name that a shell takes as it is needs no quotes. */
static bool is_plain(const char *path)
{
	return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789./_-+,:@%")] == '\0';
}

int ending_tell(const struct recording *recording,
		const struct recording_options *options)
{
	if (recording->command_fault[0])
		fprintf(stderr, "command     %s %s\n", options->command[0],
			recording->command_fault);
	if (recording->command_ended)
		fprintf(stderr, "command     %s was ended with the recording\n",
			options->command[0]);
	if (!recording->written)
		return EXIT_GOOD;
	int status = tell_events(recording, options);

	tell_losses(recording);
	if (recording->untold)
		fprintf(stderr, "identity    could not be told of %" PRIu64 " calls\n",
			recording->untold);
	if (strcmp(options->path, "-") != 0)
		fprintf(stderr,
			is_plain(options->path) ? "replay      shrinkctl replay %s\n"
						: "replay      shrinkctl replay '%s'\n",
			options->path);
	return status;
}
