/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_contents - what a trace.dat says beside its events, as the recorder found it.
 *
 * Everything is borrowed.  Texts are the kernel's own, from the files named; where one
 * is empty, the file says nothing of it.
 */
#ifndef CLI_RECORD_DAT_CONTENTS_H
#define CLI_RECORD_DAT_CONTENTS_H

#include "cli/record/dat_packer.h"
#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* events/SYSTEM/EVENT/format */
struct dat_format {
	const char *system;
	struct shr_str text;
};

/* One more option, for what has no member here.  Readers pass over ids they lack. */
struct dat_extra {
	uint16_t id;
	const void *data;
	uint32_t len;
};

struct dat_contents {
	struct shr_str header_page;	  /* events/header_page */
	struct shr_str header_event;	  /* events/header_event */
	const struct dat_format *formats; /* a system's one behind the other */
	size_t format_count;	 /* those of system "ftrace" are the tracers' own */
	struct shr_str kallsyms; /* "address type name [module]" lines */
	struct shr_str printk;	 /* printk_formats */
	struct shr_str cmdlines; /* saved_cmdlines: "pid name" lines */
	struct shr_str uname;	 /* "Linux HOST RELEASE MACHINE" */
	const char *clock;	 /* the name; NULL: not told */
	struct shr_str cpustat;	 /* per_cpu/cpuN/stats, each behind a line "CPU: N" */
	const char *version;	 /* of what recorded it; NULL: not told */
	uint64_t trace_id;	 /* 0: not told */
	const struct dat_extra *options;
	size_t option_count;
};

/* How it is written. */
struct dat_settings {
	unsigned version; /* 6 or 7 */
	enum dat_compression compression;
	uint32_t page_size; /* of the ring buffer's pages, in bytes */
	uint32_t cpu_count; /* one more than the highest number */
	uint64_t stretch;   /* what each CPU gets of the spool at first, in bytes; 0: as
			     many as do well */
	bool force;	    /* the file may exist, and is replaced */
	bool swapped;	    /* the other byte order than this machine's */
	unsigned long_size; /* of where it was recorded; 0: as here */
	bool stream;	    /* goes out as it comes (dat_stream.h): version 7 */
};

#endif /* CLI_RECORD_DAT_CONTENTS_H */
