/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/identity_bpf.h"

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef HAVE_BPF

#include "call.skel.h"
#include "cli/record/btf.h"
#include "cli/record/tracefile.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	LOG_SIZE = 1 << 16, /* of what the verifier says last */
	PATIENCE_MS = 500,  /* for the kernel to switch the event on */
	QUIET_MS = 20,	    /* as often as it likes, and then no more */
};

#define SWITCH IDENTITY_BPF_EVENT "/enable"

struct identity_bpf {
	struct call_bpf *program; /* owned */
	const char *tracefs;	  /* borrowed */
	bool owes_off;		  /* the event was off, and has not been on since */
};

bool identity_bpf_supported(void)
{
	return true;
}

static bool is_on(const char *tracefs)
{
	struct shr_err ignored;
	char *text = tracefile_read(tracefs, SWITCH, &ignored);
	bool on = text && *text == '1';

	free(text);
	return on;
}

/* Whether the event had been switched on meanwhile. */
static bool turn_off(struct identity_bpf *bpf)
{
	struct shr_err ignored;

	if (!is_on(bpf->tracefs))
		return false;
	tracefile_write(bpf->tracefs, SWITCH, "0", &ignored);
	bpf->owes_off = false;
	return true;
}

/*
 * A worker of the kernel switches it on, some time after the program asked, and for
 * each place in the program that prints.
 */
static void keep_off(struct identity_bpf *bpf)
{
	unsigned quiet_ms = 0;

	for (unsigned ms = 0; ms < PATIENCE_MS; ms++) {
		quiet_ms = turn_off(bpf) || bpf->owes_off ? 0 : quiet_ms + 1;
		if (quiet_ms > QUIET_MS)
			return;
		usleep(1000);
	}
}

/* What the verifier said last, before it counted what it had done. */
static const char *verdict_in(char *log)
{
	const char *verdict = "";
	char *line;

	while ((line = strsep(&log, "\n")))
		if (*line && strncmp(line, "processed ", 10) != 0)
			verdict = line;
	return verdict;
}

/* @why as libbpf gave it. */
static void explain(int why, char *log, struct shr_err *err)
{
	if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT,
				    BPF_FUNC_trace_vprintk, NULL) == 0)
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "this kernel's BPF cannot print lines of many values "
			 "(Linux 5.16 and later)");
	else if (*log)
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "the kernel refuses the BPF program: %.120s", verdict_in(log));
	else if (why == EPERM || why == EACCES)
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "this process may not load BPF programs (CAP_BPF and "
			 "CAP_PERFMON, or lockdown)");
	else if (why == ESRCH)
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "the kernel's BTF does not have the tracepoint");
	else
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "the BPF program cannot be loaded: %s", strerror(why));
}

static int load_program(struct identity_bpf *bpf, struct shr_err *err)
{
	char *log = calloc(1, LOG_SIZE);

	if (!log)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	bpf_program__set_log_buf(bpf->program->progs.tell_call, log, LOG_SIZE);
	int failed = call_bpf__load(bpf->program);

	if (failed)
		explain(-failed, log, err);
	bpf_program__set_log_buf(bpf->program->progs.tell_call, NULL, 0);
	free(log);
	return failed ? -1 : 0;
}

/* One recorder at a time: what another's program switches on is not to be kept. */
static int load(struct identity_bpf *bpf, struct shr_err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" SWITCH, bpf->tracefs);
	int lock = open(path, O_RDONLY | O_CLOEXEC);

	if (lock >= 0)
		flock(lock, LOCK_EX);
	bpf->owes_off = !is_on(bpf->tracefs);
	int failed = load_program(bpf, err);

	if (bpf->owes_off && !failed)
		keep_off(bpf);
	if (lock >= 0)
		close(lock);
	return failed;
}

static int open_program(struct identity_bpf *bpf, int owner, struct shr_err *err)
{
	libbpf_set_print(NULL);
	bpf->program = call_bpf__open();
	if (!bpf->program)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"libbpf does not understand the BPF program: %s",
				strerror(errno));
	bpf->program->rodata->owner = owner;
	if (load(bpf, err) < 0)
		return -1;
	int failed = call_bpf__attach(bpf->program);

	return failed ? shr_fail(err, SHR_ERR_UNSUPPORTED,
				 "the BPF program cannot be attached: %s",
				 strerror(-failed))
		      : 0;
}

struct identity_bpf *identity_bpf_open(const char *tracefs, int owner,
				       struct shr_err *err)
{
	struct identity_bpf *bpf = NULL;

	if (!tracefile_has(tracefs, SWITCH))
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "this kernel has no event bpf_trace:bpf_trace_printk "
			 "(CONFIG_BPF_EVENTS, Linux 5.9 and later)");
	else if (access(BTF_PATH, F_OK) != 0)
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
	else if (!(bpf = calloc(1, sizeof(*bpf))))
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (!bpf)
		return NULL;
	bpf->tracefs = tracefs;
	if (open_program(bpf, owner, err) == 0)
		return bpf;
	identity_bpf_close(bpf);
	return NULL;
}

uint64_t identity_bpf_missed(const struct identity_bpf *bpf)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);

	/* A program does not interrupt itself: the call inside goes untold. */
	bpf_obj_get_info_by_fd(bpf_program__fd(bpf->program->progs.tell_call), &info,
			       &len);
	return bpf->program->bss->refused_lines + info.recursion_misses;
}

void identity_bpf_close(struct identity_bpf *bpf)
{
	if (!bpf)
		return;
	if (bpf->owes_off)
		turn_off(bpf);
	call_bpf__destroy(bpf->program);
	free(bpf);
}

#else

bool identity_bpf_supported(void)
{
	return false;
}

struct identity_bpf *identity_bpf_open(const char *tracefs, int owner,
				       struct shr_err *err)
{
	(void)tracefs, (void)owner;
	shr_fail(err, SHR_ERR_UNSUPPORTED,
		 "this shrinkctl was built without BPF (make BPF=1)");
	return NULL;
}

uint64_t identity_bpf_missed(const struct identity_bpf *bpf)
{
	(void)bpf;
	return 0;
}

void identity_bpf_close(struct identity_bpf *bpf)
{
	(void)bpf;
}

#endif
