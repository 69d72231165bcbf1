/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repeat_pages IN OUT EVENTS - make a long capture of a short one: the pages of its
 * first buffer again and again, each time later, until there are EVENTS records.
 *
 * For uncompressed trace.dat version 7 of a 64-bit little-endian machine, which
 * `trace-cmd convert --compression none` makes of any.  The file is copied as it
 * is; a new buffer section with the copies goes to its end, and the option that says
 * where the buffer lies is changed to point there.  The old pages stay, unused.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CPUS_MAX = 1024,
	OPTION_DONE = 0,
	OPTION_BUFFER = 3,
	SECTION_HEAD = 16, /* u16 id, u16 flags, u32 description, u64 size */
	PAGE_HEAD = 16,	   /* u64 time, u64 bytes used */
	ALIGN = 4096,
};

struct capture {
	uint8_t *data;
	size_t size;
	size_t where;  /* of the buffer's offset, in its option */
	size_t table;  /* of the CPUs, in its option */
	uint32_t page; /* bytes */
	uint32_t cpus;
	uint64_t first, last; /* times of its records */
	uint64_t records;
};

static void die(const char *what)
{
	fprintf(stderr, "repeat_pages: %s\n", what);
	exit(2);
}

static const uint8_t *at(const struct capture *capture, uint64_t offset, uint64_t len)
{
	if (offset > capture->size || len > capture->size - offset)
		die("the capture is cut off");
	return capture->data + offset;
}

static uint64_t number(const struct capture *capture, uint64_t offset, unsigned len)
{
	uint64_t value = 0;

	memcpy(&value, at(capture, offset, len), len);
	return value;
}

/* Where a string that begins at @offset ends, behind its NUL. */
static uint64_t behind(const struct capture *capture, uint64_t offset)
{
	while (number(capture, offset++, 1))
		;
	return offset;
}

static void load(struct capture *capture, const char *path)
{
	FILE *in = fopen(path, "rb");
	long size;

	if (!in || fseek(in, 0, SEEK_END) || (size = ftell(in)) <= 0)
		die("the capture cannot be read");
	rewind(in);
	capture->size = (size_t)size;
	capture->data = malloc(capture->size);
	if (!capture->data ||
	    fread(capture->data, 1, capture->size, in) != capture->size)
		die("the capture cannot be read");
	fclose(in);
}

/* An option's table of CPUs, if it is of a buffer that has any. */
static bool take_buffer(struct capture *capture, uint64_t offset)
{
	uint64_t name = offset + 8;
	uint64_t page = behind(capture, behind(capture, name)); /* name, clock */

	capture->where = offset;
	capture->page = (uint32_t)number(capture, page, 4);
	capture->cpus = (uint32_t)number(capture, page + 4, 4);
	capture->table = page + 8;
	if (capture->cpus > CPUS_MAX || capture->page < PAGE_HEAD)
		die("a buffer makes no sense");
	return capture->cpus > 0;
}

static void find_buffer(struct capture *capture)
{
	static const char magic[] = "\x17\x08\x44tracing7";

	if (memcmp(at(capture, 0, sizeof(magic)), magic, sizeof(magic)) != 0 ||
	    number(capture, 12, 1) != 0)
		die("not a little-endian trace.dat version 7");
	if (strcmp((const char *)at(capture, 18, 5), "none") != 0)
		die("compressed: trace-cmd convert --compression none");
	uint64_t section = number(capture, behind(capture, 23), 8);

	while (section) {
		uint64_t option = section + SECTION_HEAD;

		for (;;) {
			unsigned id = (unsigned)number(capture, option, 2);
			uint64_t len = number(capture, option + 2, 4);

			if (id == OPTION_BUFFER && take_buffer(capture, option + 6))
				return;
			if (id == OPTION_DONE)
				break;
			option += 6 + len;
		}
		section = number(capture, option + 6, 8);
	}
	die("no buffer has data");
}

/* Walk the records of a page: how many, and up to when. */
static void survey_page(struct capture *capture, uint64_t page)
{
	uint64_t now = number(capture, page, 8);
	uint64_t pos = page + PAGE_HEAD;
	uint64_t end = pos + (number(capture, page + 8, 4) & 0x7ffffff);

	if (now < capture->first)
		capture->first = now;
	while (pos < end) {
		uint32_t word = (uint32_t)number(capture, pos, 4);
		uint32_t type = word & 31, delta = word >> 5;

		pos += 4;
		now += delta;
		if (type == 31)
			die("the capture has absolute times");
		if (type == 29 && !delta)
			break;
		if (type == 30)
			now += number(capture, pos, 4) << 27;
		else if (type != 29)
			capture->records++;
		if (type == 30)
			pos += 4;
		else if (type == 29 || type == 0)
			pos += (number(capture, pos, 4) + 3) & ~3ull;
		else
			pos += 4ull * type;
	}
	if (now > capture->last)
		capture->last = now;
}

