/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace_dat_rescue - CPU data of a version 7 file whose end was cut off.
 *
 * Recorders write the data first and the table that tells where each CPU's begins
 * last, so a file that breaks off has data and no table.  The data can be found
 * without it: each CPU's begins at a page boundary; packed data is a chain of chunks
 * that says how long it is; plain pages go back in time where another CPU begins.
 * CPUs are then numbered in the order found, which is that of the real ones.
 */
#ifndef PARSERS_TRACE_DAT_RESCUE_H
#define PARSERS_TRACE_DAT_RESCUE_H

#include <stdint.h>

struct shr_err;
struct shr_trace_dat;

/*
 * Look for buffers behind @offset, the end of the last section that was whole, and
 * add them to @dat.  @page_size is the file's.  Finding none is no error.  Returns 0,
 * or -1 with *err filled in.
 */
int shr_trace_dat_rescue(struct shr_trace_dat *dat, uint64_t offset, uint32_t page_size,
			 struct shr_err *err);

#endif /* PARSERS_TRACE_DAT_RESCUE_H */
