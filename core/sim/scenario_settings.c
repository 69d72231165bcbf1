/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/scenario_settings.h"

#include "core/err.h"
#include "core/shrinker/shrinker.h"
#include "core/sim/scenario.h"
#include "core/sim/scenario_words.h"

#include <stdbool.h>
#include <string.h>

#define FIELD(type, field) offsetof(struct shr_scenario_##type, field)
#define COUNT(word, type, field, least, most)                                          \
	{                                                                              \
		word, SHR_SETTING_COUNT, FIELD(type, field), least, most, NULL         \
	}
#define TIME(word, type, field)                                                        \
	{                                                                              \
		word, SHR_SETTING_TIME, FIELD(type, field), 0, 0, NULL                 \
	}
#define PERCENT(word, type, field, most)                                               \
	{                                                                              \
		word, SHR_SETTING_PERCENT, FIELD(type, field), 0, most, NULL           \
	}
#define YES(word, type, field)                                                         \
	{                                                                              \
		word, SHR_SETTING_YES, FIELD(type, field), 0, 0, NULL                  \
	}
#define COPY(word, type, field)                                                        \
	{                                                                              \
		word, SHR_SETTING_COPY, FIELD(type, field), 0, 0, NULL                 \
	}
#define OWN(word, parse)                                                               \
	{                                                                              \
		word, SHR_SETTING_OWN, 0, 0, 0, parse                                  \
	}
#define END                                                                            \
	{                                                                              \
		NULL, SHR_SETTING_OWN, 0, 0, 0, NULL                                   \
	}

static const uint64_t most = UINT64_C(1) << 48; /* shr_scenario_most */

static int parse_form(const struct shr_scenario_setting *setting,
		      struct shr_words *words, void *what, struct shr_err *err)
{
	void *field = (char *)what + setting->offset;

	switch (setting->form) {
	case SHR_SETTING_COUNT:
		return shr_words_take_count(words, setting->least, setting->most, field,
					    err);
	case SHR_SETTING_TIME:
		return shr_words_take_time(words, field, err);
	case SHR_SETTING_PERCENT:
		return shr_words_take_percent(words, (unsigned)setting->most, field,
					      err);
	case SHR_SETTING_YES:
		return shr_words_take_yes(words, field, err);
	case SHR_SETTING_COPY:
		return shr_words_take_copy(words, "a name", field, err);
	case SHR_SETTING_OWN:
		break;
	}
	return setting->parse(words, what, err);
}

int shr_scenario_set(const struct shr_scenario_setting *settings,
		     struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_str word;

	for (; settings->word; settings++)
		if (shr_words_skip(words, settings->word))
			return parse_form(settings, words, what, err) ||
					       shr_words_end(words, err)
				       ? -1
				       : 0;
	if (shr_words_take(words, "a setting", &word, err))
		return -1;
	return shr_words_fail(words, "a setting of this statement", err);
}

static int parse_every(struct shr_words *words, struct shr_times *times,
		       struct shr_err *err)
{
	if (shr_words_take_time(words, &times->every_ns, err))
		return -1;
	if (!times->every_ns)
		return shr_words_fail(words, "a time above 0", err);
	if (shr_words_skip(words, "from") &&
	    shr_words_take_time(words, &times->from_ns, err))
		return -1;
	if (shr_words_skip(words, "until") &&
	    shr_words_take_time(words, &times->until_ns, err))
		return -1;
	return 0;
}

int shr_scenario_take_times(struct shr_words *words, struct shr_times *times,
			    struct shr_err *err)
{
	struct shr_str word;

	*times = (struct shr_times){ .until_ns = SHR_NEVER };
	if (shr_words_skip(words, "at"))
		return shr_words_take_time(words, &times->from_ns, err);
	if (shr_words_skip(words, "every"))
		return parse_every(words, times, err);
	if (shr_words_take(words, "'at' or 'every'", &word, err))
		return -1;
	return shr_words_fail(words, "'at' or 'every'", err);
}

