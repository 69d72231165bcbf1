/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/identity.h"

#include "cli/record/control.h"
#include "cli/record/identity_bpf.h"
#include "cli/record/tracefile.h"
#include "core/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
	[IDENTITY_OFF] = "off",	      [IDENTITY_TRACEPOINT_PROBE] = "tracepoint-probe",
	[IDENTITY_KPROBE] = "kprobe", [IDENTITY_BPF] = "bpf",
	[IDENTITY_AUTO] = "auto",
};

const char *identity_name(enum identity_method method)
{
	return names[method];
}

bool identity_parse(const char *name, enum identity_method *method)
{
	for (unsigned i = IDENTITY_OFF; i <= IDENTITY_AUTO; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*method = i;
		return true;
	}
	return false;
}

/* kprobe_events is older than dynamic_events (5.0), and both take what it takes. */
static const char *file_of(enum identity_method method)
{
	return method == IDENTITY_KPROBE ? "kprobe_events" : "dynamic_events";
}

/* Once, and the kernel's own reason where it gives one.  -1: *err, and *word of it. */
static int define(struct identity *identity, enum identity_method method,
		  struct shr_err *err)
{
	char reason[sizeof(err->reason)];

	if (tracefile_write(identity->tracefs, file_of(method), identity->definition,
			    err) == 0)
		return 0;
	int why = errno;

	if (tracefile_reason(identity->tracefs, identity->definition, reason,
			     sizeof(reason)))
		return shr_fail(err, err->code, "the kernel refuses the probe: %s",
				reason);
	/* 6.12, for one, has room for one probe on a tracepoint. */
	if (why == EEXIST && method == IDENTITY_TRACEPOINT_PROBE)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"another tracepoint probe is on the event, perhaps "
				"another recorder's, and this kernel takes but one");
	return -1;
}

/* The field that the kernel stumbled on, as define() has it in its reason. */
static enum probe_field culprit_of(const struct shr_err *err)
{
	const char *at = strstr(err->reason, " at '");

	return at ? probe_field_of(at + strlen(" at '")) : PROBE_FIELD_COUNT;
}

/*
 * Without BTF of our own to ask, the kernel says which members it does not have: id
 * needs CONFIG_MEMCG, name CONFIG_SHRINKER_DEBUG.  What remains may still tell enough.
 */
static int define_form(struct identity *identity, enum identity_method method,
		       const struct probe_layout *layout, enum probe_form form,
		       struct shr_err *err)
{
	unsigned fields = layout ? probe_layout_fields(layout) : PROBE_ALL_FIELDS;

	for (;;) {
		if (!probe_define(layout, form, fields, identity->group,
				  identity->definition, sizeof(identity->definition)))
			return shr_fail(err, SHR_ERR_UNSUPPORTED,
					"BTF does not tell the arguments of "
					"do_shrink_slab()");
		if (define(identity, method, err) == 0)
			break;
		enum probe_field culprit = culprit_of(err);

		if (culprit == PROBE_FIELD_COUNT || culprit == PROBE_SHR ||
		    !(fields >> culprit & 1))
			return -1;
		fields &= ~(1u << culprit);
	}
	identity->method = method;
	identity->form = form;
	identity->fields = fields;
	return 0;
}

/* The kernel's help lists what it was built with. */
static bool knows_tracepoint_probes(const char *tracefs)
{
	struct shr_err err;
	char *help = tracefile_read(tracefs, "README", &err);
	bool knows = help && strstr(help, "t[:[<group>/]");

	free(help);
	return knows;
}

static int add_tracepoint_probe(struct identity *identity,
				const struct probe_layout *layout, struct shr_err *err)
{
	struct shr_err by_offset;

	if (!knows_tracepoint_probes(identity->tracefs))
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"this kernel has no tracepoint probes "
				"(CONFIG_FPROBE_EVENTS, Linux 6.5 and later)");
	if (define_form(identity, IDENTITY_TRACEPOINT_PROBE, layout, PROBE_NAMES,
			err) == 0)
		return 0;
	/* 6.5 knows arguments by name, but not their members. */
	return layout ? define_form(identity, IDENTITY_TRACEPOINT_PROBE, layout,
				    PROBE_OFFSETS, &by_offset)
		      : -1;
}

static int add_kprobe(struct identity *identity, const struct probe_layout *layout,
		      const struct shr_err *no_layout, struct shr_err *err)
{
	struct shr_err by_register;

	if (!tracefile_has(identity->tracefs, "kprobe_events"))
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"this kernel has no kprobe events "
				"(CONFIG_KPROBE_EVENTS)");
	if (!layout)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a kprobe needs offsets from BTF: %.120s",
				no_layout->reason);
	if (define_form(identity, IDENTITY_KPROBE, layout, PROBE_KPROBE, err) == 0)
		return 0;
	return define_form(identity, IDENTITY_KPROBE, layout, PROBE_REGISTERS,
			   &by_register);
}

static int add_bpf(struct identity *identity, const struct probe_layout *layout,
		   struct shr_err *err)
{
	identity->bpf = identity_bpf_open(identity->tracefs, getpid(), err);
	if (!identity->bpf)
		return -1;
	identity->method = IDENTITY_BPF;
	identity->fields = layout ? probe_layout_fields(layout) : 0;
	return 0;
}

