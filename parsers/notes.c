/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/notes.h"

#include "core/err.h"
#include "parsers/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct shr_str next_line(struct shr_str *rest)
{
	const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
	struct shr_str line = { rest->ptr,
				end ? (size_t)(end - rest->ptr) : rest->len };
	size_t passed = line.len + (end != NULL);

	rest->ptr += passed;
	rest->len -= passed;
	return line;
}

static bool begins(struct shr_str line, const char *with)
{
	size_t len = strlen(with);

	return line.len >= len && memcmp(line.ptr, with, len) == 0;
}

/* "78 /system.slice": the id, and *path the rest.  False: another form. */
static bool split(struct shr_str line, uint64_t *id, struct shr_str *path)
{
	size_t at = 0;

	for (*id = 0; at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9'; at++)
		if (__builtin_mul_overflow(*id, 10, id) ||
		    __builtin_add_overflow(*id, (uint64_t)(line.ptr[at] - '0'), id))
			return false;
	*path = (struct shr_str){ line.ptr + at + 1, line.len - at - 1 };
	return at && at + 1 < line.len && line.ptr[at] == ' ' && *path->ptr == '/';
}

static int add_cgroup(struct shr_notes *notes, uint64_t id, uint32_t path,
		      struct shr_err *err)
{
	/* A power of two: the room is used up. */
	if ((notes->cgroup_count & (notes->cgroup_count - 1)) == 0) {
		size_t room = notes->cgroup_count ? 2 * notes->cgroup_count : 1;
		void *grown =
			reallocarray(notes->cgroups, room, sizeof(*notes->cgroups));

		if (!grown)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		notes->cgroups = grown;
	}
	notes->cgroups[notes->cgroup_count++] = (struct shr_listed_cgroup){ id, path };
	return 0;
}

int shr_notes_read(struct shr_notes *notes, struct shr_str text,
		   struct shr_names *names, struct shr_err *err)
{
	bool in_cgroups = false;

	while (text.len) {
		struct shr_str line = next_line(&text), path;
		uint64_t id;

		if (begins(line, "["))
			in_cgroups = begins(line, "[cgroups at ");
		else if (in_cgroups && split(line, &id, &path) &&
			 add_cgroup(notes, id, shr_names_intern(names, path, 0), err) <
				 0)
			return -1;
	}
	return 0;
}

void shr_notes_release(struct shr_notes *notes)
{
	free(notes->cgroups);
	*notes = (struct shr_notes){ 0 };
}
