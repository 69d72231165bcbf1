/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ending - what is said when a recording is over.
 *
 * On stderr: standard output belongs to the recorded command, or to the capture.
 */
#ifndef CLI_RECORD_ENDING_H
#define CLI_RECORD_ENDING_H

#include <stdint.h>

struct recording;
struct recording_options;

/*
 * The buffer per CPU, in bytes, that would have held @lost more events than one of
 * @size did, if each takes as many bytes as those of which @events took @bytes.
 */
uint64_t ending_buffer(uint64_t size, uint64_t lost, uint64_t events, uint64_t bytes);

/*
 * Events, losses of each CPU, how the command ended, and how to replay.  EXIT_GOOD, or
 * EXIT_TROUBLE when the file does not read back.
 */
int ending_tell(const struct recording *recording,
		const struct recording_options *options);

#endif /* CLI_RECORD_ENDING_H */
