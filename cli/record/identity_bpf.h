/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity_bpf - the BPF program that tells identity, where no probe can.
 *
 * It is attached to the tracepoint itself and writes lines into the event
 * bpf_trace:bpf_trace_printk, which an instance enables with a filter for its own.
 * Program and link belong to this process: whatever ends it takes them away.
 *
 * The kernel switches that event on at the top of tracefs whenever a program is loaded
 * that prints (ac5a72ea5c89 "bpf: Use dedicated bpf_trace_printk event instead of
 * trace_printk()", 5.9), some kernels a moment later: if it was off, it is switched off
 * again.
 *
 * A build without BPF=1 has the same functions: identity_bpf_open() says so.
 */
#ifndef CLI_RECORD_IDENTITY_BPF_H
#define CLI_RECORD_IDENTITY_BPF_H

#include <stdbool.h>
#include <stdint.h>

struct identity_bpf;
struct shr_err;

#define IDENTITY_BPF_EVENT "events/bpf_trace/bpf_trace_printk"

/* Whether this build has the program. */
bool identity_bpf_supported(void);

/*
 * Load the program and attach it; @tracefs is that whose event it prints to, and
 * @owner the PID in its lines.  NULL with *err filled in: UNSUPPORTED, and why.
 */
struct identity_bpf *identity_bpf_open(const char *tracefs, int owner,
				       struct shr_err *err);

/* Of how many calls it could not tell so far. */
uint64_t identity_bpf_missed(const struct identity_bpf *bpf);

/* No more lines.  Accepts NULL. */
void identity_bpf_close(struct identity_bpf *bpf);

#endif /* CLI_RECORD_IDENTITY_BPF_H */