struct span {
	uint64_t offset;
	uint64_t size;
};

static struct span cpu_span(const struct capture *capture, uint32_t i)
{
	uint64_t row = capture->table + i * 20ull;

	return (struct span){ number(capture, row + 4, 8),
			      number(capture, row + 12, 8) };
}

static void survey(struct capture *capture)
{
	capture->first = UINT64_MAX;
	for (uint32_t i = 0; i < capture->cpus; i++) {
		struct span span = cpu_span(capture, i);

		at(capture, span.offset, span.size);
		if (span.size % capture->page)
			die("a CPU's data is not whole pages");
		for (uint64_t pos = 0; pos < span.size; pos += capture->page)
			survey_page(capture, span.offset + pos);
	}
	if (!capture->records)
		die("the buffer has no records");
}

static void put(uint8_t *to, uint64_t value, unsigned len)
{
	memcpy(to, &value, len);
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + ALIGN - 1) / ALIGN * ALIGN;
}

/* Point the option at a section behind the old end; returns where its data begins. */
static uint64_t redirect(struct capture *capture, uint64_t copies, uint8_t *head)
{
	uint64_t section = (capture->size + 7) / 8 * 8;
	uint64_t data = aligned(section + SECTION_HEAD), next = data;

	for (uint32_t i = 0; i < capture->cpus; i++) {
		uint64_t size = cpu_span(capture, i).size * copies;
		uint8_t *row = capture->data + capture->table + i * 20ull;

		put(row + 4, next, 8);
		put(row + 12, size, 8);
		next = aligned(next + size);
	}
	put(capture->data + capture->where, section, 8);
	put(head, OPTION_BUFFER, 8);  /* no flags */
	put(head + 4, UINT32_MAX, 4); /* no description */
	put(head + 8, next - section - SECTION_HEAD, 8);
	return data;
}

static void write_at(FILE *out, uint64_t offset, const void *data, size_t size)
{
	if (fseek(out, (long)offset, SEEK_SET) || fwrite(data, 1, size, out) != size)
		die("the copy cannot be written");
}

/* Each copy is later than the one before by all that one lasted, and a moment. */
static void repeat_cpu(struct capture *capture, FILE *out, uint64_t offset,
		       struct span span, uint64_t copies)
{
	uint64_t lasts = capture->last - capture->first + 1000;

	for (uint64_t copy = 0; copy < copies; copy++) {
		write_at(out, offset + copy * span.size, capture->data + span.offset,
			 span.size);
		for (uint64_t pos = 0; pos < span.size; pos += capture->page) {
			uint8_t *page = capture->data + span.offset + pos;

			put(page, number(capture, span.offset + pos, 8) + lasts, 8);
		}
	}
}

int main(int argc, char **argv)
{
	static struct span spans[CPUS_MAX];
	struct capture capture = { 0 };
	uint8_t head[SECTION_HEAD];

	if (argc != 4)
		die("usage: repeat_pages IN OUT EVENTS");
	load(&capture, argv[1]);
	find_buffer(&capture);
	survey(&capture);
	for (uint32_t i = 0; i < capture.cpus; i++)
		spans[i] = cpu_span(&capture, i);
	uint64_t copies = 1 + strtoull(argv[3], NULL, 10) / capture.records;
	uint64_t offset = redirect(&capture, copies, head);
	FILE *out = fopen(argv[2], "wb");

	if (!out)
		die("the copy cannot be written");
	write_at(out, 0, capture.data, capture.size);
	write_at(out, (capture.size + 7) / 8 * 8, head, sizeof(head));
	for (uint32_t i = 0; i < capture.cpus; i++) {
		repeat_cpu(&capture, out, offset, spans[i], copies);
		offset = aligned(offset + spans[i].size * copies);
	}
	/* The section ends aligned, whatever the last CPU's pages do. */
	if (offset > (uint64_t)ftell(out))
		write_at(out, offset - 1, "", 1);
	if (fclose(out))
		die("the copy cannot be written");
	free(capture.data);
	return 0;
}
