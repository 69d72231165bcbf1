/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_interval - what happened since the last time, of a replay that goes on.
 *
 * As text: a few lines, and the shrinkers that scanned most.  As JSON: an object that
 * is begun with the interval, so that calls can go into it when they happen.
 */
#ifndef CLI_PRINT_INTERVAL_H
#define CLI_PRINT_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

struct interval;
struct json;
struct output;
struct shr_capture;
struct shr_summary;

/* What an interval is printed beside. */
struct interval_frame {
	const struct shr_summary *all;	   /* since the beginning */
	const struct shr_capture *capture; /* the same */
	uint64_t start_ns;		   /* of the replay, in the interval's clock */
	uint64_t late;	   /* events since the beginning that did not keep the order */
	int64_t unix_time; /* when the interval ended */
};

/* @interval has ended.  False after complaining that memory ran out. */
bool text_interval(const struct output *out, const struct interval *interval,
		   const struct interval_frame *frame);

/* Begin the object; calls go into it with json_call(), the key NULL. */
void json_interval_begin(struct json *json, const struct interval *interval);

/* Fill in the rest of it; @interval has ended. */
void json_interval_end(struct json *json, const struct interval *interval,
		       const struct interval_frame *frame);

#endif /* CLI_PRINT_INTERVAL_H */
