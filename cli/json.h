/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json - documents to stdout, member by member, through yajl's generator.
 *
 * Integers are exact to 64 bits, unknown is null.  Keys are given with the value, and
 * NULL inside an array.
 *
 *	json_open(&json, true);
 *	json_map(&json, NULL);
 *	json_uint(&json, "calls", calls);
 *	json_end_map(&json);
 *	json_close(&json);
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "core/event.h"

#include <stdbool.h>
#include <stdint.h>
#include <yajl/yajl_gen.h>

struct json {
	yajl_gen gen; /* owned */
};

/* @indented for one document, else one object a line.  False: no memory. */
bool json_open(struct json *json, bool indented);
void json_close(struct json *json);

/* Write out what is complete.  After a line, the next document can begin. */
void json_flush(struct json *json);
void json_end_line(struct json *json);

void json_map(struct json *json, const char *key);
void json_end_map(struct json *json);
void json_array(struct json *json, const char *key);
void json_end_array(struct json *json);

void json_int(struct json *json, const char *key, int64_t value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* null if it is not @known. */
void json_int_if(struct json *json, const char *key, int64_t value, bool known);
void json_uint_if(struct json *json, const char *key, uint64_t value, bool known);

/* NULL gives null; bytes that are not UTF-8 are replaced. */
void json_text(struct json *json, const char *key, const char *text);

/* Empty gives null. */
void json_str(struct json *json, const char *key, struct shr_str text);

/* "0x..." */
void json_hex(struct json *json, const char *key, uint64_t value);

#endif /* CLI_JSON_H */
