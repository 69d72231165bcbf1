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
struct shr_instance;
struct shr_start;
struct shr_summary;
struct shr_tally;
struct survey;

/* Null where the clock counts no nanoseconds: such times are only an order. */
void json_time(struct json *json, const struct input *input, const char *key,
	       uint64_t ts_ns);

/* As above, and null also for 0, where nothing was seen. */
void json_time_if(struct json *json, const struct input *input, const char *key,
		  uint64_t ts_ns);

/* An allocation mask: gfp, gfp_flags; @has (enum shr_has) says whether that is known.
 */
void json_gfp(struct json *json, const struct input *input,
	      const struct shr_start *start, uint32_t has);

/* A task: pid, comm. */
void json_task(struct json *json, const struct input *input, int32_t pid, uint32_t comm,
	       uint32_t has);

/* A shrinker: address, symbol. */
void json_address(struct json *json, const struct shr_instance *instance);

/* What the capture is; @summary may be NULL while nothing was replayed. */
void json_capture(struct json *json, const char *key, const struct input *input,
		  const struct shr_summary *summary);

/* The generation of the algorithm, and how it is known. */
void json_generation(struct json *json, const char *key,
		     const struct shr_summary *summary);

/* How many calls have each verdict. */
void json_verdicts(struct json *json, const struct shr_tally *tally);

/* What was scanned, predicted and observed. */
void json_scanned(struct json *json, const struct shr_tally *tally);

/* Those of @summary that have calls. */
void json_shrinkers(struct json *json, const struct shr_summary *summary);

/* Everything `replay` sums up. */
void json_summary(struct json *json, const struct input *input,
		  const struct shr_summary *summary);

/* What `info` says: the capture and its shrinkers, without the judgement. */
void json_info(struct json *json, const struct input *input,
	       const struct shr_summary *summary, const struct survey *survey);

/* One call. */
void json_call(struct json *json, const char *key, const struct input *input,
	       const struct shr_call *call);

/* One event. */
void json_event(struct json *json, const struct input *input,
		const struct shr_event *event);

#endif /* CLI_PRINT_JSON_H */
