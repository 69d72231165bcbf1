/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/control.h"

#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>
#include <unistd.h>

bool control_has(struct tracefs_instance *instance, const char *path)
{
	return tracefs_file_exists(instance, path) ||
	       tracefs_dir_exists(instance, path);
}

/* libtracefs gives neither errno nor short writes: so only the path is its. */
int control_put(struct tracefs_instance *instance, const char *path, const char *text)
{
	char *file = tracefs_instance_get_file(instance, path);
	int fd = file ? open(file, O_WRONLY | O_CLOEXEC) : -1;
	ssize_t put = fd < 0 ? -1 : write(fd, text, strlen(text));
	int why = errno;

	if (fd >= 0)
		close(fd);
	tracefs_put_tracing_file(file);
	errno = why;
	return put < 0 ? -1 : 0;
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
	errno = 0;
	char *text = tracefs_instance_file_read(instance, path, NULL);

	/* An empty file is no fault, as saved_cmdlines before the first event. */
	if (!text && !errno)
		text = strdup("");
	if (!text)
		shr_fail(err, SHR_ERR_IO, "cannot read %s of tracefs: %s", path,
			 strerror(errno));
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
