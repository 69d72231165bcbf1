/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_explain - one call, wholly explained: as text for a mail, or as JSON.
 *
 * The text is in sections, a file each: what the call was, how each amount came about,
 * and how the verdict follows.
 */
#ifndef CLI_PRINT_EXPLAIN_H
#define CLI_PRINT_EXPLAIN_H

#include "core/replay/instance.h"

struct input;
struct json;
struct paper;
struct shr_call;
struct shr_explanation;
struct shr_find;
struct shr_lane;
struct shr_param;
struct shr_parts;
struct shr_summary;

/* A call that was found, and everything to explain it by. */
struct explained {
	const struct input *input;
	const struct shr_summary *summary;
	const struct shr_find *find;
	const struct shr_call *call;	   /* in @find */
	const struct shr_explanation *why; /* of @call */
};

/* All sections. */
void explain_text(const struct explained *explained);

/* The document "shrinkctl.explain/1". */
void explain_json(struct json *json, const struct explained *explained);

/* What the call was: where, when, for whom, under which algorithm. */
void explain_head(struct paper *paper, const struct explained *explained);

/* How deferred, freeable, delta and planned came about. */
void explain_start(struct paper *paper, const struct explained *explained);

/* The loop, the write-back, what was freed, and who took the remainder. */
void explain_end(struct paper *paper, const struct explained *explained);

/* Predicted against observed, the verdict, and what speaks for it. */
void explain_verdict(struct paper *paper, const struct explained *explained);

/* "kswapd0-54", or "pid 54" where the name is not known. */
void explain_task(struct paper *paper, const struct input *input, int32_t pid,
		  uint32_t comm);

/* "lane 3 (cgroup 120, /a/b)", as far as known. */
void explain_lane(struct paper *paper, const struct input *input,
		  const struct shr_lane *lane);

/* "; 3 calls do not fit it", where there are such. */
void explain_misfits(struct paper *paper, const struct shr_param *param);

/* " from memcgs that ended: ...": which, how much each, and how that is known. */
void explain_legacies(struct paper *paper, const struct explained *explained,
		      const struct shr_legacies *legacies, int64_t total);

/* Those of the call's @parts that were kept, a line each, and how many more. */

void explain_parts(struct paper *paper, const struct explained *explained,
		   const struct shr_parts *parts, const char *what);

/* Where a batch or seeks is known from, in words. */
void explain_source(struct paper *paper, enum shr_from from);

#endif /* CLI_PRINT_EXPLAIN_H */
