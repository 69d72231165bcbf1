/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_json - core's rows as JSON: the documents of shrinkctl-json(5).
 *
 * Each function writes one object; with a key it is a member, without one a document
 * or an array's element.  Fields are only ever added.
 */
#ifndef CLI_PRINT_JSON_H
#define CLI_PRINT_JSON_H

#include "cli/json.h"

struct input;
struct shr_call;
struct shr_event;
struct shr_summary;

/* What the capture is; @summary may be NULL while nothing was replayed. */
void json_capture(struct json *json, const char *key, const struct input *input,
		  const struct shr_summary *summary);

/* The generation of the algorithm, and how it is known. */
void json_generation(struct json *json, const char *key,
		     const struct shr_summary *summary);

/* Everything `replay` sums up. */
void json_summary(struct json *json, const struct input *input,
		  const struct shr_summary *summary);

/* What `info` says: the capture and its shrinkers, without the judgement. */
void json_info(struct json *json, const struct input *input,
	       const struct shr_summary *summary);

/* One call. */
void json_call(struct json *json, const struct input *input,
	       const struct shr_call *call);

/* One event. */
void json_event(struct json *json, const struct input *input,
		const struct shr_event *event);

#endif /* CLI_PRINT_JSON_H */