static int add_one(struct identity *identity, enum identity_method method,
		   const struct probe_layout *layout, const struct shr_err *no_layout,
		   struct shr_err *err)
{
	if (method == IDENTITY_TRACEPOINT_PROBE)
		return add_tracepoint_probe(identity, layout, err);
	if (method == IDENTITY_KPROBE)
		return add_kprobe(identity, layout, no_layout, err);
	return add_bpf(identity, layout, err);
}

static void note(struct identity *identity, enum identity_method method,
		 const struct shr_err *err)
{
	struct identity_try *try = &identity->tries[identity->try_count++];

	try->method = method;
	snprintf(try->reason, sizeof(try->reason), "%s", err->reason);
}

int identity_add(struct identity *identity, const char *tracefs,
		 enum identity_method method, struct shr_err *err)
{
	*identity = (struct identity){ .tracefs = tracefs };
	snprintf(identity->group, sizeof(identity->group), "shrinkctl_%d",
		 (int)getpid());
	if (method == IDENTITY_OFF)
		return 0;
	struct probe_layout layout;
	struct shr_err no_layout;
	struct kernel_types *types = btf_open(NULL, &no_layout);
	bool any = method == IDENTITY_AUTO;
	int ret = -1;

	if (types)
		probe_layout_read(&layout, types);
	for (unsigned m = any ? IDENTITY_TRACEPOINT_PROBE : method;
	     ret < 0 && m <= (any ? IDENTITY_BPF : method); m++) {
		ret = add_one(identity, m, types ? &layout : NULL, &no_layout, err);
		if (ret < 0)
			note(identity, m, err);
	}
	btf_close(types);
	return any ? 0 : ret;
}

/* The event of a program is everybody's: only our lines are wanted. */
static int enable_bpf(const struct identity *identity,
		      struct tracefs_instance *instance, struct shr_err *err)
{
	char filter[64];

	snprintf(filter, sizeof(filter), "bpf_string ~ \"%s/*\"", identity->group);
	if (control_write(instance, IDENTITY_BPF_EVENT "/filter", filter, err) < 0)
		return -1;
	return control_write(instance, IDENTITY_BPF_EVENT "/enable", "1", err);
}

int identity_enable(const struct identity *identity, struct tracefs_instance *instance,
		    struct shr_err *err)
{
	char file[96];

	if (identity->method == IDENTITY_OFF)
		return 0;
	if (identity->method == IDENTITY_BPF)
		return enable_bpf(identity, instance, err);
	snprintf(file, sizeof(file), "events/%s/call/enable", identity->group);
	return control_write(instance, file, "1", err);
}

uint64_t identity_missed(const struct identity *identity)
{
	return identity->bpf ? identity_bpf_missed(identity->bpf) : 0;
}

static int remove_event(const char *tracefs, const char *file, const char *group,
			struct shr_err *err)
{
	char command[64];

	snprintf(command, sizeof(command), "-:%s/call", group);
	return tracefile_write(tracefs, file, command, err);
}

int identity_remove(struct identity *identity, struct shr_err *err)
{
	if (identity->method == IDENTITY_OFF)
		return 0;
	if (identity->method == IDENTITY_BPF)
		identity_bpf_close(identity->bpf);
	else if (remove_event(identity->tracefs, file_of(identity->method),
			      identity->group, err) < 0)
		return -1;
	identity->bpf = NULL;
	identity->method = IDENTITY_OFF;
	return 0;
}

pid_t identity_owner(const char *line)
{
	static const char label[] = ":shrinkctl_";
	const char *at = strpbrk(line, ": \n");
	char *end;

	if (!at || strncmp(at, label, sizeof(label) - 1) != 0)
		return 0;
	at += sizeof(label) - 1;
	long pid = strtol(at, &end, 10);

	return *at >= '1' && *at <= '9' && pid <= INT32_MAX &&
			       strncmp(end, "/call ", strlen("/call ")) == 0
		       ? (pid_t)pid
		       : 0;
}

/* A pid is used again sooner or later, and then hardly ever by a program of our name.
 */
static bool is_gone(pid_t pid)
{
	struct shr_err err;
	char folder[32];

	snprintf(folder, sizeof(folder), "/proc/%d", (int)pid);
	char *theirs = tracefile_read(folder, "comm", &err);
	char *ours = tracefile_read("/proc/self", "comm", &err);
	bool gone = ours && (!theirs || strcmp(theirs, ours) != 0);

	free(theirs);
	free(ours);
	return gone;
}

static unsigned cleanup_file(const char *tracefs, const char *file, const char *text)
{
	unsigned removed = 0;

	for (const char *line = text; *line; line = strchrnul(line, '\n') + 1) {
		pid_t owner = identity_owner(line);
		char group[32];
		struct shr_err err;

		snprintf(group, sizeof(group), "shrinkctl_%d", (int)owner);
		if (owner && is_gone(owner) &&
		    remove_event(tracefs, file, group, &err) == 0)
			removed++;
		if (!*strchrnul(line, '\n'))
			break;
	}
	return removed;
}

int identity_cleanup(const char *tracefs, unsigned *removed, struct shr_err *err)
{
	/* dynamic_events lists kprobes, too; before 5.0 there is only the other. */
	const char *file = tracefile_has(tracefs, "dynamic_events") ? "dynamic_events"
								    : "kprobe_events";

	*removed = 0;
	if (!tracefile_has(tracefs, file))
		return 0;
	char *text = tracefile_read(tracefs, file, err);

	if (!text)
		return -1;
	*removed = cleanup_file(tracefs, file, text);
	free(text);
	return 0;
}
