/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maker - bytes of a made-up input, put down field by field in either byte order.
 *
 * The memory handed out has exactly the size of what was put, so that a sanitizer sees
 * the first byte read beyond it.
 *
 *	struct maker maker = { .big = true };
 *
 *	put(&maker, 7, 4);
 *	use(made(&maker));
 *	maker_release(&maker);
 */
#ifndef TESTS_UNIT_MAKER_H
#define TESTS_UNIT_MAKER_H

#include "parsers/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNUSED	     __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct maker {
	uint8_t *data; /* owned */
	size_t size;
	size_t cap;
	bool big;
};

static void set_cap(struct maker *maker, size_t cap)
{
	if (maker->data && cap == maker->cap)
		return;
	uint8_t *data = realloc(maker->data, cap + !cap);

	assert_non_null(data);
	maker->data = data;
	maker->cap = cap;
}

static uint8_t *make_room(struct maker *maker, size_t len)
{
	if (len > maker->cap - maker->size)
		set_cap(maker, 2 * maker->size + len);
	maker->size += len;
	return maker->data + maker->size - len;
}

static void write_int(const struct maker *maker, uint8_t *at, uint64_t value,
		      unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		at[maker->big ? len - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* An integer of @len bytes. */
static UNUSED void put(struct maker *maker, uint64_t value, unsigned len)
{
	write_int(maker, make_room(maker, len), value, len);
}

/* Another integer at @at. */
static UNUSED void put_at(struct maker *maker, size_t at, uint64_t value, unsigned len)
{
	assert_true(at + len <= maker->size);
	write_int(maker, maker->data + at, value, len);
}

static UNUSED void put_bytes(struct maker *maker, const void *bytes, size_t len)
{
	if (len)
		memcpy(make_room(maker, len), bytes, len);
}

/* @text and its NUL. */
static UNUSED void put_string(struct maker *maker, const char *text)
{
	put_bytes(maker, text, strlen(text) + 1);
}

/* Zeros up to a multiple of @size. */
static UNUSED void put_padding(struct maker *maker, size_t size)
{
	size_t len = (size - maker->size % size) % size;
	if (len)
		memset(make_room(maker, len), 0, len);
}

/* What was put so far, until the next put. */
static UNUSED struct shr_bytes made(struct maker *maker)
{
	set_cap(maker, maker->size);
	return (struct shr_bytes){ .data = maker->data,
				   .size = maker->size,
				   .big = maker->big };
}

static UNUSED struct shr_str str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static UNUSED void assert_str(struct shr_str got, const char *want)
{
	if (shr_str_is(got, want))
		return;
	print_error("got '%.*s', expected '%s'\n", (int)got.len, got.ptr, want);
	fail();
}

static UNUSED void maker_release(struct maker *maker)
{
	free(maker->data);
	*maker = (struct maker){ .big = maker->big };
}

#endif /* TESTS_UNIT_MAKER_H */
