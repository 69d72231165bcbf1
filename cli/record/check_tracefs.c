/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/check_rows.h"
#include "cli/record/enable.h"
#include "cli/record/identity.h"
#include "cli/record/identity_bpf.h"
#include "cli/record/mounted.h"
#include "cli/record/tracefile.h"
#include "core/err.h"
#include "core/event.h"
#include "core/stream.h"
#include "parsers/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The kernel's interface: magic of a tracefs, number of CAP_SYS_ADMIN. */
enum { TRACEFS = 0x74726163, SYS_ADMIN = 21 };

static const char start_dir[] = "events/vmscan/mm_shrink_slab_start";

static const char *sudo(void)
{
	return geteuid() ? "sudo " : "";
}

static bool kernel_has_tracefs(void)
{
	struct shr_err err;
	char *text = tracefile_read("/proc", "filesystems", &err);
	bool has = !text || strstr(text, "\ttracefs\n");

	free(text);
	return has;
}

static void say_not_mounted(struct checks *checks)
{
	if (!kernel_has_tracefs()) {
		check_say(checks, CHECK_TRACEFS, CHECK_NO,
			  "this kernel is built without tracefs (CONFIG_TRACING)");
	} else if (geteuid() == 0 && !check_has_capability(SYS_ADMIN)) {
		check_say(checks, CHECK_TRACEFS, CHECK_NO,
			  "tracefs is not mounted, and without CAP_SYS_ADMIN, as in a "
			  "container, it cannot be");
		check_suggest(checks, CHECK_TRACEFS,
			      "docker run --privileged "
			      "-v /sys/kernel/tracing:/sys/kernel/tracing ...");
	} else {
		check_say(checks, CHECK_TRACEFS, CHECK_NO, "tracefs is not mounted");
		check_suggest(checks, CHECK_TRACEFS,
			      "%smount -t tracefs nodev /sys/kernel/tracing", sudo());
	}
}

void check_find_tracefs(struct checks *checks, const char *given)
{
	struct statfs fs;

	if (!given && !mounted_tracefs(checks->tracefs, sizeof(checks->tracefs))) {
		*checks->tracefs = '\0';
		say_not_mounted(checks);
		return;
	}
	if (given)
		snprintf(checks->tracefs, sizeof(checks->tracefs), "%s", given);
	if (statfs(checks->tracefs, &fs) != 0) {
		check_say(checks, CHECK_TRACEFS, CHECK_NO, "%.150s: %s",
			  checks->tracefs, strerror(errno));
		*checks->tracefs = '\0';
		return;
	}
	checks->is_tracefs = fs.f_type == TRACEFS;
	check_say(checks, CHECK_TRACEFS, checks->is_tracefs ? CHECK_YES : CHECK_PARTLY,
		  checks->is_tracefs ? "%.150s"
				     : "%.150s is no tracefs: nothing is tried there",
		  checks->tracefs);
}

/*
 * Lockdown is to be seen in securityfs, which a container lacks; but when it was there
 * from the beginning, the kernel has made none of the files of tracefs.
 */
static bool is_empty(const struct checks *checks)
{
	return checks->is_tracefs && !tracefile_has(checks->tracefs, "events");
}

static bool check_access(struct checks *checks)
{
	bool open = access(checks->tracefs, R_OK | W_OK | X_OK) == 0;

	if (open && is_empty(checks)) {
		check_say(checks, CHECK_ACCESS, CHECK_NO,
			  "%.100s is empty, as lockdown for confidentiality leaves it",
			  checks->tracefs);
		return false;
	}
	if (open) {
		check_say(checks, CHECK_ACCESS, CHECK_YES,
			  "this user can read and write it");
		return true;
	}
	int why = errno;

	if (why == EROFS) {
		check_say(checks, CHECK_ACCESS, CHECK_NO,
			  "tracefs is mounted read-only here");
		check_suggest(checks, CHECK_ACCESS, "%smount -o remount,rw %.100s",
			      sudo(), checks->tracefs);
	} else if (geteuid()) {
		check_say(checks, CHECK_ACCESS, CHECK_NO,
			  "%.100s is closed to this user: recording needs root",
			  checks->tracefs);
		check_suggest(checks, CHECK_ACCESS, "sudo shrinkctl record");
	} else {
		check_say(checks, CHECK_ACCESS, CHECK_NO,
			  "%.100s is closed even to root (%s): a user namespace or a "
			  "security module",
			  checks->tracefs, strerror(why));
	}
	return false;
}

