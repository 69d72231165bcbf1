/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.bpf - tells the identity of each call through the event bpf_trace_printk.
 *
 * It runs in the task that calls, beside the trace event of the same tracepoint, and
 * says what a dynamic event of ours would: parsers/identity_line.h has the form of the
 * line.  What a kernel does not have is left out, but for the name: its closing quote
 * tells that the line is whole.  Only instances whose filter wants the line keep it.
 *
 * The structs name the members that are read and no others: where these are, the
 * loader looks up in the kernel's own BTF.  kernfs_node.id is a u64 from 5.5 on
 * (67c0496e87d1 "kernfs: convert kernfs_node->id from union kernfs_node_id to u64"),
 * and printing more than three values takes 5.16: the older form is never met.
 */

/* What bpf_helper_defs.h wants to know; the kernel's own headers are another target's.
 */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define OF_KERNEL __attribute__((preserve_access_index))

struct kernfs_node {
	__u64 id;
} OF_KERNEL;

struct cgroup {
	struct kernfs_node *kn;
} OF_KERNEL;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
} OF_KERNEL;

struct mem_cgroup {
	struct cgroup_subsys_state css;
} OF_KERNEL;

struct shrink_control {
	int nid;
	struct mem_cgroup *memcg;
} OF_KERNEL;

struct shrinker {
	long batch;
	int seeks;
	unsigned int flags;
	int id;		  /* CONFIG_MEMCG, as all of struct mem_cgroup */
	const char *name; /* 6.0 and later, CONFIG_SHRINKER_DEBUG */
} OF_KERNEL;

/* The recorder's pid: set before the program is loaded. */
const volatile int owner;

/* Lines that the kernel did not take. */
__u64 refused_lines;

SEC("tp_btf/mm_shrink_slab_start")
int BPF_PROG(tell_call, struct shrinker *shr, struct shrink_control *sc)
{
	const char *name = bpf_core_field_exists(shr->name) ? shr->name : "";
	struct mem_cgroup *memcg = sc->memcg;
	long put;

	if (bpf_core_field_exists(shr->id) && bpf_core_field_exists(memcg->css)) {
		/* Behind a memcg of NULL the kernel reads 0. */
		__u64 cg = memcg->css.cgroup->kn->id;

		put = bpf_printk("shrinkctl_%d/call: shr=0x%lx nid=%d memcg=0x%lx "
				 "cg=%lu batch=%ld seeks=%d flags=0x%x id=%d "
				 "name=\"%s\"",
				 owner, shr, sc->nid, memcg, cg, shr->batch, shr->seeks,
				 shr->flags, shr->id, name);
	} else {
		put = bpf_printk("shrinkctl_%d/call: shr=0x%lx nid=%d memcg=0x%lx "
				 "batch=%ld seeks=%d flags=0x%x name=\"%s\"",
				 owner, shr, sc->nid, memcg, shr->batch, shr->seeks,
				 shr->flags, name);
	}
	if (put < 0)
		__sync_fetch_and_add(&refused_lines, 1);
	return 0;
}

/* The kernel lends its printing only to programs that say so. */
char LICENSE[] SEC("license") = "GPL";
