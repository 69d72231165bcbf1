/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/tracing.h"

#include "cli/cmd.h"
#include "cli/record/stale.h"
#include "cli/record/tracing_options.h"
#include "core/err.h"

#include <stdio.h>
#include <string.h>
#include <tracefs/tracefs.h>

int tracing_complain(const struct tracing *tracing, const struct shr_err *err)
{
	const char *detail = tracing->session.detail;
	size_t len = strlen(detail);

	fprintf(stderr, "shrinkctl: %s\n", err->reason);
	if (len)
		fprintf(stderr, "%s%s", detail, detail[len - 1] == '\n' ? "" : "\n");
	return EXIT_TROUBLE;
}

static void tell_stale(void *ctx, const char *name, const char *why_not)
{
	(void)ctx;
	if (why_not)
		fprintf(stderr, "shrinkctl: cannot remove instance %s: %s\n", name,
			why_not);
	else
		fprintf(stderr,
			"shrinkctl: removed instance %s, which a killed recorder left\n",
			name);
}

/* A fault there does not concern this one; what does is met again. */
static void remove_stale(void)
{
	struct shr_err ignored;
	unsigned probes;

	stale_remove(tell_stale, NULL, &ignored);
	identity_cleanup(tracefs_tracing_dir(), &probes, &ignored);
}

/* That no method works is worth a line, not the recording, unless it was asked for. */
static void tell_tries(const struct identity *identity)
{
	fputs("note: calls have no identity", stderr);
	for (unsigned i = 0; i < identity->try_count; i++)
		fprintf(stderr, "; %s: %s", identity_name(identity->tries[i].method),
			identity->tries[i].reason);
	fputc('\n', stderr);
}

static int add_identity(struct tracing *tracing, enum identity_method method,
			struct shr_err *err)
{
	struct identity *identity = &tracing->identity;

	if (identity_add(identity, tracefs_tracing_dir(), method, err) < 0)
		return -1;
	if (identity->method == IDENTITY_OFF && identity->try_count)
		tell_tries(identity);
	return identity_enable(identity, tracing->session.instance, err);
}

static int set_up(struct tracing *tracing, const struct tracing_options *options,
		  bool all_symbols)
{
	struct shr_err err;

	if (session_open(&tracing->session, &options->session, &err) < 0 ||
	    add_identity(tracing, options->identity, &err) < 0 ||
	    metadata_begin(&tracing->metadata, &tracing->session, all_symbols, &err) <
		    0)
		return tracing_complain(tracing, &err);
	if (tracing->metadata.symbols_hidden)
		fputs("shrinkctl: the kernel hides its symbols, so that the capture has "
		      "addresses for names: 'sysctl kernel.kptr_restrict=1' as root shows "
		      "them\n",
		      stderr);
	return EXIT_GOOD;
}

int tracing_find(const char *dir)
{
	struct checks checks;
	struct shr_err err;

	if (session_find_tracefs(dir, &err) == 0)
		return EXIT_GOOD;
	checks_run(&checks, dir);
	fprintf(stderr, "shrinkctl: %s\n",
		checks.can_record ? err.reason : checks.refusal);
	return EXIT_TROUBLE;
}

int tracing_open(struct tracing *tracing, const struct tracing_options *options,
		 bool all_symbols)
{
	*tracing = (struct tracing){ .session = { .guard = -1 } };
	remove_stale();
	checks_run(&tracing->checks, tracefs_tracing_dir());
	if (tracing->checks.is_tracefs && !tracing->checks.can_record) {
		fprintf(stderr, "shrinkctl: %s\n", tracing->checks.refusal);
		return EXIT_TROUBLE;
	}
	return set_up(tracing, options, all_symbols);
}

int tracing_close(struct tracing *tracing, int status)
{
	struct shr_err err;

	/* The instance first: what it has enabled cannot be removed. */
	if (session_close(&tracing->session, &err) < 0)
		status = tracing_complain(tracing, &err);
	tracing->untold = identity_missed(&tracing->identity);
	if (identity_remove(&tracing->identity, &err) < 0)
		status = tracing_complain(tracing, &err);
	metadata_release(&tracing->metadata);
	return status;
}
