/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 0))) static int fill(struct shr_err *err,
						      const char *fmt, va_list ap)
{
	vsnprintf(err->reason, sizeof(err->reason), fmt, ap);
	return -1;
}

int shr_fail(struct shr_err *err, enum shr_err_code code, const char *fmt, ...)
{
	va_list ap;

	*err = (struct shr_err){ .code = code, .offset = SHR_NO_OFFSET };
	va_start(ap, fmt);
	int ret = fill(err, fmt, ap);
	va_end(ap);
	return ret;
}

int shr_fail_at(struct shr_err *err, enum shr_err_code code, uint64_t offset,
		uint64_t line, const char *fmt, ...)
{
	va_list ap;

	*err = (struct shr_err){ .code = code, .offset = offset, .line = line };
	va_start(ap, fmt);
	int ret = fill(err, fmt, ap);
	va_end(ap);
	return ret;
}