static int parse_stay_every(struct shr_words *words, struct shr_stay *stay,
			    struct shr_err *err)
{
	if (shr_words_take_time(words, &stay->every_ns, err))
		return -1;
	return stay->every_ns ? 0 : shr_words_fail(words, "a time above 0", err);
}

/* "TIME" or "TIME to TIME". */
static int parse_lives(struct shr_words *words, struct shr_stay *stay,
		       struct shr_err *err)
{
	if (shr_words_take_time(words, &stay->least_ns, err))
		return -1;
	stay->most_ns = stay->least_ns;
	if (!shr_words_skip(words, "to"))
		return 0;
	if (shr_words_take_time(words, &stay->most_ns, err))
		return -1;
	if (stay->most_ns < stay->least_ns)
		return shr_words_fail(words, "a time not below the first", err);
	return 0;
}

static int parse_memcg_every(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_stay_every(words, &((struct shr_scenario_memcg *)what)->stay, err);
}

static int parse_memcg_lives(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_lives(words, &((struct shr_scenario_memcg *)what)->stay, err);
}

static int parse_cache_every(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_stay_every(words, &((struct shr_scenario_cache *)what)->stay, err);
}

static int parse_cache_lives(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_lives(words, &((struct shr_scenario_cache *)what)->stay, err);
}

/* "SYMBOL", or "SYMBOL MODULE". */
static int parse_callback(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	if (shr_words_take_copy(words, "a function", &cache->symbol, err))
		return -1;
	return shr_words_has_more(words)
		       ? shr_words_take_copy(words, "a module", &cache->module, err)
		       : 0;
}

/* "N", or "N moves". */
static int parse_batch(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;
	uint64_t batch;

	if (shr_words_take_count(words, 0, INT32_MAX, &batch, err))
		return -1;
	cache->batch = (int64_t)batch;
	cache->batch_moves = shr_words_skip(words, "moves");
	return 0;
}

static int parse_seeks(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;
	uint64_t seeks;

	if (shr_words_take_count(words, 0, INT32_MAX, &seeks, err))
		return -1;
	cache->seeks = (int32_t)seeks;
	return 0;
}

static int parse_flags(struct shr_words *words, void *what, struct shr_err *err)
{
	static const char expected[] = "'numa', 'memcg' or 'nonslab'";
	struct shr_scenario_cache *cache = what;
	struct shr_str word;

	cache->flags = 0;
	do {
		if (shr_words_skip(words, "numa"))
			cache->flags |= SHR_SHRINKER_NUMA;
		else if (shr_words_skip(words, "memcg"))
			cache->flags |= SHR_SHRINKER_MEMCG;
		else if (shr_words_skip(words, "nonslab"))
			cache->flags |= SHR_SHRINKER_NONSLAB;
		else
			return shr_words_take(words, expected, &word, err)
				       ? -1
				       : shr_words_fail(words, expected, err);
	} while (shr_words_has_more(words));
	return 0;
}

static int parse_in(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	do {
		if (cache->pattern_count == SHR_SCENARIO_PATTERNS)
			return shr_words_fail(words, "at most 16 patterns", err);
		char **pattern = &cache->patterns[cache->pattern_count];

		*pattern = NULL;
		if (shr_words_take_copy(words, "a path", pattern, err))
			return -1;
		cache->pattern_count++;
		if (**pattern != '/')
			return shr_words_fail(words, "a path from '/' on", err);
	} while (shr_words_has_more(words));
	return 0;
}

static int parse_grows(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;
	struct shr_growth growth;

	if (shr_words_take_count(words, 1, most, &growth.count, err))
		return -1;
	if (cache->growth_count == SHR_SCENARIO_GROWTHS)
		return shr_words_fail(words, "at most 16 of these", err);
	if (shr_scenario_take_times(words, &growth.times, err))
		return -1;
	cache->growths[cache->growth_count++] = growth;
	return 0;
}

