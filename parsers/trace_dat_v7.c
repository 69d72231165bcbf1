/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Version 7: a chain of option sections, each option naming another section. */
#include "parsers/trace_dat_versions.h"

#include "parsers/trace_dat.h"
#include "parsers/trace_dat_parts.h"
#include "parsers/trace_dat_rescue.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum section_id {
	SECTION_OPTIONS = 0,
	SECTION_BUFFER = 3,
	SECTION_HEADER_INFO = 16,
	SECTION_FTRACE_EVENTS = 17,
	SECTION_EVENT_FORMATS = 18,
	SECTION_KALLSYMS = 19,
	SECTION_PRINTK = 20,
	SECTION_CMDLINES = 21,
	SECTION_BUFFER_TEXT = 22,
};

enum { SECTION_PACKED = 1 };

/* 64 MiB: far above what any kernel writes as kallsyms or formats. */
static const size_t section_max = (size_t)64 << 20;

/* Of all that are kept unpacked: writers pack each part once, and task names twice. */
static const size_t blocks_max = 64;

/*
 * Option sections already read: writers make two or three, or, one behind the other, as
 * many as a stream has pieces.
 */
struct chain {
	uint64_t offsets[64]; /* of the first of them */
	size_t count;
	uint64_t last; /* the farthest */
};

/* What people would call a section. */
static const char *name_of(unsigned id)
{
	static const char *const names[] = {
		[SECTION_OPTIONS] = "options",
		[SECTION_BUFFER] = "CPU data",
		[SECTION_HEADER_INFO] = "page format",
		[SECTION_FTRACE_EVENTS] = "tracers' formats",
		[SECTION_EVENT_FORMATS] = "event formats",
		[SECTION_KALLSYMS] = "kallsyms",
		[SECTION_PRINTK] = "printk formats",
		[SECTION_CMDLINES] = "task names",
	};

	return names[id];
}

static int fail_cut_before(const struct shr_bytes *at, unsigned want, uint64_t offset,
			   struct shr_err *err)
{
	return shr_fail_at(err, SHR_ERR_TRUNCATED, shr_bytes_at(at), 0,
			   "the file is cut off: its %s should be at byte %" PRIu64,
			   name_of(want), offset);
}

static int fail_kind(unsigned want, unsigned id, uint64_t offset, struct shr_err *err)
{
	return shr_fail_at(err, SHR_ERR_SYNTAX, offset, 0,
			   "expected the %s, section %u, and found section %u",
			   name_of(want), want, id);
}

/* Keep @block until release: slices will point into it. */
static int keep_block(struct shr_trace_dat *dat, struct shr_block block,
		      struct shr_err *err)
{
	void *grown = reallocarray(dat->blocks, dat->block_count + 1, sizeof(block));

	if (!grown) {
		shr_block_release(&block);
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	dat->blocks = grown;
	dat->blocks[dat->block_count++] = block;
	return 0;
}

static int unpack_section(struct shr_trace_dat *dat, struct shr_bytes *body,
			  struct shr_err *err)
{
	struct shr_block block = { 0 };

	if (dat->block_count == blocks_max)
		return shr_fail_at(err, SHR_ERR_RANGE, shr_bytes_at(body), 0,
				   "more than %zu packed sections", blocks_max);
	if (shr_unpack(dat->unpacker, body, section_max, &block, err) < 0) {
		shr_block_release(&block);
		return -1;
	}
	/* Places inside are given as the section's: there is no better one. */
	*body = (struct shr_bytes){ .data = block.data,
				    .size = block.size,
				    .big = body->big,
				    .base = body->base,
				    .unpacked = true };
	return keep_block(dat, block, err);
}

/* A cursor over a section's body, unpacked if need be, and where the section ends. */
static int open_section(struct shr_trace_dat *dat, uint64_t offset, unsigned want,
			struct shr_bytes *body, uint64_t *end, struct shr_err *err)
{
	struct shr_bytes at = shr_bytes_seek(&dat->bytes, offset);
	unsigned id = shr_bytes_u16(&at);
	unsigned flags = shr_bytes_u16(&at);

	shr_bytes_u32(&at); /* a description, for people */
	uint64_t size = shr_bytes_u64(&at);

	if (at.short_of)
		return fail_cut_before(&at, want, offset, err);
	if (id != want)
		return fail_kind(want, id, offset, err);
	*body = shr_bytes_sub(&at, size);
	if (body->short_of)
		return shr_part_short(&at, name_of(want), err);
	*end = shr_bytes_at(&at);
	return flags & SECTION_PACKED ? unpack_section(dat, body, err) : 0;
}

static int take_part(struct shr_trace_dat *dat, unsigned id, uint64_t offset,
		     struct shr_err *err)
{
	struct shr_bytes body;
	uint64_t end;

