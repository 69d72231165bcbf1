/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * control - the small files by which an instance of tracefs is told and asked.
 *
 * A path is relative to the instance ("events/vmscan/enable").  Errors name the file
 * and the kernel's reason; what to do about it, the caller knows better.
 */
#ifndef CLI_RECORD_CONTROL_H
#define CLI_RECORD_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct tracefs_instance;

/* Whether there is such a file or folder. */
bool control_has(struct tracefs_instance *instance, const char *path);

/* Write @text into a file that exists.  0, or -1 with errno as write(2) left it. */
int control_put(struct tracefs_instance *instance, const char *path, const char *text);

/* As control_put(), with *err filled in on failure. */
int control_write(struct tracefs_instance *instance, const char *path, const char *text,
		  struct shr_err *err);

/*
 * The text of a file, owned by the caller, or NULL with *err filled in.  @instance NULL
 * is the top of tracefs, which is only ever read.
 */
char *control_read(struct tracefs_instance *instance, const char *path,
		   struct shr_err *err);

/* The number that @path begins with, or @otherwise where there is none. */
uint64_t control_number(struct tracefs_instance *instance, const char *path,
			uint64_t otherwise);

#endif /* CLI_RECORD_CONTROL_H */
