/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_csv - core's rows as comma-separated values (RFC 4180), a header first.
 *
 * Columns are only ever added at the end.  Unknown is an empty field, never 0.
 */
#ifndef CLI_PRINT_CSV_H
#define CLI_PRINT_CSV_H

#include "core/event.h"

#include <stdbool.h>

struct input;
struct shr_call;
struct shr_summary;

/* One field, quoted where it must be. */
void csv_str(struct shr_str text);

/* Every field but the first of a row begins with its comma; NULL is empty. */
void csv_next_text(const char *text);
void csv_next_str(struct shr_str text);

/* The same for numbers: an empty field where it is not @known. */
void csv_next_int(int64_t value, bool known);
void csv_next_uint(uint64_t value, bool known);
void csv_next_hex(uint64_t value, bool known);

/* A time, where the clock has nanoseconds. */
void csv_next_time(const struct input *input, uint64_t ts_ns);

void csv_calls_header(void);
void csv_call(const struct input *input, const struct shr_call *call);

void csv_events_header(void);
void csv_event(const struct input *input, const struct shr_event *event);

/* One row a shrinker that had calls. */
void csv_summary_header(void);
void csv_summary(const struct input *input, const struct shr_summary *summary);

#endif /* CLI_PRINT_CSV_H */
