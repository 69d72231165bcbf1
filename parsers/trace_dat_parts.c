/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_dat_parts.h"

#include "parsers/pages.h"
#include "parsers/reader.h"
#include "parsers/trace_dat.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
	OPTION_DATE = 1,
	OPTION_CPUSTAT = 2,
	OPTION_TRACECLOCK = 4,
	OPTION_UNAME = 5,
	OPTION_OFFSET = 7,
	OPTION_TSC2NSEC = 14,
	OPTION_NOTES = SHR_NOTES_OPTION,
};

/* Over all buffers; kernels have up to 8192. */
enum { CPUS_MAX = 65536 };

int shr_part_short(const struct shr_bytes *bytes, const char *what, struct shr_err *err)
{
	return shr_fail_at(err, SHR_ERR_TRUNCATED, shr_bytes_at(bytes), 0,
			   "the file ends inside its %s", what);
}

/* Arrays grow by doubling: a new place whenever @count is a power of two. */
static void *grow(void *array, size_t count, size_t size, struct shr_err *err)
{
	if (count & (count - 1))
		return array;
	void *grown = reallocarray(array, count ? count * 2 : 1, size);

	if (!grown)
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return grown;
}

int shr_part_header_info(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			 struct shr_err *err)
{
	static const char *const names[] = { "header_page", "header_event" };

	for (size_t i = 0; i < 2; i++) {
		uint64_t at = shr_bytes_at(bytes);
		struct shr_str name = shr_bytes_string(bytes);
		struct shr_str text = shr_bytes_slice(bytes, shr_bytes_u64(bytes));

		if (bytes->short_of)
			return shr_part_short(bytes, names[i], err);
		if (!shr_str_is(name, names[i]))
			return shr_fail_at(err, SHR_ERR_SYNTAX, at, 0, "expected '%s'",
					   names[i]);
		if (i == 0)
			dat->header_page = text;
	}
	return 0;
}

static int take_formats(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			struct shr_str system, struct shr_err *err)
{
	uint32_t count = shr_bytes_u32(bytes);

	for (uint32_t i = 0; i < count && !bytes->short_of; i++) {
		struct shr_str text = shr_bytes_slice(bytes, shr_bytes_u64(bytes));
		void *grown = grow(dat->formats, dat->format_count,
				   sizeof(*dat->formats), err);

		if (!grown)
			return -1;
		dat->formats = grown;
		if (!bytes->short_of)
			dat->formats[dat->format_count++] =
				(struct shr_format_text){ system, text };
	}
	return bytes->short_of ? shr_part_short(bytes, "event formats", err) : 0;
}

int shr_part_ftrace_formats(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			    struct shr_err *err)
{
	return take_formats(dat, bytes, (struct shr_str){ "ftrace", 6 }, err);
}

int shr_part_event_formats(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			   struct shr_err *err)
{
	uint32_t systems = shr_bytes_u32(bytes);

	for (uint32_t i = 0; i < systems && !bytes->short_of; i++)
		if (take_formats(dat, bytes, shr_bytes_string(bytes), err) < 0)
			return -1;
	return bytes->short_of ? shr_part_short(bytes, "event formats", err) : 0;
}

int shr_part_kallsyms(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		      struct shr_err *err)
{
	dat->kallsyms = shr_bytes_slice(bytes, shr_bytes_u32(bytes));
	return bytes->short_of ? shr_part_short(bytes, "kallsyms", err) : 0;
}

int shr_part_printk(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		    struct shr_err *err)
{
	(void)dat;
	shr_bytes_slice(bytes, shr_bytes_u32(bytes));
	return bytes->short_of ? shr_part_short(bytes, "printk formats", err) : 0;
}

int shr_part_cmdlines(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		      struct shr_err *err)
{
	dat->cmdlines = shr_bytes_slice(bytes, shr_bytes_u64(bytes));
	return bytes->short_of ? shr_part_short(bytes, "task names", err) : 0;
}

/* Option texts are NUL padded. */
static struct shr_str text_of(struct shr_bytes body)
{
	return (struct shr_str){ (const char *)body.data,
				 strnlen((const char *)body.data, body.size) };
}

