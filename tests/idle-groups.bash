# SPDX-License-Identifier: GPL-2.0-or-later
# Memcgs whose caches are never worth a scan: dropping caches then makes calls of
# shrinkers, as dense as a kernel can, and little else (tests/bench/drop.c).
# shellcheck shell=bash

# The memory controller's hierarchy, v1 or v2.
memory_root() {
	if [ -d /sys/fs/cgroup/memory ]; then
		echo /sys/fs/cgroup/memory
	else
		echo /sys/fs/cgroup
	fi
}

# make_idle_groups DIR N - N groups below the new group DIR.  Each has asked each kernfs for
# a name that nobody has asked for yet, and holds its absence: one object.
make_idle_groups() {
	local i dir
	mkdir "$1" || return
	[ ! -e "$1/cgroup.subtree_control" ] || echo +memory >"$1/cgroup.subtree_control"
	for ((i = 0; i < $2; i++)); do
		mkdir "$1/$i"
		(
			echo $BASHPID >"$1/$i/cgroup.procs"
			for dir in /sys /sys/fs/cgroup /sys/fs/cgroup/*/; do
				! [ -e "$dir/absent-$$-$i" ] || return
			done
		)
	done
}

remove_idle_groups() { # DIR
	local group
	for group in "$1"/*/; do rmdir "$group"; done
	rmdir "$1"
}
