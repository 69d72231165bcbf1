/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_body - what stands behind an event's name: its values.
 *
 * Three forms: the kernel's sentence ("nid: 0 objects to shrink 12 ..."), the
 * record's fields as key=value (options/fields, report -R, bpftrace, what
 * libtraceevent prints for a format it cannot parse), and perf trace's call
 * ("(nid: 1, delta: 5)"), where a value of 0 is left out.  Unknown words and keys
 * are passed over.
 *
 * A sentence without one of its values is incomplete, for the kernel prints all of
 * them; key=value text may be a user's own choice of fields.
 */
#ifndef PARSERS_TEXT_BODY_H
#define PARSERS_TEXT_BODY_H

#include <stdbool.h>

struct shr_text_body;

/*
 * Take the values of a start or end event.  False: cur says where and why; at
 * cur.end the line ended too early.
 */
bool shr_text_body_take(struct shr_text_body *body);

/* Take an event that has `shr` and something to tell of it.  False: not such. */
bool shr_text_identity_take(struct shr_text_body *body);

/*
 * Take an event that surrounds calls; event->context.kind is set.  False: it does not
 * say what it must.
 */
bool shr_text_context_take(struct shr_text_body *body);

#endif /* PARSERS_TEXT_BODY_H */
