/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/columns.h"
#include "cli/output.h"
#include "cli/print_stress.h"
#include "cli/print_text.h"
#include "cli/stress/contest.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

enum { MAXIMUM = 100 };

/* A count of the tally, told per second. */
struct rate {
	const char *name;
	size_t offset;
};

/* How long something took. */
struct latency {
	const char *name;
	size_t offset; /* of a histogram of the tally */
	unsigned percent;
};

static const struct rate rates[] = {
	{ "passes/s", offsetof(struct stress_tally, stats.passes) },
	{ "calls/s", offsetof(struct stress_tally, stats.calls) },
	{ "failed trylocks/s", offsetof(struct stress_tally, stats.dropped) },
	{ "passes cut short/s", offsetof(struct stress_tally, stats.cut) },
	{ "objects freed/s", offsetof(struct stress_tally, freed) },
	{ "mounts/s", offsetof(struct stress_tally, freeing.count) },
	{ "memcgs ended/s", offsetof(struct stress_tally, memcgs) },
};

static const struct latency latencies[] = {
	{ "register p50", offsetof(struct stress_tally, registering), 50 },
	{ "register p99", offsetof(struct stress_tally, registering), 99 },
	{ "register max", offsetof(struct stress_tally, registering), MAXIMUM },
	{ "free p50", offsetof(struct stress_tally, freeing), 50 },
	{ "free p99", offsetof(struct stress_tally, freeing), 99 },
	{ "free max", offsetof(struct stress_tally, freeing), MAXIMUM },
};

enum {
	RATES = sizeof(rates) / sizeof(rates[0]),
	LATENCIES = sizeof(latencies) / sizeof(latencies[0]),
};

static double rate_of(const struct rate *rate, const struct stress_tally *tally)
{
	const char *base = (const char *)tally;

	return stress_tally_rate(tally, *(const uint64_t *)(base + rate->offset));
}

static uint64_t latency_of(const struct latency *latency,
			   const struct stress_tally *tally)
{
	const char *base = (const char *)tally;

	return histogram_percentile((const struct histogram *)(base + latency->offset),
				    latency->percent);
}

static void add_rate(struct columns *table, const struct rate *rate,
		     const struct stress_tally *tally)
{
	char digits[TEXT_NUMBER];
	double value = rate_of(rate, tally);

	if (!tally->elapsed_ns)
		columns_add(table, "-");
	else if (value > 0 && value < 9.95)
		columns_add(table, "%.1f", value);
	else
		columns_add(table, "%s", text_int(digits, (int64_t)(value + 0.5)));
}

/* Three digits or so, and the unit that makes them. */
static void add_latency(struct columns *table, const struct latency *latency,
			const struct stress_tally *tally)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = (double)latency_of(latency, tally);
	unsigned unit = 0;

	for (; value >= 999.5 && unit < 3; unit++)
		value /= 1000;
	if (!tally->freeing.count)
		columns_add(table, "-");
	else
		columns_add(table, "%.*f %s", unit && value < 99.95 ? 1 : 0, value,
			    units[unit]);
}

/* The second design's as so much of the first's. */
static void add_ratio(struct columns *table, double first, double second)
{
	double ratio = first > 0 ? second / first : 0;

	if (!(ratio > 0))
		columns_add(table, "-");
	else
		columns_add(table,
			    ratio < 0.01 ? "%.1g"
			    : ratio < 10 ? "%.2f"
					 : "%.0f",
			    ratio);
}

static void add_head(struct columns *table, const struct contest *contest)
{
	columns_add(table, "%s", "");
	for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
		if (contest_has(contest, place))
			columns_add(table, "%s", contest_design_name(place));
	if (table->columns > CONTEST_DESIGNS + 1)
		columns_add(table, "lockless/rwsem");
}

static void add_rates(struct columns *table, const struct contest *contest,
		      const struct contest_row *row)
{
	for (unsigned i = 0; i < RATES; i++) {
		columns_add(table, "%s", rates[i].name);
		for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
			if (contest_has(contest, place))
				add_rate(table, &rates[i], &row->tally[place]);
		if (table->columns > CONTEST_DESIGNS + 1)
			add_ratio(table, rate_of(&rates[i], &row->tally[0]),
				  rate_of(&rates[i], &row->tally[1]));
	}
}

static void add_latencies(struct columns *table, const struct contest *contest,
			  const struct contest_row *row)
{
	for (unsigned i = 0; i < LATENCIES; i++) {
		columns_add(table, "%s", latencies[i].name);
		for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
			if (contest_has(contest, place))
				add_latency(table, &latencies[i], &row->tally[place]);
		if (table->columns > CONTEST_DESIGNS + 1)
			add_ratio(table,
				  (double)latency_of(&latencies[i], &row->tally[0]),
				  (double)latency_of(&latencies[i], &row->tally[1]));
	}
}

