/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_stress - what both designs came to, side by side.
 */
#ifndef CLI_PRINT_STRESS_H
#define CLI_PRINT_STRESS_H

#include <stdbool.h>

struct contest;
struct json;
struct output;

/* For people.  False after complaining that memory ran out. */
bool stress_text(const struct output *out, const struct contest *contest);

/* One document. */
void stress_json(struct json *json, const struct contest *contest);

#endif /* CLI_PRINT_STRESS_H */
