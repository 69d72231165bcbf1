/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/stress_tally.h"

static void add_stats(struct shr_stats *stats, const struct shr_stats *more)
{
	stats->passes += more->passes;
	stats->dropped += more->dropped;
	stats->cut += more->cut;
	stats->calls += more->calls;
}

void stress_tally_add(struct stress_tally *tally, const struct stress_tally *more)
{
	tally->elapsed_ns += more->elapsed_ns;
	add_stats(&tally->stats, &more->stats);
	histogram_merge(&tally->registering, &more->registering);
	histogram_merge(&tally->freeing, &more->freeing);
	tally->memcgs += more->memcgs;
	tally->added += more->added;
	tally->freed += more->freed;
	tally->deleted += more->deleted;
	tally->left += more->left;
}

double stress_tally_rate(const struct stress_tally *tally, uint64_t count)
{
	return tally->elapsed_ns ? 1e9 * (double)count / (double)tally->elapsed_ns : 0;
}
