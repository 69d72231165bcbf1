/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/text_output.h"

#include "cli/record/outfile.h"
#include "cli/record/textbuf.h"
#include "cli/sim/census.h"
#include "cli/sim/record_source.h"
#include "cli/sim/text_head.h"
#include "core/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_AT_ONCE = 1 << 16, NAME_MAX_LEN = 64 };

/* What a CPU lost since its last event: told before its next one. */
struct loss {
	bool lost, counted;
	uint64_t count;
};

struct text_output {
	const struct census *census;
	const struct text_output_settings *settings;
	struct shr_source *source;
	struct record_source records;
	struct textbuf text; /* not written yet */
	struct outfile out;
	int fd;
	struct loss *losses; /* owned; by CPU */
	int name_width;	     /* of the longest event, in perf script */
};

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* 0, 1 when the reader has gone, or -1. */
static int flush(struct text_output *output, struct shr_err *err)
{
	const char *at = output->text.text;
	size_t left = output->text.len;

	while (left) {
		ssize_t put = write(output->fd, at, left);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EPIPE)
			return 1;
		if (put < 0)
			return shr_fail(err, SHR_ERR_IO, "cannot write: %s",
					strerror(errno));
		at += put;
		left -= (size_t)put;
	}
	output->text.len = 0;
	return 0;
}

/* perf names an event with its system, and pads names to the longest it has. */
static int perf_name(const struct record_layout *layout, char name[NAME_MAX_LEN])
{
	return snprintf(name, NAME_MAX_LEN, "%s:%s", layout->system, layout->name);
}

static void measure_names(struct text_output *output)
{
	const struct census *census = output->census;
	char name[NAME_MAX_LEN];

	for (enum record_id id = 0; id < RECORD_COUNT; id++) {
		if (!census->counts[id] || census->unknown[id])
			continue;
		int len = perf_name(&output->records.layouts[id], name);

		if (len > output->name_width)
			output->name_width = len;
	}
}

/* What the kernel and trace-cmd round, and perf cuts off. */
static int print_time(const struct text_output *output, struct textbuf *text,
		      uint64_t ts)
{
	enum text_tool tool = output->settings->tool;
	bool wide = output->settings->nanoseconds && tool != TEXT_FTRACE;
	int width = tool == TEXT_TRACE_CMD ? 6 : 5;
	int fraction = wide ? 9 : 6;

	if (output->census->capture.clock_unit != SHR_CLOCK_NS)
		return textbuf_print(text, "%12" PRIu64 ": ", ts);
	if (!wide)
		ts = (ts + (tool == TEXT_PERF ? 0 : 500)) / 1000;
	uint64_t second = wide ? 1000000000 : 1000000;

	return textbuf_print(text, "%*" PRIu64 ".%0*" PRIu64 ": ", width, ts / second,
			     fraction, ts % second);
}

static struct shr_str comm_of(const struct text_output *output,
			      const struct shr_event *event)
{
	static const struct shr_str unknown = { "<...>", 5 };
	struct shr_str comm =
		output->source->comm(output->source, event->pid, event->comm);

	return comm.len ? comm : unknown;
}

static int print_task(struct text_output *output, const struct record *record)
{
	const struct kernel_form *form = &output->census->form;
	struct shr_str comm = comm_of(output, record->event);
	int32_t pid = record->event->pid;
	uint32_t cpu = record->cpu;

	switch (output->settings->tool) {
	case TEXT_FTRACE:
		return textbuf_print(
			&output->text, "%16.*s-%-*d [%03" PRIu32 "] %s ", (int)comm.len,
			comm.ptr,
			kernel_form_has(form, FORM_VERSION(5, 11), FORM_NEVER) ? 7 : 5,
			pid, cpu,
			kernel_form_has(form, FORM_VERSION(5, 16), FORM_NEVER)
				? "....."
				: "....");
	case TEXT_TRACE_CMD:
		return textbuf_print(&output->text, "%16.*s-%-5d [%03" PRIu32 "]",
				     (int)comm.len, comm.ptr, pid, cpu);
	default:
		return textbuf_print(&output->text, "%16.*s %5d [%03" PRIu32 "] ",
				     (int)comm.len, comm.ptr, pid, cpu);
	}
}

static int print_name(struct text_output *output, const struct record_layout *layout)
{
	char name[NAME_MAX_LEN];

	switch (output->settings->tool) {
	case TEXT_FTRACE:
		return textbuf_print(&output->text, "%s: ", layout->name);
	case TEXT_TRACE_CMD:
		snprintf(name, sizeof(name), "%s:", layout->name);
		return textbuf_print(&output->text, "%-21s ", name);
	default:
		perf_name(layout, name);
		return textbuf_print(&output->text, "%*s: ", output->name_width, name);
	}
}

