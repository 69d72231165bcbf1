/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_time - the time before an event's name, in every notation.
 *
 * Seconds with a fraction of one to nine digits, latency-format's microseconds
 * ("68383us+"), its verbose form ("[0000001234] 68.383ms (+0.001ms)", of which the
 * absolute hexadecimal time is taken) and perf trace's milliseconds are nanoseconds
 * in the end.  A plain integer is a count of ticks: the counter and x86-tsc clocks
 * print such, and so does --raw-ts, which does not say what its clock counted.
 */
#ifndef PARSERS_TEXT_TIME_H
#define PARSERS_TEXT_TIME_H

#include <stdbool.h>

struct shr_text_cursor;
struct shr_text_prefix;

/*
 * The time that ends at *@end, the place of its colon: NULL and *@end on its first
 * byte, or why there is none.
 */
const char *shr_text_time_back(const char *start, const char **end,
			       struct shr_text_prefix *prefix);

/* As above for the verbose form, where a ')' is before the colon. */
const char *shr_text_time_verbose_back(const char *start, const char **end,
				       struct shr_text_prefix *prefix);

/* Milliseconds with a fraction, or '?' for an unknown time.  False if neither. */
bool shr_text_time_take_ms(struct shr_text_cursor *cur, struct shr_text_prefix *prefix);

#endif /* PARSERS_TEXT_TIME_H */
