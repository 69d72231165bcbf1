/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_formula.h"

#include "cli/json.h"
#include "cli/paper.h"
#include "core/model/steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const effects[] = {
	[SHR_EFFECT_VALUE] = "value",
	[SHR_EFFECT_CHANGES] = "changes",
	[SHR_EFFECT_ALLOWS] = "allows",
	[SHR_EFFECT_SKIPPED] = "skipped",
};

static const char *value_text(char buf[24], const struct shr_formula *formula)
{
	if (formula->value_unsigned)
		snprintf(buf, 24, "%" PRIu64, (uint64_t)formula->value);
	else
		snprintf(buf, 24, "%" PRId64, formula->value);
	return buf;
}

/* Names, numbers, what is left to compute, and what it gives, from one column on. */
static void print_value(struct paper *paper, const struct shr_formula *formula)
{
	const char *amount = shr_rule_amount(formula->rule);
	int indent = (int)strlen(amount) + 1;
	char text[SHR_FORMULA_MAX], value[24];

	shr_formula_write(formula, SHR_FORM_NAMES, text);
	paper_line(paper, 0);
	paper_say(paper, "%s = %s", amount, text);
	if (!strcmp(text, value_text(value, formula)))
		return;
	shr_formula_write(formula, SHR_FORM_NUMBERS, text);
	if (strcmp(text, value) != 0) {
		paper_line(paper, indent);
		paper_say(paper, "= %s", text);
	}
	if (shr_formula_write(formula, SHR_FORM_REDUCED, text)) {
		paper_line(paper, indent);
		paper_say(paper, "= %s", text);
	}
	paper_line(paper, indent);
	paper_say(paper, "= %s%s", value_text(value, formula),
		  formula->wrapped ? " (the kernel's integers wrap)" : "");
}

/* ": delta < freeable / 4 (5 < 22)", for rules that have a condition. */
static void print_condition(struct paper *paper, const struct shr_formula *formula,
			    const char *outcome)
{
	char text[SHR_FORMULA_MAX];

	if (!shr_formula_write(formula, SHR_FORM_CONDITION, text))
		return;
	paper_say(paper, ": %s%s", text, outcome);
	if (!shr_formula_write(formula, SHR_FORM_CONDITION_REDUCED, text))
		shr_formula_write(formula, SHR_FORM_CONDITION_NUMBERS, text);
	paper_say(paper, " (%s)", text);
}

static void print_cap(struct paper *paper, const struct shr_formula *formula)
{
	const char *kind = formula->rule == SHR_RULE_LOOP_TAIL ? "rule" : "cap";
	char text[SHR_FORMULA_MAX];

	paper_line(paper, 0);
	paper_say(paper, "%s \"%s\" ", kind, shr_rule_cap(formula->rule));
	switch (formula->effect) {
	case SHR_EFFECT_SKIPPED:
		paper_say(paper, "does not apply");
		print_condition(paper, formula, " is false");
		break;
	case SHR_EFFECT_CHANGES:
		paper_say(paper, "applies");
		print_condition(paper, formula, "");
		print_value(paper, formula);
		break;
	case SHR_EFFECT_ALLOWS:
		if (!shr_formula_write(formula, SHR_FORM_REDUCED, text))
			shr_formula_write(formula, SHR_FORM_NUMBERS, text);
		paper_say(paper, "changes nothing: %s", text);
		break;
	case SHR_EFFECT_VALUE:
		break;
	}
}

void print_formulas(struct paper *paper, const struct shr_steps *steps)
{
	for (unsigned i = 0; i < steps->count; i++) {
		if (shr_rule_cap(steps->formulas[i].rule))
			print_cap(paper, &steps->formulas[i]);
		else
			print_value(paper, &steps->formulas[i]);
	}
}

static void json_form(struct json *json, const char *key,
		      const struct shr_formula *formula, enum shr_form form)
{
	char text[SHR_FORMULA_MAX];
	bool has = shr_formula_write(formula, form, text);

	json_text(json, key, has ? text : NULL);
}

static void json_formula(struct json *json, const struct shr_formula *formula)
{
	const char *cap = shr_rule_cap(formula->rule);

	json_map(json, NULL);
	json_text(json, "amount", shr_rule_amount(formula->rule));
	if (cap) {
		json_text(json, "cap", cap);
		json_text(json, "effect", effects[formula->effect]);
		json_form(json, "condition", formula, SHR_FORM_CONDITION);
		json_form(json, "condition_expression", formula,
			  SHR_FORM_CONDITION_NUMBERS);
	}
	json_form(json, "rule", formula, SHR_FORM_NAMES);
	json_form(json, "expression", formula, SHR_FORM_NUMBERS);
	if (formula->value_unsigned)
		json_uint(json, "value", (uint64_t)formula->value);
	else
		json_int(json, "value", formula->value);
	json_bool(json, "wrapped", formula->wrapped);
	json_end_map(json);
}

void json_formulas(struct json *json, const struct shr_steps *steps, bool caps)
{
	for (unsigned i = 0; i < steps->count; i++)
		if (caps == (shr_rule_cap(steps->formulas[i].rule) != NULL))
			json_formula(json, &steps->formulas[i]);
}
