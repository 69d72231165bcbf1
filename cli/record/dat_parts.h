/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_parts - the bodies that versions 6 and 7 of trace.dat have in common.
 */
#ifndef CLI_RECORD_DAT_PARTS_H
#define CLI_RECORD_DAT_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct dat_bytes;
struct dat_contents;

/* In the order version 6 has them, and with the numbers of version 7's sections. */
enum dat_part {
	DAT_HEADER_INFO = 16,
	DAT_FTRACE_FORMATS,
	DAT_EVENT_FORMATS,
	DAT_KALLSYMS,
	DAT_PRINTK,
	DAT_CMDLINES,
};

void dat_put_part(struct dat_bytes *bytes, const struct dat_contents *contents,
		  enum dat_part part);

void dat_put_option(struct dat_bytes *bytes, uint16_t id, const void *data,
		    uint32_t len);

/* One whose data is that number. */
void dat_put_option_u64(struct dat_bytes *bytes, uint16_t id, uint64_t value);

/* All that is known before the recording; @cpu_count is that of the tables. */
void dat_put_options(struct dat_bytes *bytes, const struct dat_contents *contents,
		     uint32_t cpu_count);

/* What is known behind it: the CPU statistics, and the options from @first on. */
void dat_put_late_options(struct dat_bytes *bytes, const struct dat_contents *contents,
			  size_t first);

/* The clock as the kernel's trace_clock marks the one in use: "[mono]". */
void dat_put_clock(struct dat_bytes *bytes, const struct dat_contents *contents);

#endif /* CLI_RECORD_DAT_PARTS_H */
