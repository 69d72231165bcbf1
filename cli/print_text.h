/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_text - core's rows for people.
 *
 * What is printed here may change; programs read JSON.
 */
#ifndef CLI_PRINT_TEXT_H
#define CLI_PRINT_TEXT_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;
struct output;
struct shr_call;
struct shr_fit;
struct shr_summary;
struct shr_tally;
struct survey;

enum { TEXT_NUMBER = 32, TEXT_VERDICTS = 512 };

/* @value with commas between thousands, into @buf, which is returned. */
const char *text_int(char buf[TEXT_NUMBER], int64_t value);

/* "12.345678901", or the bare number where the clock has no seconds. */
const char *text_time(char buf[TEXT_NUMBER], const struct input *input, uint64_t ts_ns);

/* "98 exact, 2 concurrent", or empty, into @buf, which is returned. */
const char *text_verdicts(char buf[TEXT_VERDICTS], const struct shr_tally *tally);

/*
 * The table of the shrinkers of @summary that have calls.  False after complaining that
 * memory ran out.
 */
bool text_table(const struct output *out, const struct shr_summary *summary);

/* What the capture is, a line each: file, format, span, loss. */
void text_capture(const struct input *input, const struct shr_summary *summary);

/* The generation, how it is known, and what disagrees. */
void text_generation(const struct input *input, const struct shr_fit *fit);

/*
 * Everything `replay` sums up, down to the closing sentences.  False after complaining
 * that memory ran out.
 */
bool text_summary(const struct output *out, const struct input *input,
		  const struct shr_summary *summary, const struct survey *survey);

/* One call on one line. */
void text_call(const struct output *out, const struct input *input,
	       const struct shr_call *call);

/* One call as a hunk: what is the same, what was predicted (-), what was observed (+).
 */
void text_hunk(const struct output *out, const struct input *input,
	       const struct shr_call *call);

/* "kswapd0-54 [000] ", as far as @has (enum shr_has) says that it is known. */
void text_task(const struct input *input, int32_t pid, uint32_t comm, uint32_t has,
	       uint32_t cpu);

#endif /* CLI_PRINT_TEXT_H */
