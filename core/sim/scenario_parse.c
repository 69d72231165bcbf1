/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A line at the margin is a statement; one that is indented is a setting of the last
 * statement that has any.
 */
#include "core/err.h"
#include "core/sim/scenario.h"
#include "core/sim/scenario_check.h"
#include "core/sim/scenario_settings.h"
#include "core/sim/scenario_words.h"

#include <stdlib.h>
#include <string.h>

struct parser {
	struct shr_words words;
	struct shr_scenario *scenario;
	/* Of the statement above; NULL: it has none. */
	const struct shr_scenario_setting *settings;
	void *what;
	struct shr_scenario_lines lines;
};

typedef int statement_fn(struct parser *parser, struct shr_err *err);

/* One more of @size behind *count in *array, or NULL with *err filled in. */
static void *grow(struct parser *parser, void *array, size_t *count, size_t size,
		  struct shr_err *err)
{
	void **at = array;
	void *grown;

	if (*count == SHR_SCENARIO_STATEMENTS) {
		shr_words_fail(&parser->words, "at most 1000 of these", err);
		return NULL;
	}
	grown = reallocarray(*at, *count + 1, size);
	if (!grown) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	*at = grown;
	void *added = (char *)grown + *count * size;

	memset(added, 0, size);
	++*count;
	return added;
}

static int parse_kernel(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;

	if (shr_words_take_copy(&parser->words, "a release", &scenario->kernel, err))
		return -1;
	if (!shr_release_parse(parser->words.word, &scenario->release) ||
	    !shr_generations_of_release(scenario->release))
		return shr_words_fail(&parser->words, "a release from 3.0.39 on", err);
	parser->lines.kernel = parser->words.line;
	return 0;
}

static int parse_generation(struct parser *parser, struct shr_err *err)
{
	struct shr_str word;
	char name[16];

	if (shr_words_take(&parser->words, "a generation", &word, err))
		return -1;
	size_t len = word.len < sizeof(name) ? word.len : sizeof(name) - 1;

	memcpy(name, word.ptr, len);
	name[len] = '\0';
	parser->scenario->generation = shr_generation_find(name);
	return parser->scenario->generation
		       ? 0
		       : shr_words_fail(&parser->words, "a generation", err);
}

static int parse_locking(struct parser *parser, struct shr_err *err)
{
	struct shr_words *words = &parser->words;
	struct shr_str word;

	if (shr_words_skip(words, "rwsem"))
		return parser->scenario->locking = SHR_LOCKING_RWSEM, 0;
	if (shr_words_skip(words, "lockless"))
		return parser->scenario->locking = SHR_LOCKING_LOCKLESS, 0;
	if (shr_words_take(words, "'rwsem' or 'lockless'", &word, err))
		return -1;
	return shr_words_fail(words, "'rwsem' or 'lockless'", err);
}

static int parse_long(struct parser *parser, struct shr_err *err)
{
	uint64_t size;

	if (shr_words_take_count(&parser->words, 4, 8, &size, err))
		return -1;
	if (size != 4 && size != 8)
		return shr_words_fail(&parser->words, "4 or 8", err);
	parser->scenario->long_size = (unsigned)size;
	return 0;
}

static int parse_nodes(struct parser *parser, struct shr_err *err)
{
	uint64_t nodes;

	if (shr_words_take_count(&parser->words, 1, SHR_NODES_MAX, &nodes, err))
		return -1;
	parser->scenario->nodes = (int32_t)nodes;
	return 0;
}

static int parse_cpus(struct parser *parser, struct shr_err *err)
{
	uint64_t cpus;

	if (shr_words_take_count(&parser->words, 1, SHR_SCENARIO_CPUS, &cpus, err))
		return -1;
	parser->scenario->cpus = (uint32_t)cpus;
	return 0;
}

static int parse_memcgs(struct parser *parser, struct shr_err *err)
{
	struct shr_words *words = &parser->words;
	struct shr_str word;

	parser->lines.memcgs = parser->words.line;
	parser->scenario->memcgs = parser->scenario->kmem = false;
	if (shr_words_skip(words, "no"))
		return 0;
	parser->scenario->memcgs = true;
	parser->lines.first_memcg = words->line;
	if (shr_words_skip(words, "nokmem"))
		return 0;
	parser->scenario->kmem = true;
	if (shr_words_skip(words, "yes"))
		return 0;
	if (shr_words_take(words, "'yes', 'no' or 'nokmem'", &word, err))
		return -1;
	return shr_words_fail(words, "'yes', 'no' or 'nokmem'", err);
}

