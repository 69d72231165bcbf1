/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/contest.h"

#include "cli/interrupt.h"
#include "core/err.h"

#include <stdlib.h>

enum { SLICES_MAX = 8, STUCKS_A_SLICE = 4 };

static const uint64_t least_slice_ns = 50000000;

enum shr_locking contest_design(unsigned place)
{
	return place ? SHR_LOCKING_LOCKLESS : SHR_LOCKING_RWSEM;
}

const char *contest_design_name(unsigned place)
{
	return place ? "lockless" : "rwsem";
}

bool contest_has(const struct contest *contest, unsigned place)
{
	return contest->options.designs >> contest_design(place) & 1;
}

/* As many as can be, if each has room for some waits as long as the callback blocks. */
static unsigned slices_of(const struct stress_options *options)
{
	uint64_t least_ns = STUCKS_A_SLICE * options->stuck_ns;

	if (least_ns < least_slice_ns)
		least_ns = least_slice_ns;
	uint64_t slices = options->span_ns / least_ns;

	return slices > SLICES_MAX ? SLICES_MAX : slices ? (unsigned)slices : 1;
}

static int run_slice(const struct contest *contest, struct contest_row *row,
		     unsigned place, const struct slice_turn *turn,
		     struct interrupt *interrupt, struct shr_err *err)
{
	struct stress_tally *tally = malloc(sizeof(*tally));

	if (!tally)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	int status = slice_run(&contest->options, turn, interrupt, tally, err);

	if (!status)
		stress_tally_add(&row->tally[place], tally);
	free(tally);
	return status;
}

/* One slice of each design, from the same seed. */
static int run_turn(const struct contest *contest, struct contest_row *row,
		    struct slice_turn turn, struct interrupt *interrupt,
		    struct shr_err *err)
{
	for (unsigned place = 0; place < CONTEST_DESIGNS; place++) {
		if (!contest_has(contest, place) || interrupt->seen)
			continue;
		turn.locking = contest_design(place);
		if (run_slice(contest, row, place, &turn, interrupt, err))
			return -1;
	}
	return 0;
}

static int run_row(const struct contest *contest, struct contest_row *row,
		   struct interrupt *interrupt, struct shr_err *err)
{
	const unsigned slices = slices_of(&contest->options);
	struct slice_turn turn = { .threads = row->threads,
				   .span_ns = contest->options.span_ns / slices,
				   .seed = contest->options.seed };

	for (unsigned i = 0; i < slices && !interrupt->seen; i++, turn.seed++)
		if (run_turn(contest, row, turn, interrupt, err))
			return -1;
	return 0;
}

/*
 * How many threads the next row has: what was asked for, or 1, 2, 4 and so on up to
 * that. False: there is no next row.
 */
static bool next_threads(const struct contest *contest, unsigned *threads)
{
	const struct stress_options *options = &contest->options;

	if (contest->count && *threads == options->threads)
		return false;
	*threads = contest->count ? 2 * *threads : 1;
	if (!options->scaling || *threads > options->threads)
		*threads = options->threads;
	return true;
}

/* A row for @threads; NULL: no memory. */
static struct contest_row *add_row(struct contest *contest, unsigned threads)
{
	struct contest_row *rows =
		reallocarray(contest->rows, contest->count + 1, sizeof(*rows));

	if (!rows)
		return NULL;
	contest->rows = rows;
	rows += contest->count++;
	*rows = (struct contest_row){ .threads = threads };
	return rows;
}

int contest_run(struct contest *contest, const struct stress_options *options,
		struct interrupt *interrupt, struct shr_err *err)
{
	unsigned threads = 0;
	int status = 0;

	*contest = (struct contest){ .options = *options };
	while (!status && !interrupt->seen && next_threads(contest, &threads)) {
		struct contest_row *row = add_row(contest, threads);

		status = row ? run_row(contest, row, interrupt, err)
			     : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	contest->partial = interrupt->seen;
	return status;
}

void contest_release(struct contest *contest)
{
	free(contest->rows);
	*contest = (struct contest){ .rows = NULL };
}
