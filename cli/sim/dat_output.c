/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/dat_output.h"

#include "cli/record/dat_writer.h"
#include "cli/sim/census.h"
#include "cli/sim/record_format.h"
#include "cli/sim/record_source.h"
#include "cli/sim/ring_pages.h"
#include "core/err.h"
#include "parsers/reader.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* What the kernel counts of a CPU, and what it has of records. */
struct cpu {
	struct ring_pages pages;
	uint64_t events, bytes, lost, first_ts;
};

struct dat_output {
	const struct census *census;
	struct dat_writer writer;
	struct cpu *cpus; /* owned */
	struct record_source records;
	struct textbuf page, formats, uname, notes, stats;
	struct dat_format format_list[RECORD_COUNT];
	size_t format_count;
	struct dat_extra option;
};

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* The two tracepoints are always there: they tell the layout. */
static bool has_format(const struct census *census, enum record_id id)
{
	return id == RECORD_START || id == RECORD_END ||
	       (census->counts[id] && !census->unknown[id]);
}

static int add_format(struct dat_output *output, const struct record_layout *layout)
{
	size_t before = output->formats.len;

	if (record_format_print(layout, &output->census->form, &output->formats) < 0)
		return -1;
	output->format_list[output->format_count++] =
		(struct dat_format){ layout->system,
				     { NULL, output->formats.len - before } };
	return 0;
}

/* Those of one system side by side, and their texts where they do not move any more. */
static int add_formats(struct dat_output *output)
{
	static const char *const systems[] = { "vmscan", "cgroup", "memcg",
					       "shrinkctl_0" };

	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		for (enum record_id id = 0; id < RECORD_COUNT; id++) {
			const struct record_layout *layout =
				&output->records.layouts[id];

			if (has_format(output->census, id) &&
			    !strcmp(layout->system, systems[i]) &&
			    add_format(output, layout) < 0)
				return -1;
		}
	const char *text = output->formats.text;

	for (size_t i = 0; i < output->format_count; i++) {
		output->format_list[i].text.ptr = text;
		text += output->format_list[i].text.len;
	}
	return 0;
}

static const char *machine_of(const struct kernel_form *form)
{
	if (form->big)
		return form->long_size == 8 ? "s390x" : "ppc";
	return form->long_size == 8 ? "x86_64" : "i686";
}

static int add_lines(struct textbuf *to, const struct textbuf *lines)
{
	return lines->len ? textbuf_add(to, lines->text, lines->len) : 0;
}

static int add_texts(struct dat_output *output)
{
	const struct census *census = output->census;
	const struct textbuf *kernel = &census->kernel;

	if (kernel->len && textbuf_print(&output->uname, "Linux shrinkctl %s %s",
					 kernel->text, machine_of(&census->form)) < 0)
		return -1;
	if (record_format_page(&census->form, &output->page) < 0 ||
	    add_formats(output) < 0)
		return -1;
	return textbuf_print(&output->notes, "shrinkctl 1\n[cgroups at start]\n") < 0 ||
			       add_lines(&output->notes, &census->cgroups) < 0 ||
			       textbuf_print(&output->notes, "[shrinkers at end]\n") <
				       0 ||
			       add_lines(&output->notes, &census->shrinkers) < 0
		       ? -1
		       : 0;
}

static const char *clock_of(const struct census *census)
{
	if (census->capture.clock_unit == SHR_CLOCK_NONE)
		return "counter";
	if (census->clock.len)
		return census->clock.text;
	return census->capture.clock_unit == SHR_CLOCK_NS ? "local" : "counter";
}

static struct dat_contents contents_of(struct dat_output *output)
{
	const struct census *census = output->census;

	output->option = (struct dat_extra){ SHR_NOTES_OPTION, output->notes.text,
					     (uint32_t)output->notes.len };
	return (struct dat_contents){
		.header_page = textbuf_str(&output->page),
		.header_event = { record_format_event, strlen(record_format_event) },
		.formats = output->format_list,
		.format_count = output->format_count,
		.kallsyms = textbuf_str(&census->symbols),
		.cmdlines = textbuf_str(&census->tasks),
		.uname = textbuf_str(&output->uname),
		.clock = clock_of(census),
		.cpustat = textbuf_str(&output->stats),
		.version = "shrinkctl " SHRINKCTL_VERSION,
		.options = &output->option,
		.option_count = 1,
	};
}

static int begin(struct dat_output *output, const char *path,
		 const struct dat_output_settings *settings, struct shr_err *err)
{
	const struct kernel_form *form = &output->census->form;
	const struct dat_settings how = {
		.version = settings->version,
		.compression = settings->compression,
		.page_size = RING_PAGE_SIZE,
		.cpu_count = output->census->cpu_count,
		.force = settings->force,
		.swapped = form->big != (__BYTE_ORDER == __BIG_ENDIAN),
		.long_size = form->long_size,
	};

	output->cpus = calloc(how.cpu_count, sizeof(*output->cpus));
	if (!output->cpus || add_texts(output) < 0)
		return no_memory(err);
	for (uint32_t cpu = 0; cpu < how.cpu_count; cpu++)
		ring_pages_init(&output->cpus[cpu].pages, form);
	struct dat_contents contents = contents_of(output);

	return dat_writer_open(&output->writer, path, &contents, &how, err);
}

