/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_lanes - memcgs by the numbers of their lanes, those that ended among them.
 */
#ifndef CLI_PRINT_LANES_H
#define CLI_PRINT_LANES_H

#include <stddef.h>

struct input;
struct shr_lane;
struct shr_summary;

/* "lane 9 /r3.2", without the path where none was recorded. */
void text_lane(const struct input *input, const struct shr_lane *lane);

/* One line, if memcgs left deferred work behind. */
void text_ended_lanes(const struct input *input, const struct shr_summary *summary);

/* How many lanes with counters there are whose memcg nothing recorded names. */
size_t count_followed_lanes(const struct shr_summary *summary);

#endif /* CLI_PRINT_LANES_H */
