/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/tally.h"

#include "cli/cmd.h"
#include "cli/input.h"
#include "cli/options.h"
#include "core/stream.h"

static int count(void *consumer, const struct shr_batch *batch, struct shr_err *err)
{
	struct tally *tally = consumer;

	(void)err;
	for (size_t i = 0; i < batch->count; i++) {
		enum shr_kind kind = batch->events[i].kind;

		tally->events += kind != SHR_LOST;
		tally->starts += kind == SHR_START;
	}
	return 0;
}

int tally_read(struct tally *tally, const char *path)
{
	struct options options = { 0 };
	struct input input;

	*tally = (struct tally){ 0 };
	int status = input_open(&input, path, &options);

	if (status == EXIT_GOOD)
		status = input_read(&input, count, tally);
	input_close(&input);
	return status;
}