static int parse_seed(struct parser *parser, struct shr_err *err)
{
	return shr_words_take_count(&parser->words, 0, UINT64_MAX,
				    &parser->scenario->seed, err);
}

static int parse_start(struct parser *parser, struct shr_err *err)
{
	return shr_words_take_time(&parser->words, &parser->scenario->start_ns, err);
}

static int parse_duration(struct parser *parser, struct shr_err *err)
{
	return shr_words_take_time(&parser->words, &parser->scenario->duration_ns, err);
}

static int parse_record(struct parser *parser, struct shr_err *err)
{
	static const char expected[] = "'identity', 'context' or 'nothing'";
	struct shr_words *words = &parser->words;
	struct shr_scenario *scenario = parser->scenario;
	struct shr_str word;

	scenario->identity = scenario->context = false;
	if (shr_words_skip(words, "nothing"))
		return 0;
	do {
		if (shr_words_skip(words, "identity"))
			scenario->identity = true;
		else if (shr_words_skip(words, "context"))
			scenario->context = true;
		else
			return shr_words_take(words, expected, &word, err)
				       ? -1
				       : shr_words_fail(words, expected, err);
	} while (shr_words_has_more(words));
	return 0;
}

static int open_section(struct parser *parser,
			const struct shr_scenario_setting *settings, void *what)
{
	parser->settings = settings;
	parser->what = what;
	return 0;
}

static int parse_memory(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario_memory *memory = &parser->scenario->memory;

	*memory = (struct shr_scenario_memory){ .present = true,
						.reclaimable = 50,
						.scan_ns = 200 };
	if (shr_words_take_count(&parser->words, 64, shr_scenario_most, &memory->pages,
				 err))
		return -1;
	memory->min = memory->pages / 128;
	memory->low = memory->min + memory->min / 4;
	memory->high = memory->min + memory->min / 2;
	memory->lru = memory->pages / 2;
	return open_section(parser, shr_memory_settings, memory);
}

static int parse_memcg(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_scenario_memcg *memcg = grow(
		parser, &scenario->memcg, &scenario->memcg_count, sizeof(*memcg), err);

	if (!memcg)
		return -1;
	memcg->stay = (struct shr_stay){ .times = 1, .until_ns = SHR_NEVER };
	memcg->limit = SHR_NEVER;
	memcg->line = parser->words.line;
	if (!parser->lines.first_memcg)
		parser->lines.first_memcg = memcg->line;
	if (shr_words_take_copy(&parser->words, "a path", &memcg->path, err))
		return -1;
	if (memcg->path[0] != '/' || !memcg->path[1] ||
	    memcg->path[strlen(memcg->path) - 1] == '/')
		return shr_words_fail(&parser->words, "a path below '/'", err);
	return open_section(parser, shr_memcg_settings, memcg);
}

static int parse_cache(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_scenario_cache *cache = grow(
		parser, &scenario->cache, &scenario->cache_count, sizeof(*cache), err);

	if (!cache)
		return -1;
	*cache = (struct shr_scenario_cache){
		.stay = { .times = 1, .until_ns = SHR_NEVER },
		.seeks = 2,
		.most = shr_scenario_most,
		.per_page = 10,
		.feedback = 100,
		.count_ns = 500,
		.scan_ns = 100,
		.line = parser->words.line,
	};
	if (shr_words_take_copy(&parser->words, "a name", &cache->name, err))
		return -1;
	return open_section(parser, shr_cache_settings, cache);
}

static int parse_task(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_scenario_task *task = grow(
		parser, &scenario->task, &scenario->task_count, sizeof(*task), err);

	if (!task)
		return -1;
	task->times = (struct shr_times){ .until_ns = SHR_NEVER };
	task->count = 1;
	task->nid = -1;
	task->line = parser->words.line;
	if (shr_words_take_copy(&parser->words, "a name", &task->name, err))
		return -1;
	return open_section(parser, shr_task_settings, task);
}

