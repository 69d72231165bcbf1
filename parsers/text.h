/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text - a capture that somebody printed, as a source of events.
 *
 * Reads what the kernel's trace and trace_pipe, trace-cmd report, perf script, perf
 * trace, the console and our bpftrace program print, recognised line by line and in
 * any mixture.  Lines come out in the order of the text.  A plain integer as time is
 * SHR_CLOCK_TICKS; times from a buffer's start stay relative to it.
 *
 * A fault in the last line, which has no end of line, is SHR_ERR_TRUNCATED; a text
 * without anything a capture has is SHR_ERR_SYNTAX; options raw, hex and bin, which
 * print no fields, are SHR_ERR_UNSUPPORTED.
 */
#ifndef PARSERS_TEXT_H
#define PARSERS_TEXT_H

struct shr_err;
struct shr_input;
struct shr_kallsyms;
struct shr_source;
struct shr_text_reader;

/*
 * Over @input, whole or a stream, and @kallsyms (may be NULL) for callbacks printed
 * as addresses; both borrowed until free.  NULL with *err filled in.
 */
struct shr_text_reader *shr_text_reader_new(const struct shr_input *input,
					    struct shr_kallsyms *kallsyms,
					    struct shr_err *err);

/* Accepts NULL. */
void shr_text_reader_free(struct shr_text_reader *reader);

/* Lives as long as @reader. */
struct shr_source *shr_text_reader_source(struct shr_text_reader *reader);

#endif /* PARSERS_TEXT_H */
