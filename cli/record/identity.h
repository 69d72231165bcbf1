/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity - a dynamic event of our own that tells what the two tracepoints do not.
 *
 * Its name is shrinkctl_PID/call.  It belongs to all of the kernel and outlives its
 * process, so whoever adds one removes it on every way out; what a killed recorder has
 * left, identity_cleanup() finds.  While an instance has the event enabled it cannot be
 * removed: destroy the instance first.  That also guards against another's cleanup.
 *
 * With BPF there is no such event, but the lines of a program (identity_bpf.h) that
 * ends with its process.
 *
 *	struct identity identity;
 *
 *	if (identity_add(&identity, tracefs, IDENTITY_AUTO, &err) < 0)
 *		...what was asked for does not work
 *	for (i = 0; i < identity.try_count; i++)
 *		...identity.tries[i] says why not better
 *	identity_enable(&identity, instance, &err);
 *	...destroy the instance
 *	identity_remove(&identity, &err);
 */
#ifndef CLI_RECORD_IDENTITY_H
#define CLI_RECORD_IDENTITY_H

#include "cli/record/probe.h"

#include <stdbool.h>
#include <sys/types.h>

struct identity_bpf;
struct shr_err;
struct tracefs_instance;

enum identity_method {
	IDENTITY_OFF,
	IDENTITY_TRACEPOINT_PROBE, /* 6.5+, CONFIG_FPROBE_EVENTS */
	IDENTITY_KPROBE,	   /* CONFIG_KPROBE_EVENTS, and BTF for the offsets */
	IDENTITY_BPF,		   /* 5.16+, BTF, and a build with BPF=1 */
	IDENTITY_AUTO		   /* the first that works */
};

/* A method that did not work, and why: one clause. */
struct identity_try {
	enum identity_method method;
	char reason[200];
};

/* All fields public to read; filled in by identity_add(). */
struct identity {
	const char *tracefs;	     /* borrowed until identity_remove() */
	enum identity_method method; /* that works; IDENTITY_OFF: no event */
	enum probe_form form;
	unsigned fields; /* mask of 1 << enum probe_field */
	char group[32];	 /* "shrinkctl_PID" */
	char definition[PROBE_TEXT_MAX];
	struct identity_bpf *bpf; /* owned; of IDENTITY_BPF only */
	struct identity_try tries[IDENTITY_AUTO];
	unsigned try_count;
};

/* "tracepoint-probe", ... */
const char *identity_name(enum identity_method method);

/* False: @name is none of them. */
bool identity_parse(const char *name, enum identity_method *method);

/*
 * Define the event by @method below @tracefs.  0, with identity->method what works; for
 * IDENTITY_AUTO that may be IDENTITY_OFF.  -1 with *err filled in where the one asked
 * for does not work.  identity->tries then has what was tried in vain, in either case.
 */
int identity_add(struct identity *identity, const char *tracefs,
		 enum identity_method method, struct shr_err *err);

/*
 * Let @instance have the event, or of the BPF program's lines those that are ours.  0,
 * also if there is none; -1 with *err filled in.
 */
int identity_enable(const struct identity *identity, struct tracefs_instance *instance,
		    struct shr_err *err);

/* Of how many calls the method knows that it could not tell, so far. */
uint64_t identity_missed(const struct identity *identity);

/*
 * Remove the event.  0, also if there is none; -1 with *err filled in if it is still
 * there, for one because an instance has it enabled: it can be tried again.
 */
int identity_remove(struct identity *identity, struct shr_err *err);

/*
 * Remove the events of recorders that are gone; *removed says how many.  One that is
 * enabled somewhere is in use and stays.  0, or -1 with *err filled in.
 */
int identity_cleanup(const char *tracefs, unsigned *removed, struct shr_err *err);

/*
 * The PID in the name of an event of ours in a line of dynamic_events, such as
 * "t:shrinkctl_123/call mm_shrink_slab_start ..."; 0: it is another's.
 */
pid_t identity_owner(const char *line);

#endif /* CLI_RECORD_IDENTITY_H */
