# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the tests of what traces: on a stand-in for tracefs, and on the running kernel
# where that is allowed.  Load it behind setup; they work in $BATS_TEST_TMPDIR.
# shellcheck shell=bash

# What a failed test has left: recorders, by their pids, what else runs beside it, groups,
# and the lock of need_kernel, which all of these have inherited.
teardown() {
	local pid
	while read -r pid; do
		grep -qx shrinkctl "/proc/$pid/comm" 2>/dev/null || continue
		! kill "$pid" || wait_for [ ! -e "/proc/$pid" ]
	done < <(cat started 2>/dev/null)
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null || true; done
	flock -u 8 2>/dev/null || true
	[ ! -d "$(cat group 2>/dev/null)" ] || wait_for rmdir "$(cat group)"
	[ ! -d "$(cat idle-groups 2>/dev/null)" ] || remove_idle_groups "$(cat idle-groups)"
}

# stand_in - a copy of the stand-in for tracefs that this test may write to.
stand_in() {
	cp -r "$TOP/fixtures/tracefs/recorder" tracefs
	rm -f tracefs/instances/.gitkeep
}

export SHRINKCTL

# on_stand_in COMMAND ARGS... - trace it; its instance has the pid of who does.
on_stand_in() {
	# shellcheck disable=SC2016 # the inner bash expands
	bash -c 'cp -r tracefs/instance "tracefs/instances/shrinkctl-$$" &&
		exec "$SHRINKCTL" "$1" --tracefs tracefs "${@:2}"' _ "$@"
}

# instance FILE - a control file of the stand-in's instance, as it was left.
instance() { cat tracefs/instances/shrinkctl-*/"$1"; }

# need_kernel - skip where this machine does not let us record.  The kernel is one for all:
# one test at a time, for what others drop overlaps with what this one looks at.  Who has
# it for so long has failed and not let go.
need_kernel() {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	TRACEFS=/sys/kernel/tracing
	[ -e $TRACEFS/events/vmscan/mm_shrink_slab_start ] || skip "no tracefs with vmscan events"
	[ -w /proc/sys/vm/drop_caches ] || skip "caches cannot be dropped"
	mkdir "$TRACEFS/instances/shrinkctl-test-$$" 2>/dev/null || skip "no instances can be made"
	rmdir "$TRACEFS/instances/shrinkctl-test-$$"
	exec 8>"$BATS_RUN_TMPDIR/kernel.lock"
	flock -w 300 8 || fail "another test has kept the kernel for five minutes"
}

drop() { echo 2 >/proc/sys/vm/drop_caches; }

# wait_for COMMAND... - until it succeeds, for at most ten seconds.
wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" && return
		sleep 0.05
	done
	echo "in vain: $*"
	return 1
}

# recording PID - its instance is on: it begins so, before it has events.
recording() {
	local dir=$TRACEFS/instances/shrinkctl-$1
	[ "$(cat "$dir"/events/vmscan/mm_shrink_slab_end/enable "$dir/tracing_on" 2>/dev/null)" = $'1\n1' ]
}
