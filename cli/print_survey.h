/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_survey - in words: how memcgs are known, and what was not exact, and why.
 */
#ifndef CLI_PRINT_SURVEY_H
#define CLI_PRINT_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

struct json;
struct shr_summary;
struct survey;

/* A note, if calls had to be followed because their memcg is not recorded. */
void text_followed(const struct survey *survey, const struct shr_summary *summary);

/* A line for each verdict that explains calls, with the most telling evidence. */
void text_explained(const struct survey *survey);

/* What the capture has beside the two events; @context: events of that kind. */
void text_recorded(const struct survey *survey, const struct shr_summary *summary,
		   uint64_t context, bool blind);

/* The same as the member "recorded". */
void json_recorded(struct json *json, const struct survey *survey,
		   const struct shr_summary *summary, uint64_t context);

#endif /* CLI_PRINT_SURVEY_H */