/* "0x1f" or "31", perhaps signed; 0 where it is neither. */
static int64_t number_of(struct shr_bytes body)
{
	struct shr_str text = text_of(body);
	char copy[32];
	size_t len = text.len < sizeof(copy) - 1 ? text.len : sizeof(copy) - 1;

	memcpy(copy, text.ptr, len);
	copy[len] = '\0';
	return strtoll(copy, NULL, 0);
}

/* The third word of "Linux host 6.1.0-49-amd64 x86_64". */
static struct shr_str release_of(struct shr_str uname)
{
	const char *at = uname.ptr, *end = uname.ptr + uname.len;

	for (int skip = 0; skip < 2 && at < end; skip++) {
		const char *blank = memchr(at, ' ', (size_t)(end - at));

		at = blank ? blank + 1 : end;
	}
	const char *blank = at < end ? memchr(at, ' ', (size_t)(end - at)) : NULL;

	return (struct shr_str){ at, (size_t)((blank ? blank : end) - at) };
}

struct shr_str shr_part_clock(struct shr_str text)
{
	const char *open = text.len ? memchr(text.ptr, '[', text.len) : NULL;

	if (!open)
		return (struct shr_str){ "", 0 };
	size_t rest = text.len - (size_t)(open + 1 - text.ptr);
	const char *close = rest ? memchr(open + 1, ']', rest) : NULL;

	return close ? (struct shr_str){ open + 1, (size_t)(close - open - 1) }
		     : (struct shr_str){ "", 0 };
}

static void take_tsc2nsec(struct shr_trace_dat *dat, struct shr_bytes body)
{
	dat->tsc_mult = shr_bytes_u32(&body);
	dat->tsc_shift = shr_bytes_u32(&body);
	dat->tsc_offset = shr_bytes_u64(&body);
	dat->has_tsc2nsec = !body.short_of && dat->tsc_shift < 64;
}

void shr_part_option(struct shr_trace_dat *dat, unsigned id, struct shr_bytes body)
{
	if (body.short_of)
		return;
	switch ((enum option_id)id) {
	case OPTION_DATE: /* microseconds */
		dat->ts_offset += (int64_t)((uint64_t)number_of(body) * 1000);
		break;
	case OPTION_OFFSET:
		dat->ts_offset += number_of(body);
		break;
	case OPTION_CPUSTAT:
		dat->cpustat = text_of(body);
		break;
	case OPTION_TRACECLOCK:
		dat->clock = shr_part_clock(text_of(body));
		dat->names_clock = true;
		break;
	case OPTION_UNAME:
		dat->uname = text_of(body);
		dat->release = release_of(dat->uname);
		break;
	case OPTION_TSC2NSEC:
		take_tsc2nsec(dat, body);
		break;
	case OPTION_NOTES:
		dat->notes[dat->notes[0].len > 0] = text_of(body);
		break;
	}
}

struct shr_trace_buffer *shr_part_add_buffer(struct shr_trace_dat *dat,
					     struct shr_err *err)
{
	void *grown = grow(dat->buffers, dat->buffer_count, sizeof(*dat->buffers), err);

	if (!grown)
		return NULL;
	dat->buffers = grown;

	struct shr_trace_buffer *buffer = &dat->buffers[dat->buffer_count++];

	*buffer = (struct shr_trace_buffer){ 0 };
	return buffer;
}

struct shr_trace_buffer *shr_part_join_buffer(struct shr_trace_dat *dat,
					      const struct shr_trace_buffer *piece,
					      unsigned number, uint64_t at,
					      struct shr_err *err)
{
	struct shr_trace_buffer *buffer =
		dat->buffer_count ? &dat->buffers[dat->buffer_count - 1] : NULL;
	unsigned before = buffer ? buffer->pieces : 0;

	if (number != before + 1) {
		shr_fail_at(err, SHR_ERR_SYNTAX, at, 0,
			    "expected piece %u of a stream, and found piece %u",
			    before + 1, number);
		return NULL;
	}
	if (!before) {
		buffer = shr_part_add_buffer(dat, err);
		if (!buffer)
			return NULL;
		*buffer = *piece;
		buffer->name = (struct shr_str){ "", 0 };
	}
	if (buffer->page_size != piece->page_size || buffer->packed != piece->packed) {
		shr_fail_at(err, SHR_ERR_SYNTAX, at, 0,
			    "piece %u of a stream is made unlike those before it",
			    number);
		return NULL;
	}
	buffer->pieces = number;
	return buffer;
}

