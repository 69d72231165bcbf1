/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_body.h"

#include "core/event.h"
#include "core/stream.h"
#include "parsers/text_field.h"
#include "parsers/text_form.h"
#include "parsers/text_keys.h"
#include "parsers/text_sentence.h"
#include "parsers/text_value.h"

#include <stddef.h>

#define BIT(value) (1u << SHR_VALUE_##value)

/* In perf trace a zero may have been left out; in bpftrace anything. */
static unsigned layouts_of(const struct shr_text_body *body)
{
	const unsigned old = SHR_LAYOUT_T1 | SHR_LAYOUT_T2;
	const unsigned recent = SHR_LAYOUT_T4 | SHR_LAYOUT_T5 | SHR_LAYOUT_T6;
	bool partial = body->call || body->chosen;
	bool nid = body->seen & BIT(NID), late = body->layouts && !body->chosen;

	if (body->event->kind != SHR_START)
		return 0;
	if (body->seen & (BIT(PGS_SCANNED) | BIT(LRU_PGS))) {
		if (nid)
			return SHR_LAYOUT_T3;
		return partial ? old | SHR_LAYOUT_T3 : old;
	}
	if (body->seen & BIT(CGROUP) || late)
		return SHR_LAYOUT_T7;
	/* Pages are never 0: the kernel passes at least 32 (SWAP_CLUSTER_MAX). */
	if (body->call)
		return nid ? recent : recent | SHR_LAYOUT_T7;
	if (!(body->seen & BIT(PRIORITY)))
		return old | SHR_LAYOUT_T3 | recent | SHR_LAYOUT_T7;
	return body->chosen ? recent | SHR_LAYOUT_T7 : recent;
}

static bool is_sentence(const struct shr_text_body *body)
{
	struct shr_text_cursor at = body->cur;

	if (body->call || (at.pos < at.end && *at.pos == '['))
		return false;
	return shr_text_take_key(&at).len == 0;
}

bool shr_text_body_take(struct shr_text_body *body)
{
	struct shr_event *event = body->event;
	bool had_pid = event->has & SHR_HAS_PID;
	int32_t pid = event->pid;

	shr_text_skip_blanks(&body->cur);
	body->sentence = (!body->call && shr_text_value_take_likely_callback(body)) ||
			 is_sentence(body);
	if (!body->sentence && shr_text_take_literal(&body->cur, "[FAILED TO PARSE]"))
		body->unparsed = true;
	if (!(body->sentence
		      ? shr_text_sentence_take(body)
		      : shr_text_keys_take(body, shr_text_body_table(body), false)))
		return false;
	if (body->call)
		shr_text_keys_add_zeroes(body);
	/* Text of 7.1 and later repeats the pid. */
	if (had_pid)
		event->pid = pid;
	if (!(body->seen & BIT(PGS_SCANNED)) && !body->call)
		event->has &= ~(uint32_t)SHR_HAS_LRU;
	body->layouts = layouts_of(body);
	return true;
}

bool shr_text_identity_take(struct shr_text_body *body)
{
	const uint32_t telling = SHR_HAS_MEMCG_PTR | SHR_HAS_MEMCG | SHR_HAS_BATCH |
				 SHR_HAS_SEEKS | SHR_HAS_FLAGS | SHR_HAS_ID |
				 SHR_HAS_NAME;

	shr_text_keys_take(body, &shr_text_identity_keys, true);
	shr_event_settle_memcg(body->event);
	return body->event->has & SHR_HAS_SHRINKER && body->event->has & telling;
}

bool shr_text_context_take(struct shr_text_body *body)
{
	struct shr_event *event = body->event;

	shr_text_keys_take(body, &shr_text_context_keys, true);
	return !shr_context_is_cgroup(event->context.kind) ||
	       event->has & SHR_HAS_MEMCG;
}
