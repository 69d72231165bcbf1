/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace_reader - the events of a trace.dat, all CPUs and buffers merged by time.
 *
 * Every CPU of every chosen buffer is a stream of runs (pages.h); a heap picks the
 * stream whose next record is earliest, and as many of its records are decoded as
 * come before any other stream's.  Equal times keep the order of the file.
 *
 * A stream that turns out damaged ends in a gap; the others go on, and the fault
 * is the error that ends the source.
 */
#ifndef PARSERS_TRACE_READER_H
#define PARSERS_TRACE_READER_H

#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_reader_options;
struct shr_source;
struct shr_trace_reader;

/*
 * Over @data, borrowed until free.  NULL with *err filled in: also when two buffers
 * hold the same events and options->instance does not choose one.
 */
struct shr_trace_reader *shr_trace_reader_new(const uint8_t *data, size_t size,
					      const struct shr_reader_options *options,
					      struct shr_err *err);

/* Accepts NULL. */
void shr_trace_reader_free(struct shr_trace_reader *reader);

/* Lives as long as @reader. */
struct shr_source *shr_trace_reader_source(struct shr_trace_reader *reader);

#endif /* PARSERS_TRACE_READER_H */
