/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_evidence - what a call's verdict rests on, in JSON and in words.
 *
 * In JSON there is only what there is: a member whose evidence a call has not is left
 * out.
 */
#ifndef CLI_PRINT_EVIDENCE_H
#define CLI_PRINT_EVIDENCE_H

#include <stdbool.h>

struct input;
struct json;
struct shr_call;

/* What @call was made for, NULL if nothing tells; *recorded: an event says so. */
const char *context_of(const struct input *input, const struct shr_call *call,
		       bool *recorded);

/* "event" or "inferred", NULL where context_of() is. */
const char *context_from(const struct input *input, const struct shr_call *call);

/* How its memcg is known: "event", "identity", "inferred" or "none". */
const char *memcg_from(const struct shr_call *call);

/* The member "evidence". */
void json_evidence(struct json *json, const struct input *input,
		   const struct shr_call *call);

/* " (+12 by #1057)", behind the verdict; nothing where it speaks for itself. */
void text_evidence(const struct input *input, const struct shr_call *call);

/* ": ..." for what the numbers alone do not say. */
void text_reason(const struct shr_call *call);

#endif /* CLI_PRINT_EVIDENCE_H */
