/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * err - why an operation failed, and where in the input.
 *
 * A shr_err is a plain value that the caller owns: nothing to free, so it can
 * also say that memory has run out.  Whoever detects a fault fills it in once;
 * callers above hand it on unchanged.  Only cli/ prints it, because only cli/
 * knows the name of the input.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdint.h>

#define SHR_NO_OFFSET UINT64_MAX

enum shr_err_code {
	SHR_ERR_NONE,
	SHR_ERR_NOMEM,
	SHR_ERR_IO,	     /* the read itself failed */
	SHR_ERR_SYNTAX,	     /* the bytes are not what the format promises */
	SHR_ERR_TRUNCATED,   /* the input ended inside a record */
	SHR_ERR_RANGE,	     /* well formed, but not a possible value */
	SHR_ERR_UNSUPPORTED, /* understood, and deliberately not read */
};

struct shr_err {
	enum shr_err_code code;
	uint64_t offset;  /* byte offset of the fault, or SHR_NO_OFFSET */
	uint64_t line;	  /* counted from 1; 0 where the format has no lines */
	char reason[200]; /* one clause, lower case, no full stop */
};

/* Fill in @err and return -1, so that a caller can write `return shr_fail(...)`. */
int shr_fail(struct shr_err *err, enum shr_err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As shr_fail(), for a fault that has a place in the input. */
int shr_fail_at(struct shr_err *err, enum shr_err_code code, uint64_t offset,
		uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif /* CORE_ERR_H */
