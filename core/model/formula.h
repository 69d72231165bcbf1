/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * formula - one line of do_shrink_slab()'s arithmetic, with the numbers in it.
 *
 * A rule is a formula in names, such as "(freeable >> priority) * 4 / seeks"; a
 * formula is a rule with what it was applied to and what came of it.  The text is
 * made of the numbers by which steps.h computes, so that it can be evaluated again:
 * `/` truncates, `>>` is arithmetic, min() and max() are what they say.
 *
 *	char text[SHR_FORMULA_MAX];
 *
 *	if (shr_formula_write(formula, SHR_FORM_NUMBERS, text))
 *		show(text, formula->value);
 */
#ifndef CORE_MODEL_FORMULA_H
#define CORE_MODEL_FORMULA_H

#include <stdbool.h>
#include <stdint.h>

enum shr_rule {
	/* delta */
	SHR_RULE_DELTA_LRU,
	SHR_RULE_DELTA_PRIORITY,
	SHR_RULE_DELTA_HALF,
	SHR_RULE_DELTA_LEAST, /* cap */
	/* planned */
	SHR_RULE_PLAN_SUM,
	SHR_RULE_PLAN_SHARE,
	SHR_RULE_PLAN_NEGATIVE, /* cap */
	SHR_RULE_PLAN_HALF,	/* cap */
	SHR_RULE_PLAN_TWICE,	/* cap */
	/* batches, left, scanned */
	SHR_RULE_LOOP_BATCHES,
	SHR_RULE_LOOP_REST,
	SHR_RULE_LOOP_NEGATIVE,
	SHR_RULE_LOOP_TAIL, /* cap */
	SHR_RULE_LOOP_SCANNED,
	/* stored */
	SHR_RULE_STORE_LEFT,
	SHR_RULE_STORE_SUM,
	SHR_RULE_STORE_DEFERRED,
	SHR_RULE_STORE_FLOOR, /* cap */
	SHR_RULE_STORE_TWICE, /* cap */
	SHR_RULE_COUNT
};

enum shr_effect {
	SHR_EFFECT_VALUE,   /* no cap: it gives the amount */
	SHR_EFFECT_CHANGES, /* a cap that changed the amount */
	SHR_EFFECT_ALLOWS,  /* a cap that the amount does not exceed */
	SHR_EFFECT_SKIPPED, /* a cap whose condition does not hold */
};

enum { SHR_OPERANDS = 8, SHR_FORMULA_MAX = 256 };

struct shr_formula {
	enum shr_rule rule;
	enum shr_effect effect;
	bool wrapped; /* somewhere the kernel's integers were too narrow for it */
	/* In the order in which the rule's texts name them. */
	int64_t operand[SHR_OPERANDS];
	int64_t value;		/* of the amount from here on */
	unsigned unsigned_mask; /* bit i: operand i is a uint64_t */
	bool value_unsigned;
};

/* Which text of a formula. */
enum shr_form {
	SHR_FORM_NAMES,		    /* "min(planned, freeable / 2)" */
	SHR_FORM_NUMBERS,	    /* "min(100, 90 / 2)" */
	SHR_FORM_REDUCED,	    /* "min(100, 45)", where that is another */
	SHR_FORM_CONDITION,	    /* "delta < freeable / 4", of caps that have one */
	SHR_FORM_CONDITION_NUMBERS, /* "5 < 90 / 4" */
	SHR_FORM_CONDITION_REDUCED, /* "5 < 22", where that is another */
	SHR_FORM_COUNT
};

/* The text into @buf, NUL terminated.  False: the rule has no such text. */
bool shr_formula_write(const struct shr_formula *formula, enum shr_form form,
		       char buf[SHR_FORMULA_MAX]);

/* "delta", "planned", "batches", "left", "scanned", "stored": what @rule gives. */
const char *shr_rule_amount(enum shr_rule rule);

/* "least", "negative", "half", "twice", "tail", "floor"; NULL where it is no cap. */
const char *shr_rule_cap(enum shr_rule rule);

#endif /* CORE_MODEL_FORMULA_H */
