/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_survey.h"

#include "cli/json.h"
#include "cli/print_lanes.h"
#include "cli/print_text.h"
#include "cli/survey.h"
#include "core/model/generation.h"

#include <inttypes.h>
#include <stdio.h>

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* "1,234 calls" */
static void say_count(uint64_t count, const char *what)
{
	char text[TEXT_NUMBER];

	printf("%s %s%s", text_int(text, (int64_t)count), what, plural(count));
}

static uint64_t named(const struct survey *survey)
{
	return survey->memcg_from[SHR_MEMCG_EVENT] +
	       survey->memcg_from[SHR_MEMCG_IDENTITY];
}

static bool key_has_memcg(const struct shr_summary *summary)
{
	return summary->fit->rules.gen->key == SHR_KEY_MEMCG;
}

void text_followed(const struct survey *survey, const struct shr_summary *summary)
{
	uint64_t followed = survey->memcg_from[SHR_MEMCG_INFERRED];

	if (!followed || !key_has_memcg(summary))
		return;
	printf("note: memcgs are inferred");
	if (named(survey)) {
		printf(", where not recorded (");
		say_count(named(survey), "call");
		printf(")");
	}
	printf(": ");
	say_count(followed, "call");
	printf(" %s followed in ", followed == 1 ? "was" : "were");
	say_count(count_followed_lanes(summary), "lane");
	putchar('\n');
}

/* " (calls 12, 13, 14 and 8 more)" */
static void say_which(const struct survey_verdict *verdict)
{
	printf(" (call%s", plural(verdict->count));
	for (uint64_t i = 0; i < verdict->count && i < SURVEY_NAMED; i++)
		printf("%s %" PRIu64, i ? "," : "", verdict->n[i]);
	if (verdict->count > SURVEY_NAMED)
		printf(" and %" PRIu64 " more", verdict->count - SURVEY_NAMED);
	puts(").");
}

/* The largest movement stands for all. */
static void say_concurrent(const struct survey_verdict *verdict)
{
	bool several = verdict->count > 1;

	printf(" overlapped with others on %s, which moved%s ",
	       several ? "their counters" : "its counter", several ? " up to" : "");
	say_count(survey_size(verdict->amount), "object");
	printf(" meanwhile (call %" PRIu64 ").\n", verdict->amount_n);
}

static void say_reparented(const struct survey_verdict *verdict)
{
	printf(" found ");
	say_count(survey_size(verdict->amount), "object");
	printf(" that memcgs that ended had left");
	say_which(verdict);
}

static void say_reused(const struct survey_verdict *verdict)
{
	printf(" found another shrinker at a known address or id");
	if (verdict->amount) {
		printf(", with ");
		say_count(survey_size(verdict->amount), "object");
		printf(" that were its predecessor's");
	}
	say_which(verdict);
}

/* What is said of one call, and of more. */
static const char *const words[SHR_VERDICT_COUNT][2] = {
	[SHR_REFUSED] = { "was stopped by its callback, unforeseen",
			  "were stopped by their callbacks, unforeseen" },
	[SHR_OWN_COUNT] = { "scanned what its callback itself counted",
			    "scanned what their callbacks themselves counted" },
	[SHR_LOST_EVENTS] = { "has a gap in the events behind or within it",
			      "have a gap in the events behind or within them" },
	[SHR_AMBIGUOUS] = { "fits several memcgs, which differ",
			    "fit several memcgs, which differ" },
};

static void say_verdict(enum shr_verdict which, const struct survey_verdict *verdict)
{
	say_count(verdict->count, "call");
	if (which == SHR_CONCURRENT) {
		say_concurrent(verdict);
	} else if (which == SHR_REPARENTED) {
		say_reparented(verdict);
	} else if (which == SHR_REUSED) {
		say_reused(verdict);
	} else {
		printf(" %s", words[which][verdict->count > 1]);
		say_which(verdict);
	}
}

void text_explained(const struct survey *survey)
{
	for (unsigned which = SHR_EXACT + 1; which < SHR_UNEXPLAINED; which++)
		if (survey->verdicts[which].count)
			say_verdict(which, &survey->verdicts[which]);
}

/* " of every call", " of 12 calls among 34" */
static void say_of(uint64_t count, uint64_t all)
{
	char text[TEXT_NUMBER];

	if (count == all) {
		printf(" of every call");
		return;
	}
	printf(" of ");
	say_count(count, "call");
	printf(" among %s", text_int(text, (int64_t)all));
}

static void say_identity(const struct survey *survey)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} fields[] = {
		{ SHR_HAS_MEMCG_PTR, "memcg" }, { SHR_HAS_MEMCG, "cg" },
		{ SHR_HAS_BATCH, "batch" },	{ SHR_HAS_SEEKS, "seeks" },
		{ SHR_HAS_FLAGS, "flags" },	{ SHR_HAS_ID, "id" },
		{ SHR_HAS_NAME, "name" },
	};
	const char *separator = " (";

	printf("identity");
	say_of(survey->identified, survey->calls);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (!(survey->identity_has & fields[i].bit))
			continue;
		printf("%s%s", separator, fields[i].name);
		separator = ", ";
	}
	printf(")");
}

/* How the memcg of each call is known, if that matters to its counter. */
static void text_memcgs(const struct survey *survey, const struct shr_summary *summary)
{
	uint64_t followed = survey->memcg_from[SHR_MEMCG_INFERRED];

	printf("memcgs      ");
	if (!key_has_memcg(summary)) {
		puts("share their counters on this kernel");
	} else if (!followed) {
		puts(named(survey) ? "as recorded" : "not known");
	} else {
		printf("inferred");
		say_of(followed, survey->calls);
		printf(", in ");
		say_count(count_followed_lanes(summary), "lane");
		putchar('\n');
	}
}

void text_recorded(const struct survey *survey, const struct shr_summary *summary,
		   uint64_t context, bool blind)
{
	uint64_t ids = survey->memcg_from[SHR_MEMCG_EVENT];
	const char *separator = "";

	if (!survey->calls)
		return;
	printf("recorded    ");
	if (ids) {
		printf("memcg_id");
		say_of(ids, survey->calls);
		separator = "; ";
	}
	if (survey->identified) {
		fputs(separator, stdout);
		say_identity(survey);
		separator = "; ";
	}
	if (context) {
		fputs(separator, stdout);
		say_count(context, "event");
		printf(" of context");
		separator = "; ";
	}
	printf("%s%s\n", *separator ? "" : "the two events, and nothing beside them",
	       blind ? " (identity and memcg_id are ignored: --blind)" : "");
	text_memcgs(survey, summary);
}

void json_recorded(struct json *json, const struct survey *survey,
		   const struct shr_summary *summary, uint64_t context)
{
	json_map(json, "recorded");
	json_uint(json, "memcg_ids", survey->memcg_from[SHR_MEMCG_EVENT]);
	json_uint(json, "identities", survey->identified);
	json_uint(json, "context_events", context);
	json_uint(json, "followed", survey->memcg_from[SHR_MEMCG_INFERRED]);
	json_uint(json, "followed_lanes", count_followed_lanes(summary));
	json_end_map(json);
}
