/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/formula.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * Every {name} takes one operand: those of the formula first, then those of its
 * reduced form, the condition and the reduced condition.
 */
struct rule {
	const char *amount;
	const char *cap;
	const char *texts[4]; /* formula, reduced, condition, condition reduced */
};

static const struct rule rules[SHR_RULE_COUNT] = {
	[SHR_RULE_DELTA_LRU] = {
		"delta", NULL,
		{ "4 * {pgs_scanned} / {seeks} * {freeable} / ({lru_pgs} + 1)",
		  "{per} * {freeable} / {pages}", NULL, NULL },
	},
	[SHR_RULE_DELTA_PRIORITY] = {
		"delta", NULL,
		{ "({freeable} >> {priority}) * 4 / {seeks}",
		  "{share} * 4 / {seeks}", NULL, NULL },
	},
	[SHR_RULE_DELTA_HALF] = {
		"delta", NULL, { "{freeable} / 2", NULL, NULL, NULL },
	},
	[SHR_RULE_DELTA_LEAST] = {
		"delta", "least",
		{ "max({delta}, min({freeable}, {batch}))", "max({delta}, {least})",
		  NULL, NULL },
	},
	[SHR_RULE_PLAN_SUM] = {
		"planned", NULL, { "{deferred} + {delta}", NULL, NULL, NULL },
	},
	[SHR_RULE_PLAN_SHARE] = {
		"planned", NULL,
		{ "({deferred} >> {priority}) + {delta}", "{share} + {delta}", NULL,
		  NULL },
	},
	[SHR_RULE_PLAN_NEGATIVE] = {
		"planned", "negative",
		{ "{freeable}", NULL, "{deferred} + {delta} < 0", "{sum} < 0" },
	},
	[SHR_RULE_PLAN_HALF] = {
		"planned", "half",
		{ "min({planned}, {freeable} / 2)", "min({planned}, {half})",
		  "{delta} < {freeable} / 4", "{delta} < {quarter}" },
	},
	[SHR_RULE_PLAN_TWICE] = {
		"planned", "twice",
		{ "min({planned}, 2 * {freeable})", "min({planned}, {limit})", NULL,
		  NULL },
	},
	[SHR_RULE_LOOP_BATCHES] = {
		"batches", NULL, { "{planned} / {batch}", NULL, NULL, NULL },
	},
	[SHR_RULE_LOOP_REST] = {
		"left", NULL, { "{planned} % {batch}", NULL, NULL, NULL },
	},
	[SHR_RULE_LOOP_NEGATIVE] = {
		"left", NULL, { "{planned}", NULL, NULL, NULL },
	},
	[SHR_RULE_LOOP_TAIL] = {
		"left", "tail", { "0", NULL, "{left} >= {freeable}", NULL },
	},
	[SHR_RULE_LOOP_SCANNED] = {
		"scanned", NULL, { "{planned} - {left}", NULL, NULL, NULL },
	},
	[SHR_RULE_STORE_LEFT] = {
		"stored", NULL, { "{planned} - {scanned}", NULL, NULL, NULL },
	},
	[SHR_RULE_STORE_SUM] = {
		"stored", NULL,
		{ "{deferred} + {delta} - {scanned}", NULL, NULL, NULL },
	},
	[SHR_RULE_STORE_DEFERRED] = {
		"stored", NULL, { "{deferred} - {scanned}", NULL, NULL, NULL },
	},
	[SHR_RULE_STORE_FLOOR] = {
		"stored", "floor", { "max({stored}, 0)", NULL, NULL, NULL },
	},
	[SHR_RULE_STORE_TWICE] = {
		"stored", "twice",
		{ "min({stored}, 2 * {freeable})", "min({stored}, {limit})", NULL,
		  NULL },
	},
};

/* Which of a rule's texts a form is, and whether with numbers. */
static const struct {
	unsigned text;
	bool numbers;
} forms[SHR_FORM_COUNT] = {
	[SHR_FORM_NAMES] = { 0, false },
	[SHR_FORM_NUMBERS] = { 0, true },
	[SHR_FORM_REDUCED] = { 1, true },
	[SHR_FORM_CONDITION] = { 2, false },
	[SHR_FORM_CONDITION_NUMBERS] = { 2, true },
	[SHR_FORM_CONDITION_REDUCED] = { 3, true },
};

static unsigned count_operands(const char *text)
{
	unsigned count = 0;

	for (; text && *text; text++)
		count += *text == '{';
	return count;
}

static int write_operand(const struct shr_formula *formula, unsigned at, char *buf,
			 size_t size)
{
	int64_t value = formula->operand[at];

	if (formula->unsigned_mask >> at & 1)
		return snprintf(buf, size, "%" PRIu64, (uint64_t)value);
	return snprintf(buf, size, "%" PRId64, value);
}

bool shr_formula_write(const struct shr_formula *formula, enum shr_form form,
		       char buf[SHR_FORMULA_MAX])
{
	const struct rule *rule = &rules[formula->rule];
	const char *text = rule->texts[forms[form].text];
	unsigned at = 0;
	size_t len = 0;

	if (!text)
		return false;
	for (unsigned before = 0; before < forms[form].text; before++)
		at += count_operands(rule->texts[before]);
	while (*text && len + 24 < SHR_FORMULA_MAX) {
		size_t name = *text == '{' ? strcspn(text, "}") : 0;

		if (!name) {
			buf[len++] = *text++;
			continue;
		}
		if (forms[form].numbers)
			len += (size_t)write_operand(formula, at++, buf + len,
						     SHR_FORMULA_MAX - len);
		else
			len += (size_t)snprintf(buf + len, SHR_FORMULA_MAX - len,
						"%.*s", (int)name - 1, text + 1);
		text += name + 1;
	}
	buf[len] = '\0';
	return true;
}

const char *shr_rule_amount(enum shr_rule rule)
{
	return rules[rule].amount;
}

const char *shr_rule_cap(enum shr_rule rule)
{
	return rules[rule].cap;
}
