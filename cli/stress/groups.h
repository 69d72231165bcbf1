/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * groups - the memcgs of a domain, one of which now and then ends and makes room for
 * another.
 *
 * All are children of the root.  Who picks one has a reference, and may use it when it
 * has gone.
 */
#ifndef CLI_STRESS_GROUPS_H
#define CLI_STRESS_GROUPS_H

struct shr_random;
struct group_place;
struct shr_domain;
struct shr_err;
struct shr_memcg;

struct groups {
	struct shr_domain *domain;
	struct group_place *places; /* owned */
	unsigned count;
};

/* @count memcgs, or none.  0, or -1 with *err filled in; close it then, too. */
int groups_open(struct groups *groups, struct shr_domain *domain, unsigned count,
		struct shr_err *err);
void groups_close(struct groups *groups);

/* Any of them, with a reference; the root, or NULL in a domain without memcgs. */
struct shr_memcg *groups_pick(struct groups *groups, struct shr_random *random);

/*
 * One goes, and a new one takes its place; only one thread does so.  0, or -1 with *err
 * filled in when memory runs out.
 */
int groups_replace(struct groups *groups, struct shr_random *random,
		   struct shr_err *err);

#endif /* CLI_STRESS_GROUPS_H */
