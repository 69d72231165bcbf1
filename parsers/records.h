/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * records - one binary record into one event.
 *
 * This is the inner loop of reading a capture: nothing is looked up by name and
 * nothing allocates.  Records of a 64-bit kernel in the machine's own byte order
 * take a path without per-field decisions; all others give the same values with
 * any size, sign and order.
 */
#ifndef PARSERS_RECORDS_H
#define PARSERS_RECORDS_H

#include "parsers/formats.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_names;

/*
 * Fill in everything of @event, not of a format->line, that @data (@len bytes, at least
 * format->min_len) holds: all but time and CPU.  Names of identity events are kept in
 * @names.
 */
void shr_record_decode(const struct shr_formats *formats,
		       const struct shr_record_format *format, const uint8_t *data,
		       uint32_t len, struct shr_names *names, struct shr_event *event);

/* The text of a record of a format->line; empty where there is none. */
struct shr_str shr_record_line(const struct shr_formats *formats,
			       const struct shr_record_format *format,
			       const uint8_t *data, uint32_t len);

/*
 * As shr_record_decode(), of such a record whose @line begins as ours.  False: @event
 * is SHR_MALFORMED, with a reason that is static, and no place.
 */
bool shr_record_decode_line(const struct shr_formats *formats,
			    const struct shr_record_format *format, const uint8_t *data,
			    struct shr_str line, struct shr_names *names,
			    struct shr_event *event);

#endif /* PARSERS_RECORDS_H */
