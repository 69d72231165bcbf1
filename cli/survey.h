/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * survey - what the calls of a replay have in common, and which stand out.
 *
 * A sink: it sees each judged call that passes the filter, keeps counts and the
 * numbers of a few, and so the same memory however many there are.
 *
 *	struct survey survey;
 *
 *	survey_init(&survey);
 *	run_open(&run, path, &options, &survey.sink);
 */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include "core/replay/call.h"
#include "core/replay/replay.h"

#include <stdint.h>

enum { SURVEY_NAMED = 3 };

/* Calls of one verdict. */
struct survey_verdict {
	uint64_t count;
	uint64_t n[SURVEY_NAMED]; /* the first of them */
	/*
	 * Of objects: SHR_CONCURRENT the largest that others moved, SHR_REPARENTED and
	 * SHR_REUSED all that was inherited.
	 */
	int64_t amount;
	uint64_t amount_n; /* SHR_CONCURRENT: whose that is */
};

struct survey {
	struct shr_call_sink sink;
	uint64_t calls;
	struct survey_verdict verdicts[SHR_VERDICT_COUNT];
	uint64_t memcg_from[SHR_MEMCG_INFERRED + 1]; /* by enum shr_memcg_from */
	uint64_t identified;   /* calls with a recorded identity */
	uint32_t identity_has; /* what any of these says: SHR_HAS_ bits */
};

void survey_init(struct survey *survey);

/* How much it is, whichever way it went; of any number a capture may hold. */
uint64_t survey_size(int64_t amount);

#endif /* CLI_SURVEY_H */
