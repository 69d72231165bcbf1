/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/metadata.h"

#include "cli/record/cgroup_paths.h"
#include "cli/record/control.h"
#include "cli/record/session.h"
#include "cli/record/shrinker_counts.h"
#include "cli/record/symbols.h"
#include "core/err.h"
#include "parsers/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>

enum { PATH = 256 };

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* A file of tracefs, that must be there. */
static int add_file(struct textbuf *to, struct tracefs_instance *instance,
		    const char *path, struct shr_err *err)
{
	char *text = control_read(instance, path, err);

	if (!text)
		return -1;
	int failed = textbuf_add(to, text, strlen(text));

	free(text);
	return failed ? no_memory(err) : 0;
}

/* One format: its text ends with a NUL until all have been read, for they move. */
static int add_format(struct metadata *metadata, struct tracefs_instance *instance,
		      const char *system, const char *event, struct shr_err *err)
{
	char path[PATH];
	struct dat_format *grown = reallocarray(
		metadata->formats, metadata->format_count + 1, sizeof(*grown));
	size_t before = metadata->texts.len;

	if (!grown)
		return no_memory(err);
	metadata->formats = grown;
	snprintf(path, sizeof(path), "events/%s/%s/format", system, event);
	if (add_file(&metadata->texts, instance, path, err) < 0)
		return -1;
	grown[metadata->format_count++] =
		(struct dat_format){ NULL, { NULL, metadata->texts.len - before } };
	return textbuf_add(&metadata->systems, system, strlen(system) + 1) < 0
		       ? no_memory(err)
		       : 0;
}

/* Now that nothing moves any more. */
static void place_formats(struct metadata *metadata)
{
	const char *system = metadata->systems.text;
	const char *text = metadata->texts.text;

	for (size_t i = 0; i < metadata->format_count; i++) {
		metadata->formats[i].system = system;
		metadata->formats[i].text.ptr = text;
		system += strlen(system) + 1;
		text += metadata->formats[i].text.len;
	}
}

/* The tracers' own, of which a reader may meet some in any buffer. */
static int add_ftrace(struct metadata *metadata, struct shr_err *err)
{
	char **events = tracefs_system_events(NULL, "ftrace");
	int failed = 0;

	for (size_t i = 0; events && events[i] && !failed; i++)
		failed = add_format(metadata, NULL, "ftrace", events[i], err);
	tracefs_list_free(events);
	return failed;
}

/* The instance's set_event: a line "system:event" for each that is enabled. */
static int add_enabled(struct metadata *metadata, struct tracefs_instance *instance,
		       struct shr_err *err)
{
	char *list = control_read(instance, "set_event", err);
	char *at = list;
	char *line;
	int failed = list ? 0 : -1;

	while (!failed && (line = strsep(&at, "\n"))) {
		char *event = strchr(line, ':');

		if (!event)
			continue;
		*event++ = '\0';
		failed = add_format(metadata, instance, line, event, err);
	}
	free(list);
	return failed;
}

static int add_uname(struct metadata *metadata)
{
	const struct utsname *system = &metadata->system;

	if (uname(&metadata->system) < 0)
		return 0;
	return textbuf_print(&metadata->uname, "%s %s %s %s", system->sysname,
			     system->nodename, system->release, system->machine);
}

static int add_symbols(struct metadata *metadata, bool all)
{
	if (textbuf_read(&metadata->kallsyms, "/proc/kallsyms") < 0)
		return -1;
	if (!all)
		symbols_reduce(&metadata->kallsyms);
	metadata->symbols_hidden = !symbols_are_shown(&metadata->kallsyms);
	/* Names without addresses answer nothing. */
	if (metadata->symbols_hidden)
		textbuf_release(&metadata->kallsyms);
	return 0;
}

/* What comes and goes, @when. */
static int add_notes(struct textbuf *notes, const char *when)
{
	if (textbuf_print(notes, "shrinkctl 1\n[cgroups at %s]\n", when) < 0 ||
	    cgroup_paths_add(notes) < 0 ||
	    textbuf_print(notes, "[shrinkers at %s]\n", when) < 0 ||
	    shrinker_counts_add(notes, SHRINKER_DEBUGFS) < 0)
		return -1;
	return 0;
}

