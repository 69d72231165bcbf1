/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_prefix - what stands before an event's name: task, CPU, time.
 *
 * Read from right to left, because a task's name may hold anything, also what looks
 * like the rest of a prefix; the time next to the event's name cannot be mistaken.
 * Everything is optional: without context-info nothing is there at all.
 *
 *	               bash-8095    (-------) [000] d..1.   515.488695:   trace
 *	     bash-8095      0d..1. 61949us#:                         latency-format
 *	shrfmt:             bash-15159 [000]   670.787539: (+17)     trace-cmd report
 *	            bash 16382/16382 [000]   710.698650:             perf script
 *	     0.053 bash/16539                                        perf trace
 *	1620722026918 cpu=0 tid=18171 comm=bash                      bpftrace
 */
#ifndef PARSERS_TEXT_PREFIX_H
#define PARSERS_TEXT_PREFIX_H

#include "core/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shr_text_form {
	SHR_FORM_BARE,	  /* nothing there */
	SHR_FORM_FTRACE,  /* task-pid [cpu] flags time: */
	SHR_FORM_LATENCY, /* task-pid cpuflags time: */
	SHR_FORM_PERF,	  /* task pid [cpu] time: */
	SHR_FORM_CALL,	  /* milliseconds task/pid, as perf trace */
	SHR_FORM_KEYS,	  /* nanoseconds cpu= tid= comm= */
	SHR_FORM_PROSE,	  /* words: not a prefix */
};

struct shr_text_prefix {
	uint32_t has; /* SHR_HAS_TIME, _CPU, _PID */
	enum shr_text_form form;
	enum shr_clock_unit unit; /* of ts */
	uint64_t ts;
	int32_t pid;
	uint32_t cpu;
	struct shr_str comm; /* borrowed from the line, or the memo */
	const char *reason;  /* static, for SHR_PREFIX_BAD */
};

/*
 * The last line's task and CPU, and the text they were read from: most lines are of
 * the same task as the one before.  All zero at first.
 */
struct shr_text_memo {
	char left[96];
	size_t len;
	struct shr_text_prefix prefix;
};

enum shr_text_found {
	SHR_PREFIX_OK,
	SHR_PREFIX_OTHER, /* another event's name is there */
	SHR_PREFIX_BAD,	  /* a time or a CPU is there that cannot be one */
};

/*
 * Read @start..@end, where @end is the first byte of the event's name.  @call: the
 * name is followed by a parenthesis.  Only _OK fills in *prefix; for _BAD
 * prefix->reason is why.
 */
enum shr_text_found shr_text_prefix_parse(struct shr_text_memo *memo, const char *start,
					  const char *end, bool call,
					  struct shr_text_prefix *prefix);

#endif /* PARSERS_TEXT_PREFIX_H */
