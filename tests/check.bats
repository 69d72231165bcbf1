# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl check: what can be recorded here.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a subshell; bats sets stderr
load setup

# format NAME FIELD... - the text of an event's format, of 8-byte fields "TYPE NAME".
format() {
	local offset=8 field
	printf 'name: %s\nID: 7\nformat:\n' "$1"
	printf '\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n'
	printf '\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n'
	shift
	for field; do
		printf '\tfield:%s;\toffset:%d;\tsize:8;\tsigned:0;\n' "$field" $offset
		offset=$((offset + 8))
	done
	printf '\nprint fmt: "%%pS", REC->shrink\n'
}

# fake - a copy of a tracefs, as of Linux 6.18, in $root.
fake() {
	root=$BATS_TEST_TMPDIR/tracefs
	local vmscan=$root/events/vmscan
	mkdir -p "$root/instances" "$root/per_cpu/cpu0" "$vmscan"/mm_shrink_slab_{start,end} \
		"$root"/events/cgroup/cgroup_{mkdir,rmdir}
	{
		printf '\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n'
		printf '\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n'
		printf '\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n'
		printf '\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n'
	} >"$root/events/header_page"
	format mm_shrink_slab_start 'struct shrinker * shr' 'void * shrink' 'long nid' \
		'long nr_objects_to_shrink' 'unsigned long gfp_flags' 'unsigned long cache_items' \
		'unsigned long long delta' 'unsigned long total_scan' 'int priority' \
		>"$vmscan/mm_shrink_slab_start/format"
	format mm_shrink_slab_end 'struct shrinker * shr' 'int nid' 'void * shrink' \
		'long unused_scan' 'long new_scan' 'int retval' 'long total_scan' \
		>"$vmscan/mm_shrink_slab_end/format"
	touch "$vmscan"/mm_shrink_slab_{start,end}/{enable,filter} "$root/per_cpu/cpu0/trace_pipe_raw" \
		"$root/dynamic_events"
}

# check STATUS - of the copy, into $json.
check() {
	local status=0
	json=$("$SHRINKCTL" check --format json --tracefs "$root") || status=$?
	[ "$status" -eq "$1" ] || { echo "status $status"; echo "$json"; return 1; }
}

# row NAME FIELD - of $json.
row() { jq -r --arg name "$1" ".checks[] | select(.check == \$name) | .$2" <<<"$json"; }

# real - skip unless a tracefs is there for us.
real() {
	[ "$(id -u)" -eq 0 ] || skip "only root can look into tracefs"
	tracefs=$(awk '$3 == "tracefs" { print $2; exit }' /proc/mounts)
	[ -n "$tracefs" ] || skip "tracefs is not mounted"
	[ -w "$tracefs/instances" ] || skip "tracefs cannot be written"
}

@test "check: help" {
	golden check/help 0 help check
	golden check/help 0 check --help
}

@test "check: usage" {
	golden check/bad-format 2 check --format csv
	golden check/file 2 check trace.dat
}

@test "check: a copy is looked at, and not touched" {
	fake
	find "$root" | sort >"$BATS_TEST_TMPDIR/before"
	check 0
	find "$root" | sort | diff "$BATS_TEST_TMPDIR/before" -
	[ ! -s "$root/dynamic_events" ]
	[ "$(jq -r '.schema, .can_record, .refusal' <<<"$json")" = $'shrinkctl.check/1\ntrue\nnull' ]
	[ "$(jq -r .tracefs <<<"$json")" = "$root" ]
	[ "$(row tracefs answer)" = partly ]
	[ "$(row events says)" = "mm_shrink_slab_start and _end, layout T6" ]
	[ "$(row instance answer)" = partly ]
	[ "$(row tracepoint-probe answer)" = partly ]
	[ "$(row kprobe says)" = "kprobe_events is missing" ]
	[[ $(row context-events says) == "2 of 11, not mm_vmscan_direct_reclaim_begin, "*... ]]
}

@test "check: text and JSON have the same rows" {
	fake
	check 0
	run -0 --separate-stderr "$SHRINKCTL" check --tracefs "$root"
	assert_line "recording works"
	diff <(jq -r '.checks[] | "\(.check) \(.answer)"' <<<"$json") \
		<(grep -E '^[a-z].* (yes|no|partly) ' <<<"$output" | awk '{ print $1, $2 }')
}

@test "check: no such folder" {
	root=$BATS_TEST_TMPDIR/nothing
	check 1
	[ "$(jq -r .refusal <<<"$json")" = "$root: No such file or directory" ]
	[ "$(row events says)" = "not tried" ]
	run -1 "$SHRINKCTL" check --tracefs "$root"
	assert_line "recording does not work: $root: No such file or directory"
}

@test "check: a kernel without events" {
	fake
	rm -r "$root/events/vmscan"
	check 1
	[ "$(row events answer)" = no ]
	[[ $(jq -r .refusal <<<"$json") == "this kernel has no mm_shrink_slab_start event"* ]]
}

@test "check: a kernel without instances" {
	fake
	rmdir "$root/instances"
	check 1
	[ "$(jq -r .refusal <<<"$json")" = "instances is missing" ]
}

@test "check: formats that cannot be read" {
	fake
	echo "name: mm_shrink_slab_start" >"$root/events/vmscan/mm_shrink_slab_start/format"
	check 1
	[ "$(row events says)" = "the format of mm_shrink_slab_start cannot be parsed" ]
	fake
	format mm_shrink_slab_later 'struct shrinker * shr' \
		>"$root/events/vmscan/mm_shrink_slab_end/format"
	check 1
	[[ $(row events says) == "the formats of mm_shrink_slab_start and _end are none"* ]]
	fake
	echo junk >"$root/events/header_page"
	check 1
	[[ $(row events says) == *header_page* ]]
}

@test "check: not root" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another"
	command -v setpriv >/dev/null || skip "setpriv is not there"
	local program=$BATS_TEST_TMPDIR/shrinkctl
	fake
	chmod 700 "$root"
	# Where another user can reach it, whatever the folder it was built in.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* "$BATS_TEST_TMPDIR" 2>/dev/null || true
	install -m 755 "$SHRINKCTL" "$program"
	setpriv --reuid 65534 --clear-groups test -x "$program" || skip "no place for another user"
	run -1 --separate-stderr setpriv --reuid 65534 --clear-groups "$program" check --format json --tracefs "$root"
	[ "$(jq -r .refusal <<<"$output")" = "$root is closed to this user: recording needs root: try 'sudo shrinkctl record'" ]
}

@test "check: output that cannot be written" {
	fake
	run -2 --separate-stderr bash -c '"$1" check --tracefs "$2" >/dev/full' - "$SHRINKCTL" "$root"
	[[ $stderr == "shrinkctl: cannot write: "* ]]
}

@test "check: the running kernel, and nothing remains" {
	real
	local before
	before=$(ls "$tracefs/instances"; grep -F shrinkctl_ "$tracefs/dynamic_events" || true)
	run --separate-stderr "$SHRINKCTL" check --format json
	[ "$status" -le 1 ]
	[ -z "$stderr" ]
	[ "$(jq -r .tracefs <<<"$output")" = "$tracefs" ]
	[ "$(jq '.checks | length' <<<"$output")" -ge 15 ]
	[ "$(jq -r .can_record <<<"$output")" = "$([ "$status" -eq 0 ] && echo true || echo false)" ]
	[ "$(ls "$tracefs/instances"; grep -F shrinkctl_ "$tracefs/dynamic_events" || true)" = "$before" ]
}
