/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_known.h"

#include "cli/printer.h"
#include "core/model/generation.h"
#include "core/model/intree.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const delta_rules[] = {
	[SHR_DELTA_LRU] = "4*pgs_scanned/seeks*F/(lru_pgs+1)",
	[SHR_DELTA_PRIORITY] = "(F>>priority)*4/seeks",
	[SHR_DELTA_PRIORITY_HALF] = "(F>>priority)*4/seeks; F/2 if seeks is 0",
};

static const char *const plan_rules[] = {
	[SHR_PLAN_SIGNED] = "deferred+delta; F/2 while delta < F/4; at most 2F",
	[SHR_PLAN_UNSIGNED] = "the same, unsigned",
	[SHR_PLAN_PROPORTIONAL] = "(deferred>>priority)+delta; at most 2F",
};

static const char *const loop_rules[] = {
	[SHR_LOOP_WHOLE] = "whole batches",
	[SHR_LOOP_TAIL] = "batches, and the rest while it is at least F",
	[SHR_LOOP_FEEDBACK] = "the same, by what the callback counts",
};

static const char *const store_rules[] = {
	[SHR_STORE_LEFT] = "what was left",
	[SHR_STORE_UNCAPPED] = "deferred+delta-scanned, no cap",
	[SHR_STORE_CAPPED] = "deferred+delta-scanned, 0 to 2F",
};

static const char *const key_rules[] = {
	[SHR_KEY_SHRINKER] = "shrinker",
	[SHR_KEY_SLOT] = "shrinker, node",
	[SHR_KEY_MEMCG] = "shrinker, node, memcg",
};

static const char *const refusals[] = {
	[SHR_REFUSES_NEVER] = "never",
	[SHR_REFUSES_ALWAYS] = "always",
	[SHR_REFUSES_WITHOUT_FS] = "without __GFP_FS",
	[SHR_REFUSES_WITHOUT_KERNEL] = "without GFP_KERNEL",
	[SHR_REFUSES_MAYBE] = "maybe",
};

static void delta_of(const struct shr_generation *gen, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s", delta_rules[gen->delta],
		 gen->min_scan ? "; at least min(F, batch)" : "");
}

static void text_generation_rules(const struct output *out,
				  const struct shr_generation *gen)
{
	char delta[96];

	delta_of(gen, delta, sizeof(delta));
	printf("%s%s%s  (%s)\n", out->bold, gen->name, out->plain, gen->releases);
	printf("  delta    %s\n", delta);
	printf("  planned  %s\n", plan_rules[gen->plan]);
	printf("  loop     %s%s\n", loop_rules[gen->loop],
	       gen->fixed_batch ? ", always of 128" : "");
	printf("  deferred %s; one count per %s\n", store_rules[gen->store],
	       key_rules[gen->key]);
	printf("  source   %s\n", gen->source);
}

/* "4.0 to 6.15", "to 3.11", "from 7.1": any part of a release may be open. */
static void range_of(const struct shr_intree *row, char *buf, size_t size)
{
	char first[24] = "", last[24] = "";

	if (row->first.major)
		snprintf(first, sizeof(first), "%u.%u", row->first.major,
			 row->first.minor);
	if (row->last.major)
		snprintf(last, sizeof(last), "%u.%u", row->last.major, row->last.minor);
	if (*first && *last)
		snprintf(buf, size, "%s to %s", first, last);
	else if (*first)
		snprintf(buf, size, "from %s", first);
	else if (*last)
		snprintf(buf, size, "to %s", last);
	else
		snprintf(buf, size, "all");
}

static void batch_text(const struct shr_intree *row, char *buf, size_t size)
{
	if (row->batch == SHR_VARIES)
		snprintf(buf, size, "varies");
	else
		snprintf(buf, size, "%" PRId64, row->batch ? row->batch : 128);
}

static void seeks_text(const struct shr_intree *row, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (size_t i = 0; i < sizeof(row->seeks) / sizeof(*row->seeks); i++) {
		if (row->seeks[i] == SHR_VARIES)
			snprintf(buf, size, "varies");
		if (row->seeks[i] < 0)
			break;
		len += (size_t)snprintf(buf + len, size - len, "%s%d", i ? "|" : "",
					row->seeks[i]);
	}
}

static void flags_text(const struct shr_intree *row, char buf[4])
{
	snprintf(buf, 4, "%s%s%s", row->flags & SHR_NUMA_AWARE ? "N" : "",
		 row->flags & SHR_MEMCG_AWARE ? "M" : "",
		 row->flags & SHR_NONSLAB ? "S" : "");
}