static void say_layout(struct checks *checks, unsigned layouts)
{
	char names[64];
	size_t len = 0;

	for (unsigned t = 0; t < 7; t++)
		if (layouts >> t & 1)
			len += (size_t)snprintf(names + len, sizeof(names) - len,
						"%sT%u", len ? " or " : "", t + 1);
	check_say(checks, CHECK_EVENTS, CHECK_YES,
		  "mm_shrink_slab_start and _end, layout %s", names);
}

static void check_events(struct checks *checks)
{
	static const char *const files[] = {
		"events/header_page",
		"events/vmscan/mm_shrink_slab_start/format",
		"events/vmscan/mm_shrink_slab_end/format",
	};
	enum { FILES = 3 };
	struct shr_str texts[FILES];
	char *owned[FILES] = { NULL };
	struct shr_err err;
	unsigned layouts = 0;
	int ret = 0;

	for (size_t i = 0; i < FILES && !ret; i++) {
		owned[i] = tracefile_read(checks->tracefs, files[i], &err);
		texts[i] =
			(struct shr_str){ owned[i], owned[i] ? strlen(owned[i]) : 0 };
		ret = owned[i] ? 0 : -1;
	}
	if (!ret)
		ret = shr_reader_layouts(
			&(struct shr_reader_formats){ texts[0], texts[1], texts[2] },
			&layouts, &err);
	if (!ret)
		say_layout(checks, layouts);
	else if (!tracefile_has(checks->tracefs, start_dir))
		check_say(
			checks, CHECK_EVENTS, CHECK_NO,
			"this kernel has no mm_shrink_slab_start event (Linux 3.1 and "
			"later, with CONFIG_EVENT_TRACING)");
	else
		check_say(checks, CHECK_EVENTS, CHECK_NO, "%.190s", err.reason);
	for (size_t i = 0; i < FILES; i++)
		free(owned[i]);
}

static bool has_context(const struct checks *checks, enum shr_context_kind kind)
{
	char path[128];

	for (size_t i = 0; i < ENABLE_GROUPS; i++) {
		snprintf(path, sizeof(path), "events/%s/%s", enable_groups[i],
			 shr_context_name(kind));
		if (tracefile_has(checks->tracefs, path))
			return true;
	}
	return false;
}

static void check_context(struct checks *checks)
{
	char missing[120] = "";
	size_t len = 0;
	unsigned count = 0;

	for (unsigned kind = 0; kind < SHR_CONTEXT_COUNT; kind++) {
		if (has_context(checks, kind))
			count++;
		else if (len < sizeof(missing))
			len += (size_t)snprintf(missing + len, sizeof(missing) - len,
						"%s%s", len ? ", " : "",
						shr_context_name(kind));
	}
	if (count == SHR_CONTEXT_COUNT)
		check_say(checks, CHECK_CONTEXT, CHECK_YES, "all %u", count);
	else
		check_say(checks, CHECK_CONTEXT, count ? CHECK_PARTLY : CHECK_NO,
			  "%u of %u%s%s%s", count, (unsigned)SHR_CONTEXT_COUNT,
			  count ? ", not " : "", count ? missing : "",
			  count && len >= sizeof(missing) ? "..." : "");
}

/* An instance for the trial: its path into @path.  False: none, and the row says why.
 */
static bool make_instance(struct checks *checks, char *path, size_t size)
{
	if (snprintf(path, size, "%s/instances/shrinkctl-%d", checks->tracefs,
		     (int)getpid()) >= (int)size)
		return false;
	if (mkdir(path, 0700) == 0) {
		check_say(checks, CHECK_INSTANCE, CHECK_YES,
			  "a buffer of our own can be made");
		return true;
	}
	if (errno == ENOENT) {
		check_say(checks, CHECK_INSTANCE, CHECK_NO,
			  "this kernel has no instances (Linux 3.10 and later)");
	} else {
		check_say(checks, CHECK_INSTANCE, CHECK_NO,
			  "a buffer of our own cannot be made: %s", strerror(errno));
	}
	return false;
}