static int parse_reclaim(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_scenario_reclaim *reclaim =
		grow(parser, &scenario->reclaim, &scenario->reclaim_count,
		     sizeof(*reclaim), err);

	if (!reclaim)
		return -1;
	*reclaim = (struct shr_scenario_reclaim){
		.times = { .until_ns = SHR_NEVER },
		.count = 1,
		.first_priority = 12,
		.last_priority = 12,
		.pgs_scanned = 32,
		.lru_pgs = 10000,
		.nid = -1,
		.line = parser->words.line,
	};
	if (shr_words_take_copy(&parser->words, "a name", &reclaim->name, err))
		return -1;
	return open_section(parser, shr_reclaim_settings, reclaim);
}

static int parse_drop(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_times *times = grow(parser, &scenario->drop, &scenario->drop_count,
				       sizeof(*times), err);

	return times ? shr_scenario_take_times(&parser->words, times, err) : -1;
}

/* "cpu N", when, "for TIME". */
static int parse_lose(struct parser *parser, struct shr_err *err)
{
	struct shr_scenario *scenario = parser->scenario;
	struct shr_words *words = &parser->words;
	struct shr_scenario_loss *loss = grow(
		parser, &scenario->loss, &scenario->loss_count, sizeof(*loss), err);
	struct shr_str word;
	uint64_t cpu;

	if (!loss)
		return -1;
	if (!shr_words_skip(words, "cpu"))
		return shr_words_take(words, "'cpu'", &word, err)
			       ? -1
			       : shr_words_fail(words, "'cpu'", err);
	if (shr_words_take_count(words, 0, SHR_SCENARIO_CPUS - 1, &cpu, err) ||
	    shr_scenario_take_times(words, &loss->times, err))
		return -1;
	loss->cpu = (uint32_t)cpu;
	if (!shr_words_skip(words, "for"))
		return shr_words_take(words, "'for'", &word, err)
			       ? -1
			       : shr_words_fail(words, "'for'", err);
	return shr_words_take_time(words, &loss->for_ns, err);
}

static const struct {
	const char *word;
	statement_fn *parse;
} statements[] = {
	{ "kernel", parse_kernel },    { "generation", parse_generation },
	{ "locking", parse_locking },  { "long", parse_long },
	{ "nodes", parse_nodes },      { "cpus", parse_cpus },
	{ "memcgs", parse_memcgs },    { "seed", parse_seed },
	{ "start", parse_start },      { "duration", parse_duration },
	{ "record", parse_record },    { "memory", parse_memory },
	{ "memcg", parse_memcg },      { "cache", parse_cache },
	{ "task", parse_task },	       { "reclaim", parse_reclaim },
	{ "drop_caches", parse_drop }, { "lose", parse_lose },
};

static int parse_statement(struct parser *parser, struct shr_err *err)
{
	struct shr_str word;

	open_section(parser, NULL, NULL);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (shr_words_skip(&parser->words, statements[i].word))
			return statements[i].parse(parser, err) ||
					       shr_words_end(&parser->words, err)
				       ? -1
				       : 0;
	if (shr_words_take(&parser->words, "a statement", &word, err))
		return -1;
	return shr_words_fail(&parser->words, "a statement", err);
}

static int parse_setting(struct parser *parser, struct shr_err *err)
{
	struct shr_str word;

	if (parser->settings)
		return shr_scenario_set(parser->settings, &parser->words, parser->what,
					err);
	if (shr_words_take(&parser->words, "a statement", &word, err))
		return -1;
	return shr_words_fail(&parser->words,
			      "a statement at the margin, for the one above has no "
			      "settings",
			      err);
}

int shr_scenario_parse(struct shr_scenario *scenario, struct shr_str text,
		       struct shr_err *err)
{
	struct parser parser = { .words = { .text = text }, .scenario = scenario };
	int got;

	while ((got = shr_words_next_line(&parser.words, err)) > 0)
		if (parser.words.indented ? parse_setting(&parser, err)
					  : parse_statement(&parser, err))
			return -1;
	parser.lines.last = parser.words.line;
	return got ? -1 : shr_scenario_check(scenario, &parser.lines, err);
}