/* Where what there is of @cpu ends: chunks are counted, for their size can lie. */
static uint64_t end_of(const struct shr_trace_dat *dat,
		       const struct shr_trace_buffer *buffer,
		       const struct shr_cpu_data *cpu)
{
	struct shr_bytes data = shr_bytes_seek(&dat->bytes, cpu->offset);
	uint64_t rest = data.size - data.pos;

	if (buffer->packed && buffer->page_size)
		return data.pos + shr_pages_chain_length(data, buffer->page_size);
	return data.pos + (cpu->size < rest ? cpu->size : rest);
}

/*
 * Writers put one CPU behind the other: looking at all of them is for odd files, and of
 * a stream there are too many.
 */
static bool is_taken(const struct shr_trace_dat *dat,
		     const struct shr_trace_buffer *buffer,
		     const struct shr_cpu_data *cpu)
{
	if (cpu->offset >= dat->cpu_end || cpu->offset >= cpu->end)
		return false;
	if (buffer->pieces)
		return true;
	for (size_t i = 0; i < dat->buffer_count; i++)
		for (size_t j = 0; j < dat->buffers[i].cpu_count; j++) {
			const struct shr_cpu_data *other = &dat->buffers[i].cpus[j];

			if (cpu->offset < other->end && other->offset < cpu->end)
				return true;
		}
	return false;
}

/* Room in buffer->last for CPU @cpu, which is below CPUS_MAX. */
static int grow_last(struct shr_trace_buffer *buffer, uint32_t cpu, struct shr_err *err)
{
	uint32_t count = buffer->last_count ? buffer->last_count : 64;

	if (cpu < buffer->last_count)
		return 0;
	while (count <= cpu)
		count *= 2;
	uint32_t *grown = reallocarray(buffer->last, count, sizeof(*grown));

	if (!grown)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	memset(grown + buffer->last_count, 0,
	       (count - buffer->last_count) * sizeof(*grown));
	buffer->last = grown;
	buffer->last_count = count;
	return 0;
}

/* Of a stream: what CPU @cpu had before goes on at the row to be added. */
static int link_piece(struct shr_trace_buffer *buffer, struct shr_cpu_data *cpu,
		      struct shr_err *err)
{
	if (cpu->cpu >= CPUS_MAX)
		return shr_fail(err, SHR_ERR_RANGE, "expected a CPU below %u, found %u",
				(unsigned)CPUS_MAX, cpu->cpu);
	if (buffer->cpu_count >= UINT32_MAX)
		return shr_fail(err, SHR_ERR_RANGE, "a stream of too many pieces");
	if (grow_last(buffer, cpu->cpu, err) < 0)
		return -1;
	uint32_t *last = &buffer->last[cpu->cpu];

	cpu->goes_on = *last;
	if (*last)
		buffer->cpus[*last - 1].next = (uint32_t)buffer->cpu_count;
	*last = (uint32_t)buffer->cpu_count + 1;
	return 0;
}

int shr_part_add_cpu(struct shr_trace_dat *dat, struct shr_cpu_data cpu,
		     struct shr_err *err)
{
	struct shr_trace_buffer *buffer = &dat->buffers[dat->buffer_count - 1];

	cpu.end = end_of(dat, buffer, &cpu);
	if (is_taken(dat, buffer, &cpu))
		return shr_fail_at(err, SHR_ERR_SYNTAX, cpu.offset, 0,
				   "the data of CPU %u overlaps that of another",
				   cpu.cpu);
	void *grown = grow(buffer->cpus, buffer->cpu_count, sizeof(*buffer->cpus), err);

	if (!grown)
		return -1;
	buffer->cpus = grown;
	if (buffer->pieces && link_piece(buffer, &cpu, err) < 0)
		return -1;
	if (!cpu.goes_on && dat->cpu_total == CPUS_MAX)
		return shr_fail(err, SHR_ERR_RANGE, "data of more than %u CPUs",
				(unsigned)CPUS_MAX);
	dat->cpu_total += !cpu.goes_on;
	dat->cpu_end = cpu.end > dat->cpu_end ? cpu.end : dat->cpu_end;
	buffer->cpus[buffer->cpu_count++] = cpu;
	return 0;
}
