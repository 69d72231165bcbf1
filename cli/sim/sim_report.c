/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/sim_report.h"

#include "cli/print_text.h"
#include "cli/sim/census.h"
#include "core/sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TIME_TEXT = 32 };

/* "1.5 s", "12.3 ms", "800 ns". */
static const char *span(char buf[TIME_TEXT], uint64_t ns)
{
	if (ns >= 1000000000)
		snprintf(buf, TIME_TEXT, "%.3f s", (double)ns / 1e9);
	else if (ns >= 1000000)
		snprintf(buf, TIME_TEXT, "%.1f ms", (double)ns / 1e6);
	else if (ns >= 1000)
		snprintf(buf, TIME_TEXT, "%.1f us", (double)ns / 1e3);
	else
		snprintf(buf, TIME_TEXT, "%" PRIu64 " ns", ns);
	return buf;
}

static void print_count(uint64_t count, const char *what)
{
	char number[TEXT_NUMBER];

	fprintf(stderr, "%s %s", text_int(number, (int64_t)count), what);
}

static void print_waits(const char *title, const struct shr_sim_waits *waits)
{
	char time[TIME_TEXT];

	if (!waits->count)
		return;
	fprintf(stderr, "%-11s ", title);
	print_count(waits->count, "in all");
	if (!waits->waited)
		fputs(", none had to wait\n", stderr);
	else {
		fputs(", ", stderr);
		print_count(waits->waited, "had to wait, at most ");
		fprintf(stderr, "%s\n", span(time, waits->max_ns));
	}
}

static void print_calls(const struct shr_sim_sums *sums)
{
	fputs("calls       ", stderr);
	print_count(sums->calls, "of ");
	print_count(sums->counts, "counts; ");
	print_count(sums->scanned, "objects scanned, ");
	print_count(sums->freed, "freed");
	if (sums->refusals) {
		fputs(", ", stderr);
		print_count(sums->refusals, "refusals");
	}
	fputc('\n', stderr);
}

static void print_reclaim(const struct shr_sim_sums *sums)
{
	if (!sums->kswapd && !sums->direct && !sums->limit)
		return;
	fputs("reclaim     ", stderr);
	print_count(sums->kswapd, "by kswapd, ");
	print_count(sums->direct, "direct, ");
	print_count(sums->limit, "at limits of memcgs\n");
}

/* What went wrong for the simulated, where it did. */
static void print_troubles(const struct shr_sim_sums *sums)
{
	if (sums->dropped) {
		fputs("passes      ", stderr);
		print_count(sums->dropped,
			    "dropped, for somebody mounted or unmounted\n");
	}
	if (sums->stuck) {
		fputs("callbacks   ", stderr);
		print_count(sums->stuck, "blocked\n");
	}
	if (sums->failed) {
		fputs("allocations ", stderr);
		print_count(sums->failed, "failed\n");
	}
}

static void print_events(const struct census *census)
{
	fputs("written     ", stderr);
	print_count(census->events, "events");
	if (census->left_out) {
		fputs("; ", stderr);
		print_count(census->left_out, "left out, which that kernel does not "
					      "have");
	}
	if (census->lost) {
		fputs("; ", stderr);
		print_count(census->lost, "lost");
	}
	fputc('\n', stderr);
}

static bool is_plain(const char *path)
{
	return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789./_-+,:@%")] == '\0';
}

static void print_command(const struct census *census,
			  const struct sim_report_target *target)
{
	const char *quote = is_plain(target->path) ? "" : "'";

	fputs("replay      shrinkctl replay ", stderr);
	if (target->needs_kernel)
		fprintf(stderr, "--kernel %s ", census->kernel.text);
	fprintf(stderr, "%s%s%s\n", quote, target->path, quote);
}

void sim_report_print(const struct shr_sim_sums *sums, const struct census *census,
		      const struct sim_report_target *target)
{
	char time[TIME_TEXT];

	fprintf(stderr, "simulated   %s of %s\n", span(time, sums->now_ns),
		census->kernel.text);
	print_calls(sums);
	print_reclaim(sums);
	print_troubles(sums);
	print_waits("mounts", &sums->mounts);
	print_waits("umounts", &sums->umounts);
	print_waits("new memcgs", &sums->births);
	print_waits("dead memcgs", &sums->deaths);
	print_events(census);
	print_command(census, target);
}
