/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * identity_line - what a BPF program of ours says of a call, in one line.
 *
 *	shrinkctl_4711/call: shr=0xffff888100d89c80 nid=0 memcg=0xffff888100244600
 *	cg=1 batch=1024 seeks=0 flags=0xf id=22 name="sb-ext4:vda-12"
 *
 * Without fields of its own a program can only print, into the event bpf_trace_printk,
 * which holds everybody's lines.  One that begins as ours must be whole: each key once,
 * all there that every kernel has (cg and id need CONFIG_MEMCG), and name, which may be
 * empty, last: its closing quote is the end of the line.  Keys of later versions are
 * passed over.
 */
#ifndef PARSERS_IDENTITY_LINE_H
#define PARSERS_IDENTITY_LINE_H

#include "core/event.h"

#include <stdbool.h>

struct shr_text_cursor;

/* The event's name, and that of its only field. */
#define SHR_IDENTITY_LINE_EVENT "bpf_trace_printk"
#define SHR_IDENTITY_LINE_FIELD "bpf_string"

/* Whether a line of ours begins @text. */
bool shr_identity_line_is_ours(struct shr_str text);

/*
 * Take a line of ours, up to cur->end, into @event, an SHR_IDENTITY; all but the name's
 * token, for *name is its text, a part of the line.  False: cur says where and why.
 */
bool shr_identity_line_take(struct shr_text_cursor *cur, struct shr_event *event,
			    struct shr_str *name);

#endif /* PARSERS_IDENTITY_LINE_H */