/* What has been put together goes out as its reader takes it; a file all at once. */
static int wait_for_reader(struct dat_output *output, struct shr_err *err)
{
	struct pollfd reader = dat_writer_poll(&output->writer);

	if (dat_writer_is_pending(&output->writer) && poll(&reader, 1, -1) < 0 &&
	    errno != EINTR)
		return shr_fail(err, SHR_ERR_IO, "%s", strerror(errno));
	return dat_writer_write(&output->writer, reader.revents, err);
}

static int close_page(struct dat_output *output, uint32_t cpu, struct shr_err *err)
{
	while (dat_writer_is_full(&output->writer))
		if (wait_for_reader(output, err) < 0)
			return -1;
	return dat_writer_add(&output->writer, cpu,
			      ring_pages_close(&output->cpus[cpu].pages),
			      RING_PAGE_SIZE, err);
}

static int lose(struct dat_output *output, const struct record *record,
		struct shr_err *err)
{
	const struct shr_event *event = record->event;
	struct cpu *cpu = &output->cpus[record->cpu];

	if (ring_pages_has_records(&cpu->pages) &&
	    close_page(output, record->cpu, err) < 0)
		return -1;
	cpu->lost += event->lost.count;
	ring_pages_lose(&cpu->pages, event->lost.count, event->has & SHR_HAS_COUNT);
	return 0;
}

static int put(struct dat_output *output, const struct record *record,
	       struct shr_err *err)
{
	uint8_t bytes[RECORD_BYTES_MAX];
	struct cpu *cpu = &output->cpus[record->cpu];
	size_t len = record_bytes_put(record->layout, &output->census->form,
				      record->event, &record->extra, bytes);

	if (!cpu->events++)
		cpu->first_ts = record->ts;
	cpu->bytes += len;
	if (ring_pages_put(&cpu->pages, record->ts, bytes, len))
		return 0;
	if (close_page(output, record->cpu, err) < 0)
		return -1;
	ring_pages_put(&cpu->pages, record->ts, bytes, len);
	return 0;
}

static int put_all(struct dat_output *output, struct shr_err *err)
{
	struct record record;
	int got;

	while ((got = record_source_next(&output->records, &record, err)) > 0)
		if ((record.layout ? put : lose)(output, &record, err) < 0)
			return -1;
	for (uint32_t cpu = 0; got == 0 && cpu < output->census->cpu_count; cpu++)
		if (ring_pages_is_open(&output->cpus[cpu].pages) &&
		    close_page(output, cpu, err) < 0)
			return -1;
	return got;
}

/* As per_cpu/cpuN/stats has it. */
static int add_stats(struct dat_output *output)
{
	uint64_t now = output->census->last_ns;

	for (uint32_t i = 0; i < output->census->cpu_count; i++) {
		const struct cpu *cpu = &output->cpus[i];

		if (textbuf_print(
			    &output->stats,
			    "CPU: %" PRIu32 "\nentries: %" PRIu64 "\noverrun: %" PRIu64
			    "\ncommit overrun: 0\nbytes: %" PRIu64
			    "\noldest event ts: %5" PRIu64 ".%06" PRIu64
			    "\nnow ts: %5" PRIu64 ".%06" PRIu64
			    "\ndropped events: 0\nread events: %" PRIu64 "\n",
			    i, cpu->events, cpu->lost, cpu->bytes,
			    cpu->first_ts / 1000000000, cpu->first_ts / 1000 % 1000000,
			    now / 1000000000, now / 1000 % 1000000, cpu->events) < 0)
			return -1;
	}
	return 0;
}

static int finish(struct dat_output *output, struct shr_err *err)
{
	if (add_stats(output) < 0)
		return no_memory(err);
	struct dat_contents contents = contents_of(output);

	if (dat_writer_finish(&output->writer, &contents, err) < 0)
		return -1;
	while (dat_writer_is_pending(&output->writer))
		if (wait_for_reader(output, err) < 0)
			return -1;
	return 0;
}

static void release(struct dat_output *output)
{
	struct textbuf *texts[] = { &output->page, &output->formats, &output->uname,
				    &output->notes, &output->stats };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		textbuf_release(texts[i]);
	dat_writer_close(&output->writer);
	free(output->cpus);
}

int dat_output_write(const struct census *census, struct shr_source *source,
		     const char *path, const struct dat_output_settings *settings,
		     struct shr_err *err)
{
	struct dat_output output = { .census = census,
				     .writer = { .out = { .fd = -1, .dir = -1 } } };

	record_source_init(&output.records, census, source, settings->interrupt);
	int ret = begin(&output, path, settings, err);

	if (ret == 0)
		ret = put_all(&output, err);
	if (ret == 0)
		ret = finish(&output, err);
	release(&output);
	return ret;
}
