/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btf - where the running kernel keeps a member, and which argument is which.
 *
 * From the kernel's own description of its types, through libbpf.  A build without
 * libbpf has the same functions: btf_open() says so.
 *
 *	struct kernel_types *types = btf_open(NULL, &err);
 *	struct member batch;
 *
 *	if (types && btf_find_member(types, "shrinker", "batch", &batch))
 *		use(batch.offset, batch.size);
 *	btf_close(types);
 */
#ifndef CLI_RECORD_BTF_H
#define CLI_RECORD_BTF_H

#include <stdbool.h>
#include <stdint.h>

struct kernel_types;
struct shr_err;

#define BTF_PATH "/sys/kernel/btf/vmlinux"

/* A member's place in its struct, in bytes. */
struct member {
	uint32_t offset;
	uint32_t size;
};

/* Whether this build can read BTF. */
bool btf_supported(void);

/*
 * Read the types in @path, or in BTF_PATH if that is NULL.  NULL with *err filled in:
 * UNSUPPORTED where the build or the kernel has none, IO or SYNTAX otherwise.
 */
struct kernel_types *btf_open(const char *path, struct shr_err *err);

/* Accepts NULL. */
void btf_close(struct kernel_types *types);

/*
 * Where struct @type has @member, in whatever unnamed struct or union of it.  False if
 * it has none, or one that is a bitfield, which no probe can read by its offset alone.
 */
bool btf_find_member(const struct kernel_types *types, const char *type,
		     const char *member, struct member *place);

/*
 * Which argument of @function, counted from 1, points to a struct @type.  0: none, or
 * BTF does not have the function (pahole leaves out what the compiler has changed).
 */
unsigned btf_find_argument(const struct kernel_types *types, const char *function,
			   const char *type);

#endif /* CLI_RECORD_BTF_H */
