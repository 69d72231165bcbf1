/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace_dat_versions - what follows the common head of a trace.dat, by version.
 *
 * Called by trace_dat.c with the cursor behind the head; both return 0, or -1 with
 * *err filled in, having kept whatever they found before the fault.
 */
#ifndef PARSERS_TRACE_DAT_VERSIONS_H
#define PARSERS_TRACE_DAT_VERSIONS_H

#include <stdint.h>

struct shr_bytes;
struct shr_err;
struct shr_trace_dat;

/* Version 6: one sequence.  @page_size is the whole file's. */
int shr_trace_dat_read_v6(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			  uint32_t page_size, struct shr_err *err);

/* Version 7: sections, found through options.  @page_size is used for a rescue. */
int shr_trace_dat_read_v7(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			  uint32_t page_size, struct shr_err *err);

#endif /* PARSERS_TRACE_DAT_VERSIONS_H */