/* A tracepoint that is there but cannot be enabled is none to record with. */
static void try_enable(struct checks *checks, const char *instance)
{
	struct shr_err err;

	if (checks->rows[CHECK_EVENTS].answer == CHECK_YES &&
	    tracefile_write(instance, "events/vmscan/mm_shrink_slab_start/enable", "1",
			    &err) < 0)
		check_say(checks, CHECK_EVENTS, CHECK_NO, "cannot be enabled: %.150s",
			  err.reason);
	else if (checks->rows[CHECK_EVENTS].answer == CHECK_YES)
		tracefile_write(instance, "events/vmscan/mm_shrink_slab_start/enable",
				"0", &err);
}

static void try_filter(struct checks *checks, const char *instance)
{
	struct shr_err err;

	if (tracefile_write(instance, "events/vmscan/mm_shrink_slab_start/filter",
			    "total_scan > 0", &err) == 0)
		check_say(checks, CHECK_FILTER, CHECK_YES,
			  "the kernel can filter events");
	else
		check_say(checks, CHECK_FILTER, CHECK_NO, "%.190s", err.reason);
}

/* An empty buffer has nothing to give: that it would is enough. */
static void try_splice(struct checks *checks, const char *instance)
{
	char path[PATH_MAX + 64];
	int ends[2] = { -1, -1 };

	snprintf(path, sizeof(path), "%s/per_cpu/cpu0/trace_pipe_raw", instance);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0)
		got = splice(fd, NULL, ends[1], NULL, (size_t)getpagesize(),
			     SPLICE_F_NONBLOCK);
	if (got >= 0 || errno == EAGAIN)
		check_say(checks, CHECK_SPLICE, CHECK_YES,
			  "pages go from buffer to file without a copy");
	else
		check_say(checks, CHECK_SPLICE, CHECK_NO, "trace_pipe_raw: %s",
			  strerror(errno));
	for (size_t i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (fd >= 0)
		close(fd);
}

static void check_in_instance(struct checks *checks)
{
	char path[PATH_MAX + 32];

	if (!make_instance(checks, path, sizeof(path)))
		return;
	try_enable(checks, path);
	try_filter(checks, path);
	try_splice(checks, path);
	if (tracefile_remove_instance(path) < 0)
		check_say(checks, CHECK_INSTANCE, CHECK_PARTLY,
			  "%.120s cannot be removed: %s", path, strerror(errno));
}

static void try_probe(struct checks *checks, enum check_id id,
		      enum identity_method method)
{
	struct identity identity;
	struct shr_err err;

	if (identity_add(&identity, checks->tracefs, method, &err) < 0) {
		check_say(checks, id, CHECK_NO, "%.190s", err.reason);
		return;
	}
	bool cgroup = identity.fields >> PROBE_CG & 1;

	check_say(checks, id, cgroup ? CHECK_YES : CHECK_PARTLY,
		  cgroup ? "identity can be recorded"
			 : "identity can be recorded, without cgroup ids");
	if (identity_remove(&identity, &err) < 0)
		check_say(checks, id, CHECK_PARTLY, "%s/call cannot be removed: %.120s",
			  identity.group, err.reason);
}

/* What a copy of a tracefs lets one look up. */
static void check_copy(struct checks *checks)
{
	static const struct {
		enum check_id id;
		const char *file;
	} files[] = {
		{ CHECK_INSTANCE, "instances" },
		{ CHECK_FILTER, "events/vmscan/mm_shrink_slab_start/filter" },
		{ CHECK_SPLICE, "per_cpu/cpu0/trace_pipe_raw" },
		{ CHECK_TRACEPOINT_PROBE, "dynamic_events" },
		{ CHECK_KPROBE, "kprobe_events" },
		{ CHECK_BPF, IDENTITY_BPF_EVENT },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		bool has = tracefile_has(checks->tracefs, files[i].file);

		if (files[i].id == CHECK_BPF && !identity_bpf_supported())
			continue;
		check_say(checks, files[i].id, has ? CHECK_PARTLY : CHECK_NO,
			  has ? "%s is there, and not tried" : "%s is missing",
			  files[i].file);
	}
}

void check_tracefs(struct checks *checks)
{
	if (!check_access(checks))
		return;
	check_events(checks);
	check_context(checks);
	if (!checks->is_tracefs) {
		check_copy(checks);
		return;
	}
	check_in_instance(checks);
	try_probe(checks, CHECK_TRACEPOINT_PROBE, IDENTITY_TRACEPOINT_PROBE);
	try_probe(checks, CHECK_KPROBE, IDENTITY_KPROBE);
	if (identity_bpf_supported())
		try_probe(checks, CHECK_BPF, IDENTITY_BPF);
}
