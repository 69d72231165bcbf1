/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/session.h"

#include "cli/record/control.h"
#include "cli/record/enable.h"
#include "cli/record/mounted.h"
#include "cli/record/tracefile.h"
#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <tracefs/tracefs.h>
#include <unistd.h>

static const uint64_t mib = (uint64_t)1 << 20;

/* A recorder that wakes at a quarter has three quarters of the buffer as its reserve.
 */
static const char *const wake_percent = "25";

int session_find_tracefs(const char *dir, struct shr_err *err)
{
	char path[PATH_MAX];

	tracefs_set_loglevel(TEP_LOG_NONE);
	if (dir)
		snprintf(path, sizeof(path), "%s", dir);
	else if (!mounted_tracefs(path, sizeof(path)))
		return shr_fail(err, SHR_ERR_IO,
				"tracefs is not mounted: as root, 'mount -t tracefs "
				"nodev /sys/kernel/tracing'");
	return tracefs_set_tracing_dir(path)
		       ? shr_fail(err, SHR_ERR_NOMEM, "out of memory")
		       : 0;
}

uint64_t session_default_buffer(uint64_t ram, unsigned cpu_count)
{
	uint64_t most = ram / 64 > 64 * mib ? ram / 64 : 64 * mib;
	uint64_t each = most / (cpu_count ? cpu_count : 1);

	return each < 8 * mib ? each : 8 * mib;
}

static uint64_t local_default(void)
{
	struct sysinfo info;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t ram =
		sysinfo(&info) == 0 ? (uint64_t)info.totalram * info.mem_unit : 0;

	return session_default_buffer(ram, cpus > 0 ? (unsigned)cpus : 1);
}

/* Why there is no instance: the three reasons that people meet get a sentence. */
static int no_instance(const struct session *session, struct shr_err *err)
{
	int why = errno;
	const char *dir = tracefs_tracing_dir();

	if (why == EACCES || why == EPERM)
		return shr_fail(
			err, SHR_ERR_IO,
			geteuid() ? "recording needs root: %s is closed to this user"
				  : "%s is closed even to root: a container without "
				    "CAP_SYS_ADMIN, or lockdown",
			dir);
	if (why == ENOENT)
		return shr_fail(
			err, SHR_ERR_IO,
			"%s has no instances: no tracefs, or a kernel before 3.10",
			dir);
	return shr_fail(err, SHR_ERR_IO, "cannot make %s/instances/%s: %s", dir,
			session->name, strerror(why));
}

/*
 * One of our own pid can only have been left by a dead namesake.  A folder with files
 * in it is no instance but a stand-in for one, which tests prepare: it is taken as it
 * is.
 */
static int make_instance(struct session *session, struct shr_err *err)
{
	struct stat st;
	char path[512];

	snprintf(session->name, sizeof(session->name), "shrinkctl-%d", (int)getpid());
	snprintf(path, sizeof(path), "%s/instances/%s", tracefs_tracing_dir(),
		 session->name);
	if (stat(tracefs_tracing_dir(), &st) < 0)
		return no_instance(session, err);
	if (tracefile_remove_instance(path) < 0 && errno == EBUSY)
		return shr_fail(err, SHR_ERR_IO, "%s is in use by another process",
				path);
	/* Ourselves, for libtracefs forgets memory where it fails. */
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		return no_instance(session, err);
	session->instance = tracefs_instance_create(session->name);
	return session->instance ? 0 : no_instance(session, err);
}

static int open_guard(struct session *session, struct shr_err *err)
{
	session->guard = tracefs_instance_file_open(session->instance, "tracing_on",
						    O_RDONLY | O_CLOEXEC);
	if (session->guard < 0)
		return shr_fail(err, SHR_ERR_IO, "cannot open tracing_on of %s: %s",
				session->name, strerror(errno));
	return 0;
}

/* Whether @clock is a word of trace_clock's "[local] global mono". */
static bool has_clock(const char *list, const char *clock)
{
	size_t len = strlen(clock);

	while (*list) {
		list += strspn(list, " []\n");
		size_t word = strcspn(list, " []\n");

		if (word && word == len && memcmp(list, clock, len) == 0)
			return true;
		list += word;
	}
	return false;
}

static int set_clock(struct session *session, const char *clock, struct shr_err *err)
{
	char *list = control_read(session->instance, "trace_clock", err);

	if (!list)
		return -1;
	list[strcspn(list, "\n")] = '\0';
	int failed =
		has_clock(list, clock)
			? control_write(session->instance, "trace_clock", clock, err)
			: shr_fail(err, SHR_ERR_UNSUPPORTED,
				   "this kernel has no clock '%s', only: %s", clock,
				   list);

	free(list);
	return failed;
}

static int set_buffer(struct session *session, uint64_t size, struct shr_err *err)
{
	char kib[24];
	uint64_t want = (size ? size : local_default()) / 1024;

	snprintf(kib, sizeof(kib), "%" PRIu64, want ? want : 1);
	if (control_put(session->instance, "buffer_size_kb", kib) < 0)
		return shr_fail(err, SHR_ERR_IO,
				"the kernel gives no buffers of %s KiB per CPU: %s; "
				"ask for less with -b",
				kib, strerror(errno));
	session->buffer_size =
		1024 *
		control_number(session->instance, "per_cpu/cpu0/buffer_size_kb", want);
	return 0;
}

/* A page's size, where nothing says otherwise (buffer_subbuf_size_kb, from 6.8 on). */
static uint32_t read_page_size(struct tracefs_instance *instance)
{
	uint64_t kib = control_number(instance, "buffer_subbuf_size_kb", 0);

	return kib ? (uint32_t)(kib * 1024) : (uint32_t)sysconf(_SC_PAGESIZE);
}

int session_open(struct session *session, const struct session_options *options,
		 struct shr_err *err)
{
	*session = (struct session){ .guard = -1 };
	if (make_instance(session, err) < 0 || open_guard(session, err) < 0 ||
	    control_write(session->instance, "tracing_on", "0", err) < 0 ||
	    set_clock(session, options->clock, err) < 0 ||
	    set_buffer(session, options->buffer_size, err) < 0)
		return -1;
	/* Where there is none, whatever is written wakes the reader: drain.c bears it.
	 */
	control_put(session->instance, "buffer_percent", wake_percent);
	session->page_size = read_page_size(session->instance);
	return enable_events(session, options, err);
}

int session_start(struct session *session, struct shr_err *err)
{
	return control_write(session->instance, "tracing_on", "1", err);
}

int session_stop(struct session *session, struct shr_err *err)
{
	return session->instance
		       ? control_write(session->instance, "tracing_on", "0", err)
		       : 0;
}

int session_close(struct session *session, struct shr_err *err)
{
	int failed = 0;

	if (!session->instance)
		return 0;
	char *path = tracefs_instance_get_dir(session->instance);

	if (session->guard >= 0)
		close(session->guard);
	session->guard = -1;
	/* The stand-in of a test is not ours to empty: make_instance(). */
	if (path && tracefile_remove_instance(path) < 0 && errno != ENOTEMPTY)
		failed =
			shr_fail(err, SHR_ERR_IO,
				 "cannot remove %s/instances/%s: %s; "
				 "'shrinkctl record --cleanup' does that later",
				 tracefs_tracing_dir(), session->name, strerror(errno));
	tracefs_put_tracing_file(path);
	tracefs_instance_free(session->instance);
	session->instance = NULL;
	return failed;
}