static int print_names(struct metadata *metadata, struct shr_err *err)
{
	struct textbuf text = { 0 };

	if (task_names_print(&metadata->names, &text) < 0) {
		textbuf_release(&text);
		return no_memory(err);
	}
	textbuf_release(&metadata->cmdlines);
	metadata->cmdlines = text;
	return 0;
}

int metadata_learn_names(struct metadata *metadata, struct shr_err *err)
{
	char *text = control_read(NULL, "saved_cmdlines", err);

	if (!text)
		return -1;
	int failed = task_names_learn(&metadata->names, text);

	free(text);
	return failed ? no_memory(err) : 0;
}

int metadata_begin(struct metadata *metadata, const struct session *session,
		   bool all_symbols, struct shr_err *err)
{
	struct tracefs_instance *instance = session->instance;

	*metadata = (struct metadata){ 0 };
	if (add_file(&metadata->header_page, instance, "events/header_page", err) < 0 ||
	    add_file(&metadata->header_event, instance, "events/header_event", err) <
		    0 ||
	    add_ftrace(metadata, err) < 0 || add_enabled(metadata, instance, err) < 0)
		return -1;
	place_formats(metadata);
	if (metadata_learn_names(metadata, err) < 0)
		return -1;
	if (add_uname(metadata) < 0 || add_symbols(metadata, all_symbols) < 0 ||
	    add_notes(&metadata->notes[0], "start") < 0)
		return no_memory(err);
	return 0;
}

/* per_cpu/cpuN/stats of each CPU, as others write it: behind a line "CPU: N". */
static int add_cpustat(struct metadata *metadata, struct tracefs_instance *instance,
		       struct shr_err *err)
{
	char path[PATH];

	for (unsigned cpu = 0;; cpu++) {
		snprintf(path, sizeof(path), "per_cpu/cpu%u/stats", cpu);
		if (!control_has(instance, path))
			return 0;
		if (textbuf_print(&metadata->cpustat, "CPU: %u\n", cpu) < 0)
			return no_memory(err);
		if (add_file(&metadata->cpustat, instance, path, err) < 0)
			return -1;
	}
}

int metadata_update(struct metadata *metadata, struct shr_err *err)
{
	if (!metadata->names.changed)
		return 0;
	return print_names(metadata, err) < 0 ? -1 : 1;
}

int metadata_end(struct metadata *metadata, const struct session *session,
		 struct shr_err *err)
{
	if (metadata_learn_names(metadata, err) < 0 || print_names(metadata, err) < 0 ||
	    add_cpustat(metadata, session->instance, err) < 0)
		return -1;
	return add_notes(&metadata->notes[1], "end") < 0 ? no_memory(err) : 0;
}

int metadata_note(struct metadata *metadata, const char *line)
{
	bool ended = metadata->notes[1].len > 0;

	return textbuf_print(&metadata->notes[ended], "%s\n", line);
}

struct dat_contents metadata_contents(struct metadata *metadata, const char *clock)
{
	for (size_t i = 0; i < 2; i++)
		metadata->options[i] =
			(struct dat_extra){ SHR_NOTES_OPTION, metadata->notes[i].text,
					    (uint32_t)metadata->notes[i].len };
	return (struct dat_contents){
		.header_page = textbuf_str(&metadata->header_page),
		.header_event = textbuf_str(&metadata->header_event),
		.formats = metadata->formats,
		.format_count = metadata->format_count,
		.kallsyms = textbuf_str(&metadata->kallsyms),
		.cmdlines = textbuf_str(&metadata->cmdlines),
		.uname = textbuf_str(&metadata->uname),
		.clock = clock,
		.cpustat = textbuf_str(&metadata->cpustat),
		.version = "shrinkctl " SHRINKCTL_VERSION,
		.options = metadata->options,
		.option_count = metadata->notes[1].len ? 2 : 1,
	};
}

void metadata_release(struct metadata *metadata)
{
	struct textbuf *all[] = { &metadata->header_page, &metadata->header_event,
				  &metadata->kallsyms,	  &metadata->cmdlines,
				  &metadata->uname,	  &metadata->cpustat,
				  &metadata->notes[0],	  &metadata->notes[1],
				  &metadata->systems,	  &metadata->texts };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		textbuf_release(all[i]);
	task_names_release(&metadata->names);
	free(metadata->formats);
	*metadata = (struct metadata){ 0 };
}
