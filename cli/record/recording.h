/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording - one capture, from the making of the instance to its removal.
 *
 * Everything that has been set up is taken down on every way out, in reverse, and what
 * has been taken is kept whatever ends the recording.  Stops on SIGINT, SIGTERM and
 * SIGHUP, which the caller has held back (interrupt.h).
 *
 *	struct recording recording;
 *
 *	status = recording_run(&recording, &options, &interrupt);
 *	...recording.tally, also after trouble
 *	recording_release(&recording);
 */
#ifndef CLI_RECORD_RECORDING_H
#define CLI_RECORD_RECORDING_H

#include "cli/record/dat_packer.h"
#include "cli/record/drain.h"
#include "cli/record/tracing_options.h"

#include <stdbool.h>
#include <stdint.h>

struct interrupt;

struct recording_options {
	struct tracing_options tracing; /* until a signal, or the command ends */
	const char *path;		/* "-": standard output */
	bool force;
	enum dat_compression compression;
	unsigned file_version; /* 6 or 7 */
	uint64_t size_limit;   /* bytes of events taken, 0: none */
	bool all_symbols;
	char *const *command; /* NULL: none */
};

struct recording {
	struct drain_cpu *cpus; /* owned: what became of each */
	size_t cpu_count;
	uint64_t buffer_size; /* bytes per CPU */
	uint64_t bytes;	      /* of pages, before compression */
	uint64_t elapsed_ns;
	uint64_t untold;	 /* calls whose identity could not be told */
	bool written;		 /* there is a file */
	char command_fault[128]; /* how the command ended, if not well */
	bool command_ended;	 /* by us, for the recording was over */
};

/* EXIT_GOOD, EXIT_DIFFERENT for a command that failed, or EXIT_TROUBLE, complained of.
 */
int recording_run(struct recording *recording, const struct recording_options *options,
		  struct interrupt *interrupt);

void recording_release(struct recording *recording);

#endif /* CLI_RECORD_RECORDING_H */
