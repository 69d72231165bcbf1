/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe - the definition of a dynamic event that tells a call's identity.
 *
 * What a dynamic event reads is written down as text: by the kernel's own names, where
 * it knows its types (6.6 and later), or as offsets from the arguments, from our
 * reading of its BTF.  The fields are those that parsers/ recognises: shr, nid, memcg
 * (address), cg (cgroup id), batch, seeks, flags, id, name.  A memcg of NULL leaves cg
 * unread: what cg holds then is undefined, and readers pass it over.
 *
 *	struct probe_layout layout;
 *
 *	probe_layout_read(&layout, types);
 *	if (probe_define(&layout, PROBE_KPROBE, fields, "shrinkctl_7", text, size))
 *		...write it to kprobe_events
 */
#ifndef CLI_RECORD_PROBE_H
#define CLI_RECORD_PROBE_H

#include "cli/record/btf.h"

#include <stddef.h>

enum probe_field {
	PROBE_SHR,
	PROBE_NID,
	PROBE_MEMCG,
	PROBE_CG,
	PROBE_BATCH,
	PROBE_SEEKS,
	PROBE_FLAGS,
	PROBE_ID,
	PROBE_NAME,
	PROBE_FIELD_COUNT
};

enum { PROBE_ALL_FIELDS = (1 << PROBE_FIELD_COUNT) - 1, PROBE_TEXT_MAX = 1024 };

/* How a definition gets at the values. */
enum probe_form {
	PROBE_NAMES,	 /* t: mm_shrink_slab_start, members by name */
	PROBE_OFFSETS,	 /* t: mm_shrink_slab_start, offsets from its arguments */
	PROBE_KPROBE,	 /* p: do_shrink_slab, offsets from its arguments */
	PROBE_REGISTERS, /* the same where the kernel knows no $argN: from registers */
};

/* Steps on the way from an argument to a value. */
enum probe_step {
	STEP_MEMCG,  /* shrink_control.memcg */
	STEP_NID,    /* shrink_control.nid */
	STEP_CSS,    /* mem_cgroup.css */
	STEP_CGROUP, /* cgroup_subsys_state.cgroup */
	STEP_KN,     /* cgroup.kn */
	STEP_KN_ID,  /* kernfs_node.id */
	STEP_BATCH,  /* and below: shrinker.* */
	STEP_SEEKS,
	STEP_FLAGS,
	STEP_ID,
	STEP_NAME,
	STEP_COUNT
};

/* Where one kernel keeps all of it. */
struct probe_layout {
	struct member steps[STEP_COUNT]; /* size 0: it has none */
	unsigned pointer;		 /* size of one */
	unsigned control, shrinker; /* do_shrink_slab()'s arguments; 0: not known */
};

/* Ask @types for everything. */
void probe_layout_read(struct probe_layout *layout, const struct kernel_types *types);

/* The fields that a kernel of this layout has, as a mask of 1 << enum probe_field. */
unsigned probe_layout_fields(const struct probe_layout *layout);

/*
 * Write the definition of the event @group/call with @fields into @text.  @layout may
 * be NULL for PROBE_NAMES.  False: this layout cannot be probed in this form, or @size
 * is too small.
 */
bool probe_define(const struct probe_layout *layout, enum probe_form form,
		  unsigned fields, const char *group, char *text, size_t size);

/*
 * The field whose argument begins @word ("name=shr->name:string"), or
 * PROBE_FIELD_COUNT.
 */
enum probe_field probe_field_of(const char *word);

#endif /* CLI_RECORD_PROBE_H */
