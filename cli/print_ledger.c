/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_ledger.h"

#include "cli/input.h"
#include "core/replay/lane.h"
#include "core/stream.h"

const char *ledger_by_name(enum shr_by by)
{
	static const char *const names[SHR_BY_COUNT] = {
		[SHR_BY_TASK] = "task",		[SHR_BY_GFP] = "gfp",
		[SHR_BY_CONTEXT] = "context",	[SHR_BY_MEMCG] = "memcg",
		[SHR_BY_PRIORITY] = "priority",
	};

	return names[by];
}

size_t ledger_rows(const struct ledger *ledger, size_t count)
{
	return ledger->top && ledger->top < count ? ledger->top : count;
}

static bool has_others(const struct shr_posts *posts)
{
	return posts->count && posts->posts[0].sums.calls;
}

size_t ledger_post_count(const struct shr_posts *posts)
{
	return posts->count ? posts->count - 1 + has_others(posts) : 0;
}

const struct shr_post *ledger_post(const struct shr_posts *posts, size_t nth)
{
	if (nth >= ledger_post_count(posts))
		return NULL;
	return &posts->posts[nth + 1 < posts->count ? nth + 1 : 0];
}

struct shr_start ledger_mask(const struct shr_party *party)
{
	return (struct shr_start){ .gfp = party->gfp, .gfp_names = party->gfp_names };
}

struct shr_str ledger_path(const struct ledger *ledger, const struct shr_lane *lane)
{
	struct shr_source *source = ledger->input->source;

	return source->text(source, lane ? lane->path : 0);
}
