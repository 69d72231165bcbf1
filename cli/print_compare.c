/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_compare.h"

#include "cli/cmd.h"
#include "cli/print_csv.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The sums of a side by name, in the order they are printed. */
enum { SUMS = 7 };

static const char *const sum_names[SUMS] = { "instances",   "calls", "planned",
					     "scanned",	    "freed", "refusals",
					     "deferred_max" };

static void sums_of(const struct shr_side *side, int64_t sums[SUMS])
{
	sums[0] = (int64_t)side->instances;
	sums[1] = (int64_t)side->calls;
	sums[2] = side->planned;
	sums[3] = side->scanned;
	sums[4] = side->freed;
	sums[5] = (int64_t)side->refusals;
	sums[6] = side->deferred_max;
}

/* Counts of things and maxima do not grow with time. */
static bool has_rate(int sum)
{
	return sum >= 1 && sum <= 5;
}

static double rate(int64_t value, uint64_t span_ns)
{
	return span_ns ? (double)value / ((double)span_ns / 1e9) : 0;
}

/* A label without its ordinal: a row can stand for many instances. */
static void name_of(const struct shr_instance *like, char *buf, size_t size)
{
	const char *hash = strchr(like->label, '#');

	snprintf(buf, size, "%.*s%s%.*s",
		 (int)(hash ? hash - like->label : (long)strlen(like->label)),
		 like->label, like->name.len ? " " : "", (int)like->name.len,
		 like->name.ptr);
}

static void text_change(const struct output *out, int64_t before, int64_t after)
{
	if (before == after)
		printf(" %10s", "=");
	else if (!before)
		printf(" %s%10s%s", out->bold, "new", out->plain);
	else
		printf(" %s%+9.1f%%%s", out->bold,
		       100.0 * ((double)after - (double)before) / (double)before,
		       out->plain);
}

static void text_row(const struct output *out, const struct shr_compare *compare,
		     const struct shr_compare_row *row)
{
	int64_t before[SUMS], after[SUMS];
	char name[160];

	sums_of(&row->before, before);
	sums_of(&row->after, after);
	name_of(row->like, name, sizeof(name));
	printf("%s%s%s", out->bold, name, out->plain);
	if (row->like->batch.from)
		printf("  batch %" PRId64, row->like->batch.value);
	if (row->like->seeks.from)
		printf("  seeks %" PRId64, row->like->seeks.value);
	putchar('\n');
	for (int i = 0; i < SUMS; i++) {
		printf("  %-12s %16" PRId64 " %16" PRId64, sum_names[i], before[i],
		       after[i]);
		text_change(out, before[i], after[i]);
		if (has_rate(i) && compare->before_ns && compare->after_ns)
			printf("   %14.1f/s %14.1f/s",
			       rate(before[i], compare->before_ns),
			       rate(after[i], compare->after_ns));
		putchar('\n');
	}
}

static void text_heads(const struct run *runs)
{
	printf("--- %s (%s)\n+++ %s (%s)\n", runs[0].input.name,
	       runs[0].summary->fit->rules.gen->name, runs[1].input.name,
	       runs[1].summary->fit->rules.gen->name);
}

static void json_side(struct json *json, const char *key, const struct shr_side *side,
		      uint64_t span_ns)
{
	int64_t sums[SUMS];

	sums_of(side, sums);
	json_map(json, key);
	for (int i = 0; i < SUMS; i++)
		json_int(json, sum_names[i], sums[i]);
	json_map(json, "per_second");
	for (int i = 0; i < SUMS; i++) {
		if (!has_rate(i))
			continue;
		if (span_ns)
			json_double(json, sum_names[i], rate(sums[i], span_ns));
		else
			json_null(json, sum_names[i]);
	}
	json_end_map(json);
	json_end_map(json);
}

static void json_param_value(struct json *json, const char *key,
			     const struct shr_param *param)
{
	if (param->from)
		json_int(json, key, param->value);
	else
		json_null(json, key);
}

static void json_row(struct json *json, const struct shr_compare *compare,
		     const struct shr_compare_row *row)
{
	json_map(json, NULL);
	json_str(json, "symbol", row->like->symbol.name);
	json_str(json, "name", row->like->name);
	json_param_value(json, "batch", &row->like->batch);
	json_param_value(json, "seeks", &row->like->seeks);
	json_bool(json, "equal", shr_compare_equal(row));
	json_side(json, "before", &row->before, compare->before_ns);
	json_side(json, "after", &row->after, compare->after_ns);
	json_end_map(json);
}

static void json_begin(struct json *json, const struct shr_compare *compare,
		       const struct run *runs)
{
	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.diff/1");
	json_capture(json, "before", &runs[0].input, runs[0].summary);
	json_capture(json, "after", &runs[1].input, runs[1].summary);
	json_uint(json, "before_span_ns", compare->before_ns);
	json_uint(json, "after_span_ns", compare->after_ns);
	json_array(json, "shrinkers");
}

static void csv_head(void)
{
	printf("symbol,name,batch,seeks");
	for (int i = 0; i < SUMS; i++)
		printf(",before_%s,after_%s", sum_names[i], sum_names[i]);
	putchar('\n');
}

static void csv_row(const struct shr_compare_row *row)
{
	int64_t before[SUMS], after[SUMS];
	const struct shr_instance *like = row->like;

	sums_of(&row->before, before);
	sums_of(&row->after, after);
	csv_str(like->symbol.name);
	putchar(',');
	csv_str(like->name);
	putchar(',');
	if (like->batch.from)
		printf("%" PRId64, like->batch.value);
	putchar(',');
	if (like->seeks.from)
		printf("%" PRId64, like->seeks.value);
	for (int i = 0; i < SUMS; i++)
		printf(",%" PRId64 ",%" PRId64, before[i], after[i]);
	putchar('\n');
}

static void print_row(struct printer *printer, const struct shr_compare *compare,
		      const struct shr_compare_row *row)
{
	switch (printer->format) {
	case FORMAT_TEXT:
		text_row(&printer->out, compare, row);
		break;
	case FORMAT_CSV:
		csv_row(row);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_row(&printer->json, compare, row);
		printer_end_object(printer);
		break;
	}
}

static void print_head(struct printer *printer, bool rows,
		       const struct shr_compare *compare, const struct run *runs)
{
	if (printer->format == FORMAT_JSON)
		json_begin(&printer->json, compare, runs);
	if (printer->format == FORMAT_CSV)
		csv_head();
	if (printer->format == FORMAT_TEXT && rows)
		text_heads(runs);
}

int print_compare(struct printer *printer, bool all, const struct shr_compare *compare,
		  const struct run *runs)
{
	int status = EXIT_GOOD;

	for (size_t i = 0; i < compare->count; i++)
		if (!shr_compare_equal(&compare->rows[i]))
			status = EXIT_DIFFERENT;
	print_head(printer, status || all, compare, runs);
	for (size_t i = 0; i < compare->count; i++)
		if (all || !shr_compare_equal(&compare->rows[i]))
			print_row(printer, compare, &compare->rows[i]);
	if (printer->format == FORMAT_JSON) {
		json_end_array(&printer->json);
		json_end_map(&printer->json);
	}
	return status;
}
