/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter - the line on a terminal while a recording runs: time, rate, bytes, losses.
 */
#ifndef CLI_RECORD_METER_H
#define CLI_RECORD_METER_H

#include <stdbool.h>
#include <stdint.h>

struct drain;

struct meter {
	bool active;
	bool calls;	 /* two events a call: else events are shown */
	uint64_t events; /* when last shown */
	uint64_t shown_ns;
};

/* @calls: nothing but the two events is recorded, so that calls can be told. */
void meter_open(struct meter *meter, bool calls);

/* Counts @drain's statistics anew, unless nobody watches. */
void meter_show(struct meter *meter, struct drain *drain, uint64_t elapsed_ns);

/* Wipe the line. */
void meter_close(struct meter *meter);

#endif /* CLI_RECORD_METER_H */