	if (dat->parts & 1u << id) /* a second one could unpack without end */
		return 0;
	dat->parts |= 1u << id;
	if (open_section(dat, offset, id, &body, &end, err) < 0)
		return -1;
	switch ((enum section_id)id) {
	case SECTION_HEADER_INFO:
		return shr_part_header_info(dat, &body, err);
	case SECTION_FTRACE_EVENTS:
		return shr_part_ftrace_formats(dat, &body, err);
	case SECTION_EVENT_FORMATS:
		return shr_part_event_formats(dat, &body, err);
	case SECTION_KALLSYMS:
		return shr_part_kallsyms(dat, &body, err);
	case SECTION_PRINTK:
		return shr_part_printk(dat, &body, err);
	case SECTION_CMDLINES:
		return shr_part_cmdlines(dat, &body, err);
	default:
		return 0;
	}
}

/*
 * Only the section's head is looked at: the data's own bounds are checked when it is
 * read, so that a file cut inside it still gives its beginning.
 */
static int take_buffer_head(struct shr_trace_dat *dat, struct shr_trace_buffer *buffer,
			    uint64_t offset, struct shr_err *err)
{
	struct shr_bytes head = shr_bytes_seek(&dat->bytes, offset);
	unsigned id = shr_bytes_u16(&head);

	if (!head.short_of && id != SECTION_BUFFER)
		return fail_kind(SECTION_BUFFER, id, offset, err);
	buffer->packed = shr_bytes_u16(&head) & SECTION_PACKED;
	return head.short_of ? fail_cut_before(&head, SECTION_BUFFER, offset, err) : 0;
}

/* N of "shrinkctl.N"; 0: the buffer is no piece of a stream. */
static unsigned piece_number(struct shr_str name)
{
	static const char prefix[] = "shrinkctl.";
	size_t skip = sizeof(prefix) - 1;
	unsigned number = 0;

	if (name.len <= skip || memcmp(name.ptr, prefix, skip) != 0 ||
	    name.ptr[skip] == '0')
		return 0;
	for (size_t i = skip; i < name.len; i++) {
		unsigned digit = (unsigned char)name.ptr[i] - (unsigned)'0';

		if (digit > 9 || number > (UINT_MAX - digit) / 10)
			return 0;
		number = 10 * number + digit;
	}
	return number;
}

/* The buffer that the option tells of, last among @dat's. */
static int add_buffer(struct shr_trace_dat *dat, const struct shr_trace_buffer *told,
		      uint64_t at, struct shr_err *err)
{
	unsigned piece = piece_number(told->name);

	if (piece)
		return shr_part_join_buffer(dat, told, piece, at, err) ? 0 : -1;
	struct shr_trace_buffer *buffer = shr_part_add_buffer(dat, err);

	if (!buffer)
		return -1;
	*buffer = *told;
	return 0;
}

static int take_buffer(struct shr_trace_dat *dat, struct shr_bytes option,
		       struct shr_err *err)
{
	uint64_t at = shr_bytes_at(&option), offset = shr_bytes_u64(&option);
	struct shr_trace_buffer told = { .name = shr_bytes_string(&option) };

	told.clock = shr_bytes_string(&option);
	told.page_size = shr_bytes_u32(&option);
	uint32_t cpus = shr_bytes_u32(&option);

