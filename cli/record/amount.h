/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * amount - sizes and lengths of time as people write them: "8M", "1.5h".
 */
#ifndef CLI_RECORD_AMOUNT_H
#define CLI_RECORD_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

enum { AMOUNT_TEXT = 32 };

/* "512K", "8M", "1.5G" in bytes; the unit must be there.  False: it is no such size. */
bool amount_size(const char *text, uint64_t *bytes);

/* "30s", "5m", "1.5h", "250ms"; seconds without a unit.  False: it is no such time. */
bool amount_time(const char *text, uint64_t *ns);

/* "1.2 MiB" into @buf, which is returned. */
const char *amount_text(char buf[AMOUNT_TEXT], uint64_t bytes);

#endif /* CLI_RECORD_AMOUNT_H */
