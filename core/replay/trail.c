/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/trail.h"

enum { RUNS_MAX = 64 };

static void halve(struct shr_trail *trail)
{
	trail->runs = 0;
	for (size_t i = 0; i < SHR_TRAIL_TASKS; i++)
		trail->runs += trail->tasks[i].runs /= 2;
}

/* Where @pid is, or whoever ran least. */
static size_t place_of(const struct shr_trail *trail, int32_t pid)
{
	size_t least = 0;

	for (size_t i = 0; i < SHR_TRAIL_TASKS; i++) {
		if (trail->tasks[i].runs && trail->tasks[i].pid == pid)
			return i;
		if (trail->tasks[i].runs < trail->tasks[least].runs)
			least = i;
	}
	return least;
}

void shr_trail_note(struct shr_trail *trail, int32_t pid, uint64_t run)
{
	if (trail->runs >= RUNS_MAX)
		halve(trail);
	size_t place = place_of(trail, pid);

	if (trail->tasks[place].pid != pid) {
		trail->runs -= trail->tasks[place].runs;
		trail->tasks[place].runs = 0;
		trail->tasks[place].pid = pid;
	}
	trail->tasks[place].runs++;
	trail->runs++;
	trail->last_run = run;
}

void shr_trail_drop(struct shr_trail *trail, int32_t pid)
{
	for (size_t i = 0; i < SHR_TRAIL_TASKS; i++)
		if (trail->tasks[i].pid == pid) {
			trail->runs -= trail->tasks[i].runs;
			trail->tasks[i].runs = 0;
		}
}

uint32_t shr_trail_runs(const struct shr_trail *trail, int32_t pid)
{
	for (size_t i = 0; i < SHR_TRAIL_TASKS; i++)
		if (trail->tasks[i].pid == pid)
			return trail->tasks[i].runs;
	return 0;
}
