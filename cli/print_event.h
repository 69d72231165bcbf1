/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_event - one event as a line for people, with the kernel's own field names.
 */
#ifndef CLI_PRINT_EVENT_H
#define CLI_PRINT_EVENT_H

struct input;
struct shr_event;

/* One event on one line. */
void text_event(const struct input *input, const struct shr_event *event);

#endif /* CLI_PRINT_EVENT_H */