/* One number of threads: the designs are columns. */
static bool print_row(const struct output *out, const struct contest *contest,
		      const struct contest_row *row)
{
	const bool both = contest_has(contest, 0) && contest_has(contest, 1);
	struct columns table;

	columns_open(&table, both ? 4 : 2, 1 << 0);
	add_head(&table, contest);
	add_rates(&table, contest, row);
	if (contest->options.mounts)
		add_latencies(&table, contest, row);
	bool printed = columns_print(&table, out);

	columns_close(&table);
	return printed;
}

static void add_scaling_head(struct columns *table)
{
	columns_add(table, "threads");
	columns_add(table, "locking");
	for (unsigned i = 0; i < RATES; i++)
		columns_add(table, "%s", rates[i].name);
	columns_add(table, "register p99");
	columns_add(table, "register max");
	columns_add(table, "free p99");
	columns_add(table, "of one thread");
}

static void add_scaling_row(struct columns *table, const struct contest *contest,
			    const struct contest_row *row, unsigned place)
{
	const struct stress_tally *tally = &row->tally[place];

	columns_add(table, "%u", row->threads);
	columns_add(table, "%s", contest_design_name(place));
	for (unsigned i = 0; i < RATES; i++)
		add_rate(table, &rates[i], tally);
	add_latency(table, &latencies[1], tally);
	add_latency(table, &latencies[2], tally);
	add_latency(table, &latencies[4], tally);
	add_ratio(table, rate_of(&rates[0], &contest->rows[0].tally[place]),
		  rate_of(&rates[0], tally));
}

/* Several numbers of threads: each design is a row of each. */
static bool print_scaling(const struct output *out, const struct contest *contest)
{
	struct columns table;

	columns_open(&table, RATES + 6, 1 << 1);
	add_scaling_head(&table);
	for (size_t i = 0; i < contest->count; i++)
		for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
			if (contest_has(contest, place))
				add_scaling_row(&table, contest, &contest->rows[i],
						place);
	bool printed = columns_print(&table, out);

	columns_close(&table);
	return printed;
}

static void print_setting(const struct contest *contest)
{
	const struct stress_options *options = &contest->options;

	printf("%u %s, %u %s, %u %s", options->threads,
	       options->threads == 1 ? "thread shrinks" : "threads shrink",
	       options->mounts, options->mounts == 1 ? "mounts" : "mount",
	       options->memcgs, options->memcgs == 1 ? "memcg" : "memcgs");
	if (options->stuck_ns)
		printf(", a shrinker blocks for %g ms",
		       (double)options->stuck_ns / 1e6);
	printf("; %g s for each design%s, in turns; seed %" PRIu64 "\n\n",
	       (double)options->span_ns / 1e9,
	       options->scaling ? " and number of threads" : "", options->seed);
}

static void print_objects(const struct contest *contest, const struct contest_row *row)
{
	char added[TEXT_NUMBER], freed[TEXT_NUMBER], deleted[TEXT_NUMBER],
		left[TEXT_NUMBER];

	for (unsigned place = 0; place < CONTEST_DESIGNS; place++) {
		const struct stress_tally *tally = &row->tally[place];

		if (!contest_has(contest, place) || !tally->elapsed_ns)
			continue;
		printf("%s, %u %s: %s objects added = %s freed + %s deleted + "
		       "%s left\n",
		       contest_design_name(place), row->threads,
		       row->threads == 1 ? "thread" : "threads",
		       text_int(added, (int64_t)tally->added),
		       text_int(freed, (int64_t)tally->freed),
		       text_int(deleted, (int64_t)tally->deleted),
		       text_int(left, (int64_t)tally->left));
	}
}

/* Whether there is anything to say: not when the first slice has failed. */
static bool has_run(const struct contest *contest)
{
	return contest->count && (contest->rows[0].tally[0].elapsed_ns ||
				  contest->rows[0].tally[1].elapsed_ns);
}

bool stress_text(const struct output *out, const struct contest *contest)
{
	if (!has_run(contest))
		return true;
	print_setting(contest);
	if (!(contest->options.scaling ? print_scaling(out, contest)
				       : print_row(out, contest, contest->rows)))
		return false;
	putchar('\n');
	for (size_t i = 0; i < contest->count; i++)
		print_objects(contest, &contest->rows[i]);
	if (contest->partial)
		puts("interrupted: what there was until then");
	return true;
}