	if (take_buffer_head(dat, &told, offset, err) < 0 ||
	    add_buffer(dat, &told, at, err) < 0)
		return -1;
	for (uint32_t i = 0; i < cpus && !option.short_of; i++) {
		struct shr_cpu_data data = { .cpu = shr_bytes_u32(&option) };

		data.offset = shr_bytes_u64(&option);
		data.size = shr_bytes_u64(&option);
		if (!option.short_of && data.size &&
		    shr_part_add_cpu(dat, data, err) < 0)
			return -1;
	}
	return option.short_of ? shr_part_short(&option, "list of buffers", err) : 0;
}

static int take_option(struct shr_trace_dat *dat, unsigned id, struct shr_bytes body,
		       struct shr_err *err)
{
	if (id == SECTION_BUFFER)
		return take_buffer(dat, body, err);
	if (id == SECTION_BUFFER_TEXT)
		return shr_fail_at(
			err, SHR_ERR_UNSUPPORTED, shr_bytes_at(&body), 0,
			"the file holds text: extract it with 'trace-cmd report'");
	if (id == SECTION_CMDLINES) {
		dat->names_at[0] = dat->names_at[1];
		dat->names_at[1] = shr_bytes_u64(&body);
		return 0;
	}
	if (id >= SECTION_HEADER_INFO && id < SECTION_CMDLINES)
		return take_part(dat, id, shr_bytes_u64(&body), err);
	shr_part_option(dat, id, body);
	return 0;
}

/*
 * One section of options.  *next is where the next stands, 0 at the end.  A part that
 * is damaged does not keep the others from being read: the first fault is returned
 * when all have been.
 */
static int take_options(struct shr_trace_dat *dat, struct shr_bytes body,
			uint64_t *next, struct shr_err *err)
{
	struct shr_err more;
	int ret = 0;

	while (body.pos < body.size) {
		unsigned id = shr_bytes_u16(&body);
		struct shr_bytes option = shr_bytes_sub(&body, shr_bytes_u32(&body));

		if (body.short_of)
			break;
		if (id == 0) {
			*next = shr_bytes_u64(&option);
			return ret;
		}
		if (take_option(dat, id, option, ret ? &more : err) < 0)
			ret = -1;
	}
	if (body.short_of && !ret)
		ret = shr_part_short(&body, "options", err);
	return ret;
}

/* Whether the chain has not been at @offset; then it is kept. */
static bool chain_add(struct chain *chain, uint64_t offset)
{
	bool ahead = offset > chain->last;

	for (size_t i = 0; i < chain->count; i++)
		if (chain->offsets[i] == offset)
			return false;
	/* A chain too long to keep that only goes ahead does not go in a circle. */
	if (chain->count < sizeof(chain->offsets) / sizeof(*chain->offsets))
		chain->offsets[chain->count++] = offset;
	else if (!ahead)
		return false;
	if (ahead)
		chain->last = offset;
	return true;
}

static bool is_stream(const struct shr_trace_dat *dat)
{
	return dat->buffer_count && dat->buffers[dat->buffer_count - 1].pieces;
}

/* The next section of options.  What a stream lacks has another name. */
static int open_options(struct shr_trace_dat *dat, uint64_t offset,
			struct shr_bytes *body, uint64_t *end, struct shr_err *err)
{
	int ret = open_section(dat, offset, SECTION_OPTIONS, body, end, err);

	if (ret == 0 || err->code != SHR_ERR_TRUNCATED || !is_stream(dat))
		return ret;
	return shr_fail_at(err, SHR_ERR_TRUNCATED, dat->bytes.size, 0,
			   "the stream is cut off: more of it should follow");
}

/* Every section of options; *end is where the last whole one ends. */
static int take_chain(struct shr_trace_dat *dat, struct shr_bytes *bytes, uint64_t *end,
		      struct shr_err *err)
{
	uint64_t next = shr_bytes_u64(bytes);
	struct chain chain = { .count = 0 };
	struct shr_err more;
	int ret = 0;

	if (bytes->short_of)
		return shr_part_short(bytes, "head", err);
	while (next) {
		struct shr_bytes body = { 0 };
		uint64_t offset = next;

		next = 0;
		if (!chain_add(&chain, offset))
			return ret ? ret
				   : shr_fail_at(err, SHR_ERR_SYNTAX, offset, 0,
						 "option sections lead in a circle");
		if (open_options(dat, offset, &body, end, ret ? &more : err) < 0)
			return -1;
		if (take_options(dat, body, &next, ret ? &more : err) < 0)
			ret = -1;
	}
	return ret;
}

/*
 * The last task names count: a recorder that is still at it writes them again.  Where a
 * stream is cut inside them, those before are whole.
 */
static int take_names(struct shr_trace_dat *dat, struct shr_err *err)
{
	struct shr_err ignored;
	uint64_t before = dat->names_at[0], last = dat->names_at[1];

	if (!last || take_part(dat, SECTION_CMDLINES, last, err) == 0)
		return 0;
	dat->parts &= ~(1u << SECTION_CMDLINES);
	if (before)
		take_part(dat, SECTION_CMDLINES, before, &ignored);
	return -1;
}

int shr_trace_dat_read_v7(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			  uint32_t page_size, struct shr_err *err)
{
	uint64_t end = 0;
	struct shr_err ignored;
	int ret = take_chain(dat, bytes, &end, err);

	if (take_names(dat, ret ? &ignored : err) == 0 && ret == 0)
		return 0;
	if (ret < 0 && end)
		shr_trace_dat_rescue(dat, end, page_size, &ignored);
	return -1;
}
