/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * width - integers as wide as those of the kernel that made the capture.
 *
 * The kernel's long wraps (-fno-strict-overflow), ours must not overflow: sums are
 * formed in uint64_t and cut to the width that they had, 4 or 8 bytes.
 */
#ifndef CORE_MODEL_WIDTH_H
#define CORE_MODEL_WIDTH_H

#include <stdint.h>

static inline int64_t shr_to_long(uint64_t value, unsigned long_size)
{
	return long_size == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

static inline uint64_t shr_to_ulong(uint64_t value, unsigned long_size)
{
	return long_size == 4 ? (uint32_t)value : value;
}

/* C leaves an oversized shift undefined; x86-64 and arm64 take the count modulo. */
static inline int64_t shr_shift(int64_t value, int priority, unsigned long_size)
{
	return value >> ((unsigned)priority & (long_size == 4 ? 31 : 63));
}

#endif /* CORE_MODEL_WIDTH_H */
