/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_options - what every command that traces the running kernel can be told.
 *
 * One argp child, so that an option means the same everywhere and is written once.
 *
 *	struct tracing_options options = tracing_defaults;
 *	const struct argp_child children[] = { { &tracing_argp, 0, "What:", 1 }, { 0 }
 *}; state->child_inputs[0] = &args->tracing;   at ARGP_KEY_INIT
 */
#ifndef CLI_RECORD_TRACING_OPTIONS_H
#define CLI_RECORD_TRACING_OPTIONS_H

#include "cli/record/identity.h"
#include "cli/record/session.h"

#include <argp.h>
#include <stdint.h>

struct tracing_options {
	struct session_options session;
	enum identity_method identity;
	uint64_t duration_ns; /* 0: until something else ends it */
	const char *tracefs;  /* NULL: where it is mounted */
	const char *given;    /* "--context": the last that was; NULL: none */
};

/* What holds unless something else is said. */
extern const struct tracing_options tracing_defaults;

extern const struct argp tracing_argp;

#endif /* CLI_RECORD_TRACING_OPTIONS_H */