/* "CPU:1 [LOST 12 EVENTS]" and the like, of CPU @cpu at @ts. */
static int print_lost(struct text_output *output, uint32_t cpu, uint64_t ts)
{
	const struct loss *loss = &output->losses[cpu];
	struct textbuf *text = &output->text;
	char count[24] = "";

	switch (output->settings->tool) {
	case TEXT_FTRACE:
		if (loss->counted)
			snprintf(count, sizeof(count), "%" PRIu64 " ", loss->count);
		return textbuf_print(text, "CPU:%" PRIu32 " [LOST %sEVENTS]\n", cpu,
				     count);
	case TEXT_TRACE_CMD:
		if (loss->counted)
			snprintf(count, sizeof(count), "%" PRIu64 " ", loss->count);
		return textbuf_print(text, "CPU:%" PRIu32 " [%sEVENTS DROPPED]\n", cpu,
				     count);
	default:
		if (textbuf_print(text, "%16s %5d [%03" PRIu32 "] ", "swapper", 0,
				  cpu) < 0 ||
		    print_time(output, text, ts) < 0)
			return -1;
		return textbuf_print(text, "PERF_RECORD_LOST lost %" PRIu64 "\n",
				     loss->count);
	}
}

static int tell_loss(struct text_output *output, uint32_t cpu, uint64_t ts)
{
	if (!output->losses[cpu].lost)
		return 0;
	int ret = print_lost(output, cpu, ts);

	output->losses[cpu] = (struct loss){ .lost = false };
	return ret;
}

static void keep_loss(struct text_output *output, const struct record *record)
{
	struct loss *loss = &output->losses[record->cpu];
	bool counted = record->event->has & SHR_HAS_COUNT;

	loss->counted = counted && (!loss->lost || loss->counted);
	loss->count += record->event->lost.count;
	loss->lost = true;
}

static int print_record(struct text_output *output, const struct record *record)
{
	if (!record->layout) {
		keep_loss(output, record);
		return 0;
	}
	if (tell_loss(output, record->cpu, record->ts) < 0 ||
	    print_task(output, record) < 0 ||
	    print_time(output, &output->text, record->ts) < 0 ||
	    print_name(output, record->layout) < 0 ||
	    record_text_print(&output->text, record, output->census, output->source,
			      output->settings->tool) < 0)
		return -1;
	return textbuf_add(&output->text, "\n", 1);
}

/* What no event has followed. */
static int print_last_losses(struct text_output *output)
{
	for (uint32_t cpu = 0; cpu < output->census->cpu_count; cpu++)
		if (tell_loss(output, cpu, output->census->last_ns) < 0)
			return -1;
	return 0;
}

static int print_all(struct text_output *output, struct shr_err *err)
{
	struct record record;
	int got, gone = 0;

	if (text_head_print(&output->text, output->census, output->settings->tool) < 0)
		return no_memory(err);
	while ((got = record_source_next(&output->records, &record, err)) > 0) {
		if (print_record(output, &record) < 0)
			return no_memory(err);
		if (output->text.len >= WRITE_AT_ONCE)
			gone = flush(output, err);
		if (gone)
			return gone;
	}
	if (got < 0)
		return -1;
	return print_last_losses(output) < 0 ? no_memory(err) : flush(output, err);
}

static int open_output(struct text_output *output, const char *path,
		       struct shr_err *err)
{
	output->losses = calloc(output->census->cpu_count, sizeof(*output->losses));
	if (!output->losses)
		return no_memory(err);
	if (!strcmp(path, "-")) {
		output->fd = STDOUT_FILENO;
		return 0;
	}
	if (outfile_open(&output->out, path, output->settings->force, err) < 0)
		return -1;
	output->fd = output->out.fd;
	return 0;
}

int text_output_write(const struct census *census, struct shr_source *source,
		      const char *path, const struct text_output_settings *settings,
		      struct shr_err *err)
{
	struct text_output output = { .census = census,
				      .settings = settings,
				      .source = source,
				      .out = { .fd = -1, .dir = -1 } };

	record_source_init(&output.records, census, source, settings->interrupt);
	measure_names(&output);
	int ret = open_output(&output, path, err);

	if (ret == 0)
		ret = print_all(&output, err);
	if (ret == 0 && output.out.fd >= 0)
		ret = outfile_commit(&output.out, err);
	outfile_abandon(&output.out);
	textbuf_release(&output.text);
	free(output.losses);
	return ret;
}
