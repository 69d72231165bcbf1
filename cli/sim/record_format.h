/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_format - the texts in which a kernel describes its records to readers.
 */
#ifndef CLI_SIM_RECORD_FORMAT_H
#define CLI_SIM_RECORD_FORMAT_H

struct kernel_form;
struct record_layout;
struct textbuf;

/*
 * Append events/SYSTEM/EVENT/format of @layout, with the sentence in C that readers
 * print it by.  0, or -1 when memory has run out.
 */
int record_format_print(const struct record_layout *layout,
			const struct kernel_form *form, struct textbuf *text);

/* Append events/header_page of that kernel.  As above. */
int record_format_page(const struct kernel_form *form, struct textbuf *text);

/* events/header_event: the same in all. */
extern const char record_format_event[];

#endif /* CLI_SIM_RECORD_FORMAT_H */
