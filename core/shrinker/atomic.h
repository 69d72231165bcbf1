/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * atomic - atomic fields of public structs, by a name that C++ understands, too.
 *
 * The library is C11 and uses <stdatomic.h>.  A program in C++ sees std::atomic in its
 * place, which gcc and clang lay out alike for integers and pointers, so that both may
 * use the same field.
 */
#ifndef CORE_SHRINKER_ATOMIC_H
#define CORE_SHRINKER_ATOMIC_H

#ifdef __cplusplus
#include <atomic>
#define SHR_ATOMIC(type) std::atomic<type>
#else
#include <stdatomic.h>
#define SHR_ATOMIC(type) _Atomic(type)
#endif

#include <stdint.h>

typedef SHR_ATOMIC(int64_t) shr_atomic_int64;
typedef SHR_ATOMIC(uint64_t) shr_atomic_uint64;

#endif /* CORE_SHRINKER_ATOMIC_H */
