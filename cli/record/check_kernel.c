/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/btf.h"
#include "cli/record/check_rows.h"
#include "cli/record/identity_bpf.h"
#include "cli/record/probe.h"
#include "cli/record/tracefile.h"
#include "core/err.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Numbers and magics that belong to the kernel's interface. */
enum { SYS_ADMIN = 21, SYSLOG = 34, DEBUGFS = 0x64626720 };

bool check_has_capability(unsigned number)
{
	struct shr_err err;
	char *status = tracefile_read("/proc/self", "status", &err);
	const char *at = status ? strstr(status, "\nCapEff:") : NULL;
	uint64_t set = at ? strtoull(at + strlen("\nCapEff:"), NULL, 16) : 0;

	free(status);
	return set >> number & 1;
}

/* "none [integrity] confidentiality": the word in brackets, or all of it. */
static const char *marked_word(char *text)
{
	char *from = strchr(text, '[');
	char *to = from ? strchr(from, ']') : NULL;

	if (!to)
		return text;
	*to = '\0';
	return from + 1;
}

static void check_unlocked(struct checks *checks)
{
	struct shr_err err;
	char *text = tracefile_read("/sys/kernel/security", "lockdown", &err);
	const char *mode = text ? marked_word(text) : NULL;

	/* Integrity lets one look; only confidentiality closes tracefs. */
	if (!mode)
		check_say(checks, CHECK_UNLOCKED, CHECK_YES,
			  "no lockdown is to be seen");
	else if (strcmp(mode, "confidentiality") != 0)
		check_say(checks, CHECK_UNLOCKED, CHECK_YES, "lockdown is '%s'", mode);
	else
		check_say(checks, CHECK_UNLOCKED, CHECK_NO,
			  "lockdown is 'confidentiality', which closes tracefs even to "
			  "root; the next boot can have another");
	free(text);
}

static void check_btf(struct checks *checks)
{
	struct probe_layout layout;
	struct shr_err err;
	struct kernel_types *types = btf_open(NULL, &err);

	if (!types && !btf_supported() && access(BTF_PATH, F_OK) == 0) {
		check_say(checks, CHECK_BTF, CHECK_PARTLY, "the kernel has it; %s",
			  err.reason);
		check_suggest(checks, CHECK_BTF,
			      "apt-get install libbpf-dev && make clean all");
		return;
	}
	if (!types) {
		check_say(checks, CHECK_BTF, CHECK_NO, "%s", err.reason);
		return;
	}
	probe_layout_read(&layout, types);
	btf_close(types);
	bool whole = (probe_layout_fields(&layout) >> PROBE_CG & 1) && layout.shrinker;

	check_say(checks, CHECK_BTF, whole ? CHECK_YES : CHECK_PARTLY,
		  whole ? "it tells where shrinkers, memcgs and cgroup ids are"
			: "it tells not all of where memcgs and cgroup ids are");
}

static void check_shrinker_debugfs(struct checks *checks)
{
	enum check_id id = CHECK_SHRINKER_DEBUGFS;
	DIR *dir = opendir("/sys/kernel/debug/shrinker");
	struct statfs fs;
	unsigned count = 0;

	if (dir) {
		for (const struct dirent *entry; (entry = readdir(dir));)
			count += entry->d_name[0] != '.';
		closedir(dir);
		check_say(checks, id, CHECK_YES, "%u shrinkers have names there",
			  count);
		return;
	}
	if (statfs("/sys/kernel/debug", &fs) == 0 && fs.f_type == DEBUGFS) {
		check_say(checks, id, CHECK_NO,
			  geteuid() ? "debugfs is closed to this user"
				    : "this kernel has none (CONFIG_SHRINKER_DEBUG, "
				      "Linux 6.0 and later)");
		if (geteuid())
			check_suggest(checks, id, "sudo shrinkctl check");
		return;
	}
	check_say(checks, id, CHECK_NO, "debugfs is not mounted");
	check_suggest(checks, id, "%smount -t debugfs nodev /sys/kernel/debug",
		      geteuid() ? "sudo " : "");
}

/* Some addresses are 0 in truth, those of per-CPU variables: look for any other. */
static bool shows_addresses(const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strtoull(line, NULL, 16))
			return true;
	}
	return false;
}

static void check_kallsyms(struct checks *checks)
{
	struct shr_err err;
	char *text = tracefile_read("/proc", "kallsyms", &err);

	if (!text) {
		check_say(checks, CHECK_KALLSYMS, CHECK_NO, "%s", err.reason);
	} else if (shows_addresses(text)) {
		check_say(checks, CHECK_KALLSYMS, CHECK_YES,
			  "callbacks get their names");
	} else {
		check_say(checks, CHECK_KALLSYMS, CHECK_NO,
			  "the kernel hides its addresses (kernel.kptr_restrict): "
			  "callbacks stay without names");
		check_suggest(checks, CHECK_KALLSYMS, "%s",
			      geteuid() ? "sudo shrinkctl check"
			      : check_has_capability(SYSLOG)
				      ? "sysctl -w kernel.kptr_restrict=1"
				      : "docker run --cap-add SYSLOG ...");
	}
	free(text);
}

static void check_capability(struct checks *checks)
{
	bool admin = check_has_capability(SYS_ADMIN);

	if (admin) {
		check_say(checks, CHECK_CAPABILITY, CHECK_YES,
			  "this process has CAP_SYS_ADMIN");
	} else if (geteuid() == 0) {
		check_say(checks, CHECK_CAPABILITY, CHECK_PARTLY,
			  "root without CAP_SYS_ADMIN, as in a container: it can "
			  "record where tracefs is mounted for it");
		check_suggest(checks, CHECK_CAPABILITY,
			      "docker run --privileged "
			      "-v /sys/kernel/tracing:/sys/kernel/tracing ...");
	} else {
		check_say(checks, CHECK_CAPABILITY, CHECK_PARTLY,
			  "user %u, without CAP_SYS_ADMIN", (unsigned)geteuid());
		check_suggest(checks, CHECK_CAPABILITY, "sudo shrinkctl check");
	}
}

void check_kernel(struct checks *checks)
{
	check_unlocked(checks);
	check_btf(checks);
	if (!identity_bpf_supported()) {
		check_say(checks, CHECK_BPF, CHECK_NO,
			  "this shrinkctl was built without BPF");
		check_suggest(checks, CHECK_BPF, "make BPF=1");
	}
	check_shrinker_debugfs(checks);
	check_kallsyms(checks);
	check_capability(checks);
}
