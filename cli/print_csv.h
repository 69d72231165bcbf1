/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_csv - core's rows as comma-separated values (RFC 4180), a header first.
 *
 * Columns are only ever added at the end.  Unknown is an empty field, never 0.
 */
#ifndef CLI_PRINT_CSV_H
#define CLI_PRINT_CSV_H

#include "core/event.h"

struct input;
struct shr_call;
struct shr_summary;

/* One field, quoted where it must be. */
void csv_str(struct shr_str text);

void csv_calls_header(void);
void csv_call(const struct input *input, const struct shr_call *call);

void csv_events_header(void);
void csv_event(const struct input *input, const struct shr_event *event);

/* One row a shrinker that had calls. */
void csv_summary_header(void);
void csv_summary(const struct input *input, const struct shr_summary *summary);

#endif /* CLI_PRINT_CSV_H */
