/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/run.h"

#include "cli/cmd.h"
#include "cli/options.h"
#include "core/err.h"
#include "core/stream.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

int run_open(struct run *run, const char *path, const struct options *options,
	     struct shr_call_sink *sink)
{
	*run = (struct run){ 0 };
	int status = input_open(&run->input, path, options);

	return status == EXIT_GOOD ? run_begin(run, options, sink) : status;
}

int run_begin(struct run *run, const struct options *options,
	      struct shr_call_sink *sink)
{
	struct shr_err err;

	run->replay = shr_replay_new(run->input.source, &options->replay, sink, &err);
	if (!run->replay)
		return complain(run->input.name, &err);
	run->summary = shr_replay_summary(run->replay);
	return EXIT_GOOD;
}

static int consume(void *consumer, const struct shr_batch *batch, struct shr_err *err)
{
	struct run *run = consumer;

	return shr_replay_batch(run->replay, batch, err);
}

int run_take(struct run *run)
{
	struct shr_source *src = run->input.source;
	struct shr_batch batch;
	struct shr_err err;
	int got;

	while ((got = src->next(src, &batch, &err)) > 0)
		if (input_take(&run->input, &batch, consume, run, &err) < 0)
			return complain(run->input.name, &err);
	return got < 0 ? complain(run->input.name, &err) : EXIT_GOOD;
}

int run_read(struct run *run)
{
	return run_finish(run, input_read(&run->input, consume, run));
}

int run_finish(struct run *run, int status)
{
	struct shr_err err;

	if (shr_replay_finish(run->replay, &err) < 0)
		status = complain(run->input.name, &err);
	run->summary = shr_replay_summary(run->replay);
	return status;
}

bool run_has_answer(const struct run *run, int status)
{
	return status == EXIT_GOOD || run->input.events;
}

void run_close(struct run *run)
{
	shr_replay_free(run->replay);
	input_close(&run->input);
}

unsigned run_parse_verdicts(struct argp_state *state, const char *list)
{
	unsigned mask = 0;
	char name[32];

	while (*list) {
		size_t len = strcspn(list, ",");
		int all = snprintf(name, sizeof(name), "%.*s", (int)len, list);
		enum shr_verdict verdict = (size_t)all < sizeof(name)
						   ? shr_verdict_find(name)
						   : SHR_VERDICT_COUNT;

		if (verdict == SHR_VERDICT_COUNT)
			argp_error(state, "'%.*s' is not a verdict", (int)len, list);
		mask |= 1u << verdict;
		list += len + (list[len] == ',');
	}
	return mask;
}

int run_status(const struct run *run, unsigned mask, int status)
{
	mask |= 1u << SHR_UNEXPLAINED;
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		if ((mask >> verdict & 1) && run->summary->all.verdicts[verdict] &&
		    status == EXIT_GOOD)
			return EXIT_DIFFERENT;
	return status;
}