static void text_rows(const struct output *out)
{
	size_t count;
	const struct shr_intree *rows = shr_intree_all(&count);

	printf("\n%s%-30s %-14s %-6s %-7s %-5s %-18s %-9s %s%s\n", out->bold,
	       "callback", "releases", "batch", "seeks", "flags", "refuses",
	       "own count", "source", out->plain);
	for (size_t i = 0; i < count; i++) {
		char range[56], batch[24], seeks[40], flags[4];

		range_of(&rows[i], range, sizeof(range));
		batch_text(&rows[i], batch, sizeof(batch));
		seeks_text(&rows[i], seeks, sizeof(seeks));
		flags_text(&rows[i], flags);
		printf("%-30s %-14s %-6s %-7s %-5s %-18s %-9s %s\n", rows[i].symbol,
		       range, batch, seeks, flags, refusals[rows[i].refusal],
		       rows[i].own_count ? "may" : "", rows[i].source);
	}
	puts("\nflags: N per NUMA node, M per memcg, S also where kmem accounting is off");
}

static void json_generation_rules(struct json *json, const struct shr_generation *gen)
{
	char delta[96];

	delta_of(gen, delta, sizeof(delta));
	json_map(json, NULL);
	json_text(json, "name", gen->name);
	json_text(json, "releases", gen->releases);
	json_text(json, "delta", delta);
	json_text(json, "planned", plan_rules[gen->plan]);
	json_text(json, "loop", loop_rules[gen->loop]);
	json_text(json, "store", store_rules[gen->store]);
	json_text(json, "key", key_rules[gen->key]);
	json_text(json, "source", gen->source);
	json_end_map(json);
}

static void json_row(struct json *json, const struct shr_intree *row)
{
	char range[56];

	range_of(row, range, sizeof(range));
	json_map(json, NULL);
	json_text(json, "symbol", row->symbol);
	json_text(json, "name", row->name);
	json_text(json, "releases", range);
	if (row->batch == SHR_VARIES)
		json_null(json, "batch");
	else
		json_int(json, "batch", row->batch ? row->batch : 128);
	json_array(json, "seeks");
	for (size_t i = 0; i < sizeof(row->seeks) / sizeof(*row->seeks); i++)
		if (row->seeks[i] >= 0)
			json_int(json, NULL, row->seeks[i]);
	json_end_array(json);
	json_bool(json, "numa_aware", row->flags & SHR_NUMA_AWARE);
	json_bool(json, "memcg_aware", row->flags & SHR_MEMCG_AWARE);
	json_bool(json, "nonslab", row->flags & SHR_NONSLAB);
	json_text(json, "refuses", refusals[row->refusal]);
	json_bool(json, "own_count", row->own_count);
	json_text(json, "source", row->source);
	json_end_map(json);
}

static void json_known(struct json *json)
{
	size_t count;
	const struct shr_intree *rows = shr_intree_all(&count);

	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.known/1");
	json_array(json, "generations");
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		json_generation_rules(json, shr_generation_get(id));
	json_end_array(json);
	json_array(json, "shrinkers");
	for (size_t i = 0; i < count; i++)
		json_row(json, &rows[i]);
	json_end_array(json);
	json_end_map(json);
	json_end_line(json);
}

static void csv_rows(void)
{
	size_t count;
	const struct shr_intree *rows = shr_intree_all(&count);

	puts("symbol,releases,batch,seeks,flags,refuses,own_count,source");
	for (size_t i = 0; i < count; i++) {
		char range[56], batch[24], seeks[40], flags[4];

		range_of(&rows[i], range, sizeof(range));
		batch_text(&rows[i], batch, sizeof(batch));
		seeks_text(&rows[i], seeks, sizeof(seeks));
		flags_text(&rows[i], flags);
		printf("%s,%s,%s,%s,%s,%s,%d,\"%s\"\n", rows[i].symbol, range, batch,
		       seeks, flags, refusals[rows[i].refusal], rows[i].own_count,
		       rows[i].source);
	}
}

void print_known(struct printer *printer)
{
	if (printer->format == FORMAT_CSV) {
		csv_rows();
		return;
	}
	if (printer->format != FORMAT_TEXT) {
		json_known(&printer->json);
		return;
	}
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		text_generation_rules(&printer->out, shr_generation_get(id));
	text_rows(&printer->out);
}
