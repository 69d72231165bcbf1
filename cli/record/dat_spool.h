/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_spool - the trace.dat that is there while recording goes on.
 *
 * The format wants each CPU's pages in one piece.  So each CPU has a stretch of the
 * file to itself, far larger than what it fills: most file systems keep no storage for
 * the rest.  Where a stretch is full, its pages move to one twice as long at the end of
 * the file, and their old place is given back; the last one just goes on.
 *
 * At every dat_spool_flush() the file is a whole trace.dat, version 7 and not
 * compressed, for any reader: if the recorder is killed, it holds what there was then.
 * That is also what is left where there is no room for anything better.
 *
 * Different CPUs may be added to by different threads at once.
 */
#ifndef CLI_RECORD_DAT_SPOOL_H
#define CLI_RECORD_DAT_SPOOL_H

#include "cli/record/dat_contents.h"
#include "cli/record/dat_front.h"
#include "cli/record/dat_section.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;

struct spool_cpu {
	uint64_t offset;
	uint64_t room;	      /* from offset on; 0: it has no stretch yet */
	_Atomic uint64_t len; /* bytes that are there */
};

struct dat_spool {
	/* Private. */
	int fd; /* borrowed */
	struct dat_settings settings;
	struct dat_front front;
	size_t option_count;	 /* of contents->options, that the front has */
	pthread_mutex_t lock;	 /* of end, and of writing the table */
	uint64_t end;		 /* of the last stretch */
	struct spool_cpu *cpus;	 /* owned */
	struct dat_row names[2]; /* places for task names, used in turn */
	unsigned renamed;	 /* how often */
};

/*
 * Write the front to @fd, an empty file, borrowed until release.  The version
 * and the compression of @settings are the final file's.  Returns 0, or -1 with *err
 * filled in.
 */
int dat_spool_init(struct dat_spool *spool, int fd, const struct dat_contents *contents,
		   const struct dat_settings *settings, struct shr_err *err);

/* Leaves the file as it is.  Accepts what a failed init left. */
void dat_spool_release(struct dat_spool *spool);

/*
 * Add @len bytes of pages to CPU @cpu's.  Returns 0, or -1 with *err filled in:
 * then none of them counts, and a later call puts its own in their place.
 */
int dat_spool_add(struct dat_spool *spool, uint32_t cpu, const void *pages, size_t len,
		  struct shr_err *err);

/*
 * Add @len bytes out of the pipe @pipe, without a copy where the kernel can.  Returns
 * 0, or -1 with *err filled in: of what has left the pipe then, whole pages count.
 */
int dat_spool_splice(struct dat_spool *spool, uint32_t cpu, int pipe, size_t len,
		     struct shr_err *err);

/* Let the file's table tell of all that has been added.  Returns 0, or -1. */
int dat_spool_flush(struct dat_spool *spool, struct shr_err *err);

/*
 * Other task names, contents->cmdlines, than those the file has.  Not by two threads at
 * once.  Returns 0, or -1.
 */
int dat_spool_rename(struct dat_spool *spool, const struct dat_contents *contents,
		     struct shr_err *err);

/*
 * Flush, and add what is known at the end: task names, CPU statistics, and the options
 * behind those the file began with.  To be called once.  Returns 0, or -1.
 */
int dat_spool_complete(struct dat_spool *spool, const struct dat_contents *contents,
		       struct shr_err *err);

/* Where CPU @cpu's whole pages are. */
struct dat_row dat_spool_pages(const struct dat_spool *spool, uint32_t cpu);

/* Bytes of pages added so far, by all CPUs. */
uint64_t dat_spool_size(const struct dat_spool *spool);

#endif /* CLI_RECORD_DAT_SPOOL_H */
