/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_formula - the model's formulas, with names and with numbers.
 */
#ifndef CLI_PRINT_FORMULA_H
#define CLI_PRINT_FORMULA_H

#include <stdbool.h>

struct json;
struct paper;
struct shr_steps;

/* A stage, each formula on lines of its own; nothing if there is none. */
void print_formulas(struct paper *paper, const struct shr_steps *steps);

/* Add the stage's formulas, or with @caps its caps, to the array that is open. */
void json_formulas(struct json *json, const struct shr_steps *steps, bool caps);

#endif /* CLI_PRINT_FORMULA_H */
