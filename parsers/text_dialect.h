/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_dialect - which tool printed this text, from its headers and its lines.
 *
 * Reading does not depend on it: forms may be mixed, headers cut off.  It is what
 * the user is told, and what says that an input is no capture at all.
 */
#ifndef PARSERS_TEXT_DIALECT_H
#define PARSERS_TEXT_DIALECT_H

#include "core/event.h"

#include <stdbool.h>

struct shr_text_body;
struct shr_text_event;
struct shr_text_prefix;

struct shr_text_dialect {
	const char *format; /* static, for people */
	bool recognised;    /* something a capture begins with, or consists of */
	bool settled;	    /* by one of our events: format stays */
	bool tracer;	    /* "# tracer:" */
	bool columns;	    /* "TASK-PID": lines have their context */
	bool report;	    /* "cpus=2" */
	bool dump;	    /* "Dumping ftrace buffer:" */
};

/*
 * Learn from @line, which is no event.  Returns the kernel's release if the line
 * names it, else the empty string.
 */
struct shr_str shr_text_dialect_learn(struct shr_text_dialect *dialect,
				      struct shr_str line);

/* Learn from one of our events, understood, on @line. */
void shr_text_dialect_settle(struct shr_text_dialect *dialect, struct shr_str line,
			     const struct shr_text_event *event,
			     const struct shr_text_prefix *prefix,
			     const struct shr_text_body *body);

/* Why a capture with @line cannot be read (options raw, hex and bin), or NULL. */
const char *shr_text_dialect_refuse(struct shr_str line);

#endif /* PARSERS_TEXT_DIALECT_H */
