/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/control.h"

#include "cli/record/tracefile.h"
#include "core/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>

bool control_has(struct tracefs_instance *instance, const char *path)
{
	return tracefs_file_exists(instance, path) ||
	       tracefs_dir_exists(instance, path);
}

int control_put(struct tracefs_instance *instance, const char *path, const char *text)
{
	char *dir = tracefs_instance_get_dir(instance);

	if (!dir) {
		errno = ENOMEM;
		return -1;
	}
	int failed = tracefile_put(dir, path, text);
	int why = errno;

	tracefs_put_tracing_file(dir);
	errno = why;
	return failed;
}

int control_write(struct tracefs_instance *instance, const char *path, const char *text,
		  struct shr_err *err)
{
	if (control_put(instance, path, text) == 0)
		return 0;
	return shr_fail(err, SHR_ERR_IO, "the kernel does not take '%s' in %s: %s",
			text, path, strerror(errno));
}

char *control_read(struct tracefs_instance *instance, const char *path,
		   struct shr_err *err)
{
	/* Of no instance libtracefs would give where tracefs is mounted. */
	char *dir = instance ? tracefs_instance_get_dir(instance) : NULL;

	if (instance && !dir) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	char *text = tracefile_read(dir ? dir : tracefs_tracing_dir(), path, err);

	tracefs_put_tracing_file(dir);
	return text;
}

uint64_t control_number(struct tracefs_instance *instance, const char *path,
			uint64_t otherwise)
{
	struct shr_err err;
	char *text =
		control_has(instance, path) ? control_read(instance, path, &err) : NULL;
	char *end = text;
	uint64_t number = text ? strtoull(text, &end, 10) : otherwise;

	if (end == text)
		number = otherwise;
	free(text);
	return number;
}