/* "SHARE", then how they are spared. */
static int parse_referenced(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	if (shr_words_take_percent(words, 100, &cache->referenced, err))
		return -1;
	if (shr_words_skip(words, "skipped"))
		cache->referenced_rule = SHR_REFERENCED_STAYS;
	else if (shr_words_skip(words, "rotated"))
		cache->referenced_rule = SHR_REFERENCED_ROTATES;
	return 0;
}

static int parse_refusal(struct shr_words *words, struct shr_scenario_refusal *refusal,
			 struct shr_err *err)
{
	static const char expected[] = "'nofs', 'noio', 'always', 'busy' or 'after'";
	struct shr_str word;

	if (shr_words_skip(words, "nofs"))
		refusal->without_fs = true;
	else if (shr_words_skip(words, "noio"))
		refusal->without_io = true;
	else if (shr_words_skip(words, "always"))
		refusal->always = true;
	else if (shr_words_skip(words, "busy"))
		return shr_words_take_percent(words, 100, &refusal->busy, err);
	else if (shr_words_skip(words, "after"))
		return refusal->after_set = true,
		       shr_words_take_count(words, 0, most, &refusal->after, err);
	else
		return shr_words_take(words, expected, &word, err)
			       ? -1
			       : shr_words_fail(words, expected, err);
	return 0;
}

static int parse_refuses(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	do {
		if (parse_refusal(words, &cache->refusal, err))
			return -1;
	} while (shr_words_has_more(words));
	return 0;
}

static int parse_feedback(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	cache->feeds_back = true;
	return shr_words_take_percent(words, 1000, &cache->feedback, err);
}

static int parse_says(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;
	struct shr_str word;

	cache->says_empty = shr_words_skip(words, "empty");
	if (cache->says_empty || shr_words_skip(words, "0"))
		return 0;
	return shr_words_take(words, "'empty' or '0'", &word, err)
		       ? -1
		       : shr_words_fail(words, "'empty' or '0'", err);
}

static int parse_stuck(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_cache *cache = what;

	if (shr_words_take_time(words, &cache->stuck.for_ns, err))
		return -1;
	return shr_scenario_take_times(words, &cache->stuck.times, err);
}

/* "all", or a number. */
static int parse_nid(struct shr_words *words, int32_t *nid, struct shr_err *err)
{
	uint64_t number;

	*nid = -1;
	if (shr_words_skip(words, "all"))
		return 0;
	if (shr_words_take_count(words, 0, SHR_NODES_MAX - 1, &number, err))
		return -1;
	*nid = (int32_t)number;
	return 0;
}

static int parse_task_nid(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_nid(words, &((struct shr_scenario_task *)what)->nid, err);
}

/* "N", then when. */
static int parse_task_pages(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_task *task = what;

	if (shr_words_take_count(words, 1, most, &task->pages, err))
		return -1;
	return shr_scenario_take_times(words, &task->times, err);
}

static int parse_reclaim_nid(struct shr_words *words, void *what, struct shr_err *err)
{
	return parse_nid(words, &((struct shr_scenario_reclaim *)what)->nid, err);
}

static int parse_runs(struct shr_words *words, void *what, struct shr_err *err)
{
	return shr_scenario_take_times(
		words, &((struct shr_scenario_reclaim *)what)->times, err);
}

/* "N", or "N to N", downwards. */
static int parse_priority(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_reclaim *reclaim = what;
	uint64_t first, last;

	if (shr_words_take_count(words, 0, 12, &first, err))
		return -1;
	last = first;
	if (shr_words_skip(words, "to") &&
	    shr_words_take_count(words, 0, first, &last, err))
		return -1;
	reclaim->first_priority = (int)first;
	reclaim->last_priority = (int)last;
	return 0;
}

/* "N of N". */
static int parse_scanned(struct shr_words *words, void *what, struct shr_err *err)
{
	struct shr_scenario_reclaim *reclaim = what;
	struct shr_str word;

	if (shr_words_take_count(words, 0, UINT32_MAX - 1, &reclaim->pgs_scanned, err))
		return -1;
	if (!shr_words_skip(words, "of"))
		return shr_words_take(words, "'of'", &word, err)
			       ? -1
			       : shr_words_fail(words, "'of'", err);
	return shr_words_take_count(words, 0, UINT32_MAX - 1, &reclaim->lru_pgs, err);
}

