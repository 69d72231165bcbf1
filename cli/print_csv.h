/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_csv - core's rows as comma-separated values (RFC 4180), a header first.
 *
 * Columns are only ever added at the end.  Unknown is an empty field, never 0.
 */
#ifndef CLI_PRINT_CSV_H
#define CLI_PRINT_CSV_H

struct input;
struct shr_call;
struct shr_event;
struct shr_summary;

void csv_calls_header(void);
void csv_call(const struct input *input, const struct shr_call *call);

void csv_events_header(void);
void csv_event(const struct input *input, const struct shr_event *event);

/* One row a shrinker that had calls. */
void csv_summary_header(void);
void csv_summary(const struct input *input, const struct shr_summary *summary);

#endif /* CLI_PRINT_CSV_H */
