/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Longer than any path, of a file or of a cgroup. */
enum { TEXT_MAX = 8192 };

bool json_open(struct json *json, bool indented)
{
	json->gen = yajl_gen_alloc(NULL);
	if (!json->gen)
		return false;
	yajl_gen_config(json->gen, yajl_gen_beautify, indented);
	yajl_gen_config(json->gen, yajl_gen_indent_string, "  ");
	return true;
}

void json_close(struct json *json)
{
	json_flush(json);
	yajl_gen_free(json->gen);
}

void json_flush(struct json *json)
{
	const unsigned char *text;
	size_t len;

	yajl_gen_get_buf(json->gen, &text, &len);
	if (len)
		fwrite(text, 1, len, stdout);
	yajl_gen_clear(json->gen);
}

void json_end_line(struct json *json)
{
	json_flush(json);
	yajl_gen_reset(json->gen, "");
	putchar('\n');
}

static void put_text(struct json *json, const char *text, size_t len)
{
	yajl_gen_string(json->gen, (const unsigned char *)text, len);
}

static void put_key(struct json *json, const char *key)
{
	if (key)
		put_text(json, key, strlen(key));
}

void json_map(struct json *json, const char *key)
{
	put_key(json, key);
	yajl_gen_map_open(json->gen);
}

void json_end_map(struct json *json)
{
	yajl_gen_map_close(json->gen);
}

void json_array(struct json *json, const char *key)
{
	put_key(json, key);
	yajl_gen_array_open(json->gen);
}

void json_end_array(struct json *json)
{
	yajl_gen_array_close(json->gen);
}

void json_int(struct json *json, const char *key, int64_t value)
{
	put_key(json, key);
	yajl_gen_integer(json->gen, value);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value);

	put_key(json, key);
	yajl_gen_number(json->gen, digits, (size_t)len);
}

void json_double(struct json *json, const char *key, double value)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%.3f", value);

	put_key(json, key);
	yajl_gen_number(json->gen, digits, (size_t)len);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	yajl_gen_bool(json->gen, value);
}

void json_null(struct json *json, const char *key)
{
	put_key(json, key);
	yajl_gen_null(json->gen);
}

/* Bytes that follow a lead byte of this value, or -1 if it leads nothing. */
static int trailing(unsigned char lead)
{
	if (lead < 0x80)
		return 0;
	if (lead >= 0xc2 && lead < 0xe0)
		return 1;
	if (lead >= 0xe0 && lead < 0xf0)
		return 2;
	return lead >= 0xf0 && lead < 0xf5 ? 3 : -1;
}

/* Whether @text begins with one character, and in no longer form than it needs. */
static bool is_character(const char *text, size_t len, int *more)
{
	unsigned char lead = (unsigned char)text[0];

	*more = trailing(lead);
	if (*more < 0 || (size_t)*more >= len)
		return false;
	for (int k = 1; k <= *more; k++)
		if (((unsigned char)text[k] & 0xc0) != 0x80)
			return false;
	unsigned char second = *more ? (unsigned char)text[1] : 0;

	return !(lead == 0xe0 && second < 0xa0) && !(lead == 0xed && second > 0x9f) &&
	       !(lead == 0xf0 && second < 0x90) && !(lead == 0xf4 && second > 0x8f);
}

/* Task names can hold any bytes; JSON cannot. */
static void put_clean(struct json *json, const char *text, size_t len)
{
	char clean[TEXT_MAX];
	size_t out = 0;

	for (size_t i = 0; i < len && out + 4 < sizeof(clean);) {
		int more;
		bool whole = is_character(text + i, len - i, &more);

		for (int k = 0; whole && k <= more; k++)
			clean[out++] = text[i++];
		if (!whole) {
			clean[out++] = '?';
			i++;
		}
	}
	put_text(json, clean, out);
}

void json_int_if(struct json *json, const char *key, int64_t value, bool known)
{
	if (known)
		json_int(json, key, value);
	else
		json_null(json, key);
}

void json_uint_if(struct json *json, const char *key, uint64_t value, bool known)
{
	if (known)
		json_uint(json, key, value);
	else
		json_null(json, key);
}

void json_text(struct json *json, const char *key, const char *text)
{
	put_key(json, key);
	if (text)
		put_clean(json, text, strlen(text));
	else
		yajl_gen_null(json->gen);
}

void json_str(struct json *json, const char *key, struct shr_str text)
{
	put_key(json, key);
	if (text.len)
		put_clean(json, text.ptr, text.len);
	else
		yajl_gen_null(json->gen);
}

void json_hex(struct json *json, const char *key, uint64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "0x%" PRIx64, value);

	put_key(json, key);
	put_text(json, digits, (size_t)len);
}