static int parse_how(struct shr_words *words, void *what, struct shr_err *err)
{
	static const char expected[] =
		"'passes', 'direct', 'limit', 'proactive' or 'node'";
	static const char *const names[] = {
		[SHR_HOW_PASSES] = "passes",	   [SHR_HOW_DIRECT] = "direct",
		[SHR_HOW_LIMIT] = "limit",	   [SHR_HOW_NODE] = "node",
		[SHR_HOW_PROACTIVE] = "proactive",
	};
	struct shr_scenario_reclaim *reclaim = what;
	struct shr_str word;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (shr_words_skip(words, names[i])) {
			reclaim->how = (enum shr_reclaim_how)i;
			return 0;
		}
	return shr_words_take(words, expected, &word, err)
		       ? -1
		       : shr_words_fail(words, expected, err);
}

const struct shr_scenario_setting shr_memory_settings[] = {
	COUNT("lru", memory, lru, 0, most),
	COUNT("min", memory, min, 0, most),
	COUNT("low", memory, low, 0, most),
	COUNT("high", memory, high, 0, most),
	PERCENT("reclaimable", memory, reclaimable, 100),
	TIME("scan", memory, scan_ns),
	YES("mglru", memory, mglru),
	END,
};

const struct shr_scenario_setting shr_memcg_settings[] = {
	COUNT("times", memcg, stay.times, 1, SHR_SCENARIO_TIMES),
	TIME("from", memcg, stay.from_ns),
	TIME("until", memcg, stay.until_ns),
	OWN("every", parse_memcg_every),
	OWN("lives", parse_memcg_lives),
	COUNT("limit", memcg, limit, 1, most),
	COUNT("low", memcg, low, 0, most),
	COUNT("min", memcg, min, 0, most),
	COUNT("lru", memcg, pages, 0, most),
	END,
};

const struct shr_scenario_setting shr_cache_settings[] = {
	COUNT("times", cache, stay.times, 1, SHR_SCENARIO_TIMES),
	TIME("from", cache, stay.from_ns),
	TIME("until", cache, stay.until_ns),
	OWN("every", parse_cache_every),
	OWN("lives", parse_cache_lives),
	OWN("callback", parse_callback),
	OWN("batch", parse_batch),
	OWN("seeks", parse_seeks),
	OWN("flags", parse_flags),
	OWN("in", parse_in),
	COUNT("objects", cache, objects, 0, most),
	COUNT("most", cache, most, 0, most),
	COUNT("per-page", cache, per_page, 1, 1000000),
	OWN("grows", parse_grows),
	YES("lists", cache, lists),
	OWN("referenced", parse_referenced),
	PERCENT("pinned", cache, pinned, 100),
	OWN("refuses", parse_refuses),
	OWN("feedback", parse_feedback),
	OWN("says", parse_says),
	YES("counts-all", cache, counts_all),
	TIME("count", cache, count_ns),
	TIME("scan", cache, scan_ns),
	OWN("stuck", parse_stuck),
	END,
};

const struct shr_scenario_setting shr_task_settings[] = {
	COUNT("times", task, count, 1, SHR_SCENARIO_TIMES),
	COPY("memcg", task, memcg),
	COPY("gfp", task, gfp),
	OWN("node", parse_task_nid),
	OWN("pages", parse_task_pages),
	END,
};

const struct shr_scenario_setting shr_reclaim_settings[] = {
	COUNT("times", reclaim, count, 1, SHR_SCENARIO_TIMES),
	OWN("how", parse_how),
	COPY("memcg", reclaim, memcg),
	COPY("gfp", reclaim, gfp),
	OWN("node", parse_reclaim_nid),
	OWN("runs", parse_runs),
	OWN("priority", parse_priority),
	OWN("scanned", parse_scanned),
	COUNT("pages", reclaim, pages, 0, most),
	END,
};
