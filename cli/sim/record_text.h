/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_text - what tools print of a record, behind the event's name.
 *
 * The words are the kernel's own (record_fields.h); tools differ in how they print a
 * function and an address, and libtraceevent, which trace-cmd and perf print with,
 * gives up on the sentences of 7.1 and later.
 */
#ifndef CLI_SIM_RECORD_TEXT_H
#define CLI_SIM_RECORD_TEXT_H

struct census;
struct record;
struct shr_source;
struct textbuf;

enum text_tool {
	TEXT_FTRACE,	/* the kernel's trace and trace_pipe */
	TEXT_TRACE_CMD, /* trace-cmd report */
	TEXT_PERF,	/* perf script */
};

/*
 * Append @record, an event of @source, as @tool prints it.  0, or -1 when memory has
 * run out.
 */
int record_text_print(struct textbuf *text, const struct record *record,
		      const struct census *census, struct shr_source *source,
		      enum text_tool tool);

#endif /* CLI_SIM_RECORD_TEXT_H */
