/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock - how long something has taken: a time that only ever goes on.
 */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t clock_now_ns(void);

#endif /* CLI_CLOCK_H */
