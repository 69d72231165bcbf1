# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl record: on a stand-in for tracefs, and on the running kernel where that is
# allowed.
# shellcheck disable=SC2016,SC2154 # bash -c expands; bats sets stderr
load setup
load tracing
load idle-groups

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SUDO_UID SUDO_GID
}

record_stand_in() { on_stand_in record "$@"; }

# need_bpf - skip where this build or this kernel tells no identity by BPF.
need_bpf() {
	local row
	need_kernel
	row=$("$SHRINKCTL" check --format json | jq -r '.checks[] | select(.check == "bpf") | "\(.answer): \(.says)"')
	[[ $row != no:* ]] || skip "${row#no: }"
	PRINTED=$TRACEFS/events/bpf_trace/bpf_trace_printk/enable
}

# identified FILE - every call of it has its identity, and nothing else was recorded.
identified() {
	run -0 "$SHRINKCTL" info "$1"
	assert_line --regexp '^events      [1-9].* 0 of other kinds passed over$'
	assert_line --regexp '^recorded    identity of every call '
	run -0 "$SHRINKCTL" replay "$1"
	assert_output --partial "none is unexplained"
}

# start NAME ARGS... - a recorder in the background, of which $NAME is the pid.
start() {
	local -n pid=$1
	shift
	"$SHRINKCTL" record "$@" >/dev/null 2>"err.$1" 3>&- &
	pid=$!
	echo "$pid" >>started
	wait_for recording "$pid"
}

# start_stream NAME TO ARGS... - one that streams to the file or pipe TO.
start_stream() {
	local -n pid=$1
	local to=$2
	shift 2
	"$SHRINKCTL" record --identity off "$@" -o - >"$to" 2>err.stream 3>&- &
	pid=$!
	echo "$pid" >>started
	wait_for recording "$pid"
}

# dropper NAME - a process that drops caches, a few times in a second or two, when
# something is written to the pipe `go`; $NAME is its pid, for filters.
dropper() {
	local -n dropper_pid=$1
	mkfifo -m 600 go
	bash -c 'read -r _ <go; for i in 1 2 3 4 5; do
		mkdir d{000..299}-$i; echo 2 >/proc/sys/vm/drop_caches; sleep 0.3; done' 3>&- &
	# shellcheck disable=SC2034 # the caller's
	dropper_pid=$!
}

# orphans FILE - starts without end, and ends without start.
orphans() { "$SHRINKCTL" replay --format json "$1" | jq '.orphan_starts + .orphan_ends'; }

# counted FILE WHAT - of the capture.
counted() { "$SHRINKCTL" info --format json "$1" | jq ".capture$2"; }

# last_ns FILE - when its last event was.
last_ns() { "$SHRINKCTL" info --format json "$1" | jq .capture.last_ns; }

# calls FILE - its events, without their times, which each ring buffer takes itself.
calls() { "$SHRINKCTL" dump "$1" | sed 's,^ *[0-9.]* *,,'; }

nothing_left() {
	[ ! -e "$TRACEFS/instances/shrinkctl-$1" ] || { echo "instance shrinkctl-$1"; return 1; }
	run find . -name '.*.dat.*'
	assert_output ""
}

@test "record: what is wrong with the options" {
	golden record/bad-size 2 record -b 8192
	golden record/bad-time 2 record -d soon
	golden record/bad-compression 2 record --compression lzma
	golden record/bad-version 2 record --file-version 5
	golden record/bad-v6 2 record --file-version 6 --compression zstd
	golden record/bad-kallsyms 2 record --kallsyms some
	golden record/bad-cleanup 2 record --cleanup -- true
	golden record/bad-stream 2 record --file-version 6 -o -
}

@test "record: what is not tracefs" {
	mkdir empty
	run "$SHRINKCTL" record --tracefs no/such -d 10ms
	assert_failure 2
	assert_output --regexp '^shrinkctl: no/such'
	run "$SHRINKCTL" record --tracefs empty -d 10ms
	assert_failure 2
	assert_output --regexp '^shrinkctl: empty'
	run find . -type f
	assert_output ""
}

@test "record: a stand-in, into a file that reads back" {
	stand_in
	run record_stand_in -d 50ms -o out.dat
	assert_success
	assert_line --regexp '^recorded +108 events of 54 calls'
	assert_line "replay      shrinkctl replay out.dat"
	run "$SHRINKCTL" dump --count out.dat
	assert_output "108 events"
	[ "$(stat -c %a out.dat)" = 600 ]
	run find . -maxdepth 1 -name '.*' -type f
	assert_output ""
}

@test "record: what is written to the control files" {
	stand_in
	record_stand_in -d 50ms -o out.dat -b 2M --clock boot --filter 'nid == 0'
	[ "$(instance buffer_size_kb | head -c4)" = 2048 ]
	[ "$(instance trace_clock | head -c4)" = boot ]
	[ "$(instance buffer_percent | head -c2)" = 25 ]
	[ "$(instance tracing_on | head -c1)" = 0 ]
	local event
	for event in start end; do
		[ "$(instance events/vmscan/mm_shrink_slab_$event/enable | head -c1)" = 1 ]
		[ "$(instance events/vmscan/mm_shrink_slab_$event/filter | head -c8)" = "nid == 0" ]
	done
	# Nothing outside the instance.
	diff -r -x instances "$TOP/fixtures/tracefs/recorder" tracefs
}

@test "record: every version and compression has the same events" {
	stand_in
	local how
	for how in "7 none" "7 zlib" "7 zstd" "6 none"; do
		rm -rf tracefs/instances/*
		# shellcheck disable=SC2086
		set -- $how
		record_stand_in -d 20ms -o "out-$1-$2.dat" --file-version "$1" --compression "$2"
		"$SHRINKCTL" dump "out-$1-$2.dat" >"$1-$2.txt"
		diff 7-none.txt "$1-$2.txt"
	done
	rm -rf tracefs/instances/*
	record_stand_in -d 20ms -o - 2>/dev/null | "$SHRINKCTL" dump - | diff 7-none.txt -
	if command -v trace-cmd >/dev/null; then
		[ "$(trace-cmd report out-7-zstd.dat | grep -c mm_shrink_slab)" -eq 108 ]
		[ "$(trace-cmd report out-6-none.dat | grep -c mm_shrink_slab)" -eq 108 ]
	fi
}

@test "record: a stream has the same events, and leaves no file" {
	stand_in
	mkdir tmp
	record_stand_in -d 20ms -o out.dat 2>/dev/null
	"$SHRINKCTL" dump out.dat >want.txt
	local how
	for how in none zlib zstd; do
		rm -rf tracefs/instances/*
		TMPDIR=$PWD/tmp record_stand_in -d 20ms --compression $how -o - 2>/dev/null |
			cat >stream.dat
		"$SHRINKCTL" dump stream.dat | diff want.txt -
		"$SHRINKCTL" replay stream.dat >replay.txt
		[ $how = zlib ] || ! command -v trace-cmd >/dev/null ||
			[ "$(trace-cmd report stream.dat | grep -c '^shrinkctl.1: .* mm_shrink_slab')" -eq 108 ]
	done
	run find tmp . -maxdepth 1 -name '.*' -type f
	assert_output ""
}

@test "record: a stream into a file, and behind one" {
	stand_in
	record_stand_in -d 20ms -o - >stream.dat 2>/dev/null
	run "$SHRINKCTL" dump --count stream.dat
	assert_output "108 events"
	rm -rf tracefs/instances/*
	printf 'before' >behind
	record_stand_in -d 20ms -o - >>behind 2>/dev/null
	run "$SHRINKCTL" dump --count <(tail -c +7 behind)
	assert_output "108 events"
}

@test "record: a command does not write into the stream" {
	stand_in
	record_stand_in -o - -- echo from the command >stream.dat 2>err
	run "$SHRINKCTL" dump --count stream.dat
	assert_output "108 events"
	grep -qx "from the command" err
}

@test "record: a stream that is cut off anywhere gives what came before" {
	stand_in
	record_stand_in -d 20ms --compression none -o - >stream.dat 2>/dev/null
	"$SHRINKCTL" dump stream.dat >whole.txt
	local size last=0 count
	for ((size = 12; size < $(stat -c %s stream.dat); size += 611)); do
		head -c $size stream.dat >cut.dat
		run --separate-stderr "$SHRINKCTL" dump cut.dat
		assert_failure 2
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
		# What was lost is an event, too.
		count=$(grep -c mm_shrink_slab <<<"$output" || true)
		[ "$count" -ge "$last" ]
		last=$count
	done
	[ "$last" -eq "$(grep -c mm_shrink_slab whole.txt)" ]
}

@test "record: readers of a stream that are gone, full, or no readers" {
	stand_in
	{ record_stand_in -o - 2>err || echo $? >code; } | true
	[ "$(cat code)" = 2 ]
	assert_equal "$(grep '^shrinkctl: ' err)" "shrinkctl: standard output: nobody reads it any more"

	rm -rf tracefs/instances/* code
	record_stand_in -d 5s -o - 2>err >/dev/full || echo $? >code
	[ "$(cat code)" = 2 ]
	assert_equal "$(grep '^shrinkctl: ' err)" "shrinkctl: standard output: cannot write: No space left on device"
}

@test "record: task names that the kernel forgets are kept" {
	stand_in
	local task
	record_stand_in -d 20ms -o first.dat
	task=$("$SHRINKCTL" dump --format jsonl first.dat | jq -s '.[0].pid')
	rm -rf tracefs/instances/*
	echo "$task early" >tracefs/saved_cmdlines
	record_stand_in -d 1s -o out.dat 3>&- &
	wait_for bash -c 'ls .out.dat.* >/dev/null 2>&1'
	echo "1 init" >tracefs/saved_cmdlines
	wait
	[ "$("$SHRINKCTL" dump --format jsonl out.dat | jq -rs '.[0].comm')" = early ]
}

@test "record: a clock that is not there" {
	stand_in
	run record_stand_in -d 50ms -o out.dat --clock sundial
	assert_failure 2
	assert_output --partial "no clock 'sundial', only: local global"
	assert_not_exists out.dat
}

@test "record: a kernel that has not met a task yet" {
	stand_in
	: >tracefs/saved_cmdlines
	run record_stand_in -d 20ms -o out.dat
	assert_success
	run "$SHRINKCTL" dump --count out.dat
	assert_output "108 events"
}

@test "record: no events" {
	stand_in
	rm -r tracefs/instance/events/vmscan/mm_shrink_slab_end
	run record_stand_in -d 50ms -o out.dat
	assert_failure 2
	assert_output --partial "this kernel has no event vmscan:mm_shrink_slab_end"
	assert_not_exists out.dat
}

@test "record: losses, and the buffer that would have held them" {
	stand_in
	sed -i 's/^overrun: 0/overrun: 20000/' tracefs/instance/per_cpu/cpu1/stats
	run record_stand_in -d 50ms -o out.dat
	assert_success
	assert_line "lost        20000 events on CPU 1"
	assert_line --regexp '^ +buffers of -b [0-9]+M would have held them$'
}

@test "record: an existing file, and a planted link, are not written to" {
	stand_in
	echo mine >out.dat
	run record_stand_in -d 20ms -o out.dat
	assert_failure 2
	assert_output --partial "--force"
	[ "$(cat out.dat)" = mine ]

	ln -s out.dat link.dat
	rm -rf tracefs/instances/*
	run record_stand_in -d 20ms -o link.dat
	assert_failure 2
	[ "$(cat out.dat)" = mine ]

	rm -rf tracefs/instances/*
	run record_stand_in -d 20ms -o link.dat --force
	assert_success
	[ "$(cat out.dat)" = mine ]
	[ ! -L link.dat ]
}

@test "record: a command, its output and its status" {
	stand_in
	run --separate-stderr record_stand_in -o out.dat -- sh -c 'echo from the command; exit 3'
	assert_failure 1
	assert_output "from the command"
	[[ $stderr == *"command     sh exited with status 3"* ]]
	assert_exists out.dat

	rm -rf tracefs/instances/*
	run record_stand_in -o none.dat -- no-such-command
	assert_failure 2
	assert_output --partial "cannot run 'no-such-command': No such file or directory"
	assert_not_exists none.dat
}

@test "record: a command is ended with the recording" {
	stand_in
	run record_stand_in -d 50ms -o out.dat -- sleep 60
	assert_success
	assert_line "command     sleep was ended with the recording"
}

@test "record: --size-limit keeps what there is, and is trouble" {
	stand_in
	run record_stand_in -o out.dat --size-limit 4K
	assert_failure 2
	assert_line "shrinkctl: stopped: --size-limit is reached"
	run "$SHRINKCTL" dump --count out.dat
	assert_output "108 events"
}

@test "record: no method tells identity" {
	stand_in
	run --separate-stderr record_stand_in -d 20ms -o out.dat
	assert_success
	[ "$(grep -c '^note: ' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *"note: calls have no identity; tracepoint-probe: this kernel has no "*"; kprobe: this kernel has no "*"; bpf: this "* ]]
	rm -rf tracefs/instances/*
	run record_stand_in -d 20ms -o none.dat --identity bpf
	assert_failure 2
	assert_output --regexp '^shrinkctl: this (shrinkctl was built without BPF \(make BPF=1\)|kernel has no event bpf_trace:bpf_trace_printk .*)$'
	assert_not_exists none.dat
}

@test "record: cleanup takes instances of the dead, and no others" {
	mkdir -p tracefs/instances/shrinkctl-{999999999,1,x,007} tracefs/instances/other
	mkdir "tracefs/instances/shrinkctl-$$"
	run "$SHRINKCTL" record --tracefs tracefs --cleanup
	assert_success
	assert_output "removed shrinkctl-999999999"
	run ls tracefs/instances
	assert_output "$(printf '%s\n' other shrinkctl-007 shrinkctl-1 "shrinkctl-$$" shrinkctl-x | sort)"
}

@test "record: what a killed recorder has left is told of, what a live one writes is not" {
	mkdir -p tracefs/instances folder
	cp "$TOP/fixtures/trace/v7-none.dat" folder/.out.dat.aB3xYz
	cp "$TOP/fixtures/trace/v7-none.dat" folder/.live.dat.aB3xYz
	cp "$TOP/fixtures/trace/v7-none.dat" folder/.out.dat.aB3xYzz
	echo text >folder/.out.txt.aB3xYz
	mkfifo folder/.pipe.dat.aB3xYz
	ln -s /dev/zero folder/.link.dat.aB3xYz
	flock folder/.live.dat.aB3xYz "$SHRINKCTL" record --tracefs tracefs --cleanup -o folder/new.dat >told
	assert_equal "$(cat told)" "kept folder/.out.dat.aB3xYz, what a killed recorder had taken, it seems: 'shrinkctl replay' reads it"
	assert_exists folder/.out.dat.aB3xYz
}

@test "record: the running kernel's caches dropped" {
	need_kernel
	bash -c 'echo $$ >pid
		exec "$SHRINKCTL" record -o out.dat -- sh -c "echo 2 >/proc/sys/vm/drop_caches"' 2>err
	grep -q '^recorded  *[1-9]' err
	run "$SHRINKCTL" replay out.dat
	assert_success
	assert_output --partial "none is unexplained"
	nothing_left "$(cat pid)"
}

@test "record: a memcg at its limit on the running kernel" {
	need_kernel
	local group=/sys/fs/cgroup/memory/shrinkctl-test-$$
	echo "$group" >group
	mkdir "$group" 2>/dev/null && echo 16M >"$group/memory.limit_in_bytes" ||
		skip "no v1 memory controller"
	"$SHRINKCTL" record --context -o out.dat -- sh -c "echo \$\$ >$group/cgroup.procs
		i=0; while [ \$i -lt 3000 ]; do mkdir d\$i; : >d\$i/f; i=\$((i + 1)); done
		head -c 40M /dev/zero >big" 2>err
	wait_for rmdir "$group"
	run "$SHRINKCTL" replay out.dat
	assert_success
}

@test "record: signals finish the file on the running kernel" {
	need_kernel
	local signal recorder
	for signal in INT TERM HUP; do
		start recorder -o $signal.dat
		drop
		kill -$signal "$recorder"
		wait "$recorder"
		run "$SHRINKCTL" replay $signal.dat
		assert_success
		nothing_left "$recorder"
	done
}

@test "record: SIGKILL leaves what was flushed, and cleanup takes the rest" {
	need_kernel
	local killed other
	start killed -o killed.dat
	drop
	wait_for bash -c '[ -n "$("$SHRINKCTL" dump .killed.dat.* 2>/dev/null)" ]'
	kill -KILL "$killed"
	wait "$killed" || true
	run "$SHRINKCTL" replay .killed.dat.*
	assert_success
	assert_exists "$TRACEFS/instances/shrinkctl-$killed"

	start other -o other.dat
	assert_not_exists "$TRACEFS/instances/shrinkctl-$killed"
	kill "$other"
	wait "$other"
	grep -q "removed instance shrinkctl-$killed" "err.-o"

	# What it had taken is told of, and never removed.
	grep -q "^shrinkctl: \.killed\.dat\.[[:alnum:]]* is what a killed recorder had taken" "err.-o"
	run "$SHRINKCTL" record --cleanup
	assert_output --regexp '^kept \.killed\.dat\.[[:alnum:]]*, what a killed'
	"$SHRINKCTL" replay .killed.dat.*
}

@test "record: a stream has the calls of a file recorded at the same time" {
	need_kernel
	local file stream pid
	dropper pid
	start file --filter "common_pid == $pid" --identity off -o file.dat
	mkfifo -m 600 pipe
	cat pipe >stream.dat 3>&- &
	start_stream stream pipe --filter "common_pid == $pid"
	echo >go
	wait "$pid"
	kill "$file" "$stream"
	wait "$stream"
	wait "$file"
	wait
	[ "$(calls file.dat | wc -l)" -gt 20 ]
	calls file.dat >file.txt
	calls stream.dat | diff -q file.txt -
	! command -v trace-cmd >/dev/null || {
		trace-cmd report stream.dat >report.txt
		grep -q '^shrinkctl\.[2-9]: .*mm_shrink_slab_start' report.txt
		[ "$(grep -c mm_shrink_slab report.txt)" -eq "$(wc -l <file.txt)" ]
	}
	nothing_left "$stream"
}

@test "record: SIGKILL leaves a stream as far as it was flushed" {
	need_kernel
	local killed pid
	dropper pid
	start_stream killed stream.dat --filter "common_pid == $pid"
	echo >go
	wait "$pid"
	wait_for bash -c '[ "$("$SHRINKCTL" dump stream.dat 2>/dev/null | wc -l)" -gt 20 ]'
	kill -KILL "$killed"
	wait "$killed" || true
	# Other tasks' calls were filtered out: what it explains is not the matter here.
	run --separate-stderr "$SHRINKCTL" replay stream.dat
	assert_failure 2
	[[ $stderr == "shrinkctl: stream.dat: the stream is cut off: more of it should follow (byte "* ]]
	assert_line --regexp '^Of [0-9]+ calls'
	"$SHRINKCTL" record --cleanup
	nothing_left "$killed"
}

@test "record: the reader of a stream is slow" {
	need_kernel
	local stream pid reader
	dropper pid
	mkfifo -m 600 pipe
	# Pages for more than a pipe holds, none of which it reads before the end.
	bash -c 'exec <pipe; until [ -e ended ]; do sleep 0.1; done; cat' >stream.dat 3>&- &
	reader=$!
	start_stream stream pipe --compression none --kallsyms all --filter "common_pid == $pid"
	echo >go
	wait "$pid"
	kill "$stream"
	touch ended
	wait "$stream"
	wait "$reader"
	[ "$(calls stream.dat | wc -l)" -gt 20 ]
	"$SHRINKCTL" dump stream.dat >/dev/null
	nothing_left "$stream"
}

@test "record: the reader of a stream takes nothing, or goes" {
	need_kernel
	local stuck gone reader got=0
	mkfifo -m 600 pipe
	bash -c 'exec sleep 60' <pipe 3>&- &
	reader=$!
	start_stream stuck pipe --compression none --kallsyms all
	kill "$stuck"
	wait "$stuck" || got=$?
	[ "$got" -eq 2 ]
	grep -q "^shrinkctl: standard output: nobody has read for 3 seconds: given up" err.stream
	nothing_left "$stuck"
	start_stream gone pipe
	kill "$reader"
	got=0
	wait "$gone" || got=$?
	[ "$got" -eq 2 ]
	grep -q "^shrinkctl: standard output: nobody reads it any more" err.stream
	nothing_left "$gone"
}

@test "record: two at once do not disturb each other" {
	need_kernel
	local one two
	start one -o one.dat
	start two -o two.dat
	"$SHRINKCTL" record --cleanup
	drop
	kill "$one"
	wait "$one"
	drop
	kill "$two"
	wait "$two"
	run "$SHRINKCTL" replay one.dat
	assert_success
	run "$SHRINKCTL" replay two.dat
	assert_success
	# The second saw what came after the first.
	[ "$(last_ns two.dat)" -gt "$(last_ns one.dat)" ]
	nothing_left "$one"
	nothing_left "$two"
}

# How fast that is, and what is lost of it, is for make bench-record to say.
@test "record: a million events a second, with the default buffer" {
	need_kernel
	local drop groups rounds rate got lost
	drop=$TOP/build/bench/drop
	[ -x "$drop" ] || skip "not built: make bench-tools"
	groups=$(memory_root)/shrinkctl-test-$$
	echo "$groups" >idle-groups
	make_idle_groups "$groups" 50 || skip "no memcg can be made"
	"$SHRINKCTL" record --identity off -o one.dat -- "$drop" 100 1 >/dev/null 2>&1
	rate=$((500000 * 100 / $(counted one.dat .events)))
	rounds=$rate
	"$SHRINKCTL" record --identity off -o out.dat -- "$drop" $rounds 2 "$rate" >wall 2>err
	got=$(counted out.dat .events)
	lost=$(counted out.dat .lost_events)
	echo "# $((got + lost)) events in $(cut -d' ' -f2 wall) s, $lost lost" >&3
	# The load was what it should be, the half of it at least.
	[ $((got + lost)) -gt 500000 ]
	# Nothing is lost silently: what it says at the end is what the file says.
	[ "$(sed -nE 's/^lost +([0-9]+) events.*/\1/p' err | awk '{ sum += $1 } END { print sum + 0 }')" = "$lost" ]
	# Whatever was not lost is there: each call has both its ends, but for the first.
	[ "$lost" -gt 0 ] || [ "$(orphans out.dat)" -le 4 ]
	remove_idle_groups "$groups"
}

@test "record: a full disk keeps what fits" {
	need_kernel
	mkdir small
	mount -t tmpfs -o size=512k none small 2>/dev/null || skip "nothing can be mounted"
	run "$SHRINKCTL" record -o small/out.dat -d 20s -- sh -c 'while :; do echo 2 >/proc/sys/vm/drop_caches; done'
	local got=$status
	"$SHRINKCTL" replay small/out.dat >replay.txt || true
	ls -A small >left.txt
	umount small
	[ "$got" -eq 2 ]
	assert_output --partial "No space left on device"
	grep -q ' calls ' replay.txt
	[ "$(cat left.txt)" = out.dat ]
}

@test "record: the command runs as the user of sudo" {
	need_kernel
	chmod 755 "$BATS_TEST_TMPDIR"
	SUDO_UID=65534 SUDO_GID=65534 run --separate-stderr "$SHRINKCTL" record -o out.dat -- id -u
	assert_success
	assert_output 65534
	[ "$(stat -c %u out.dat)" = 65534 ]
}

@test "record: a filter that the kernel refuses, with its reason and place" {
	need_kernel
	run "$SHRINKCTL" record -o out.dat --filter 'foo > 3' -d 50ms
	assert_failure 2
	assert_line "shrinkctl: the kernel refuses the filter for mm_shrink_slab_start: Field not found"
	assert_line --regexp '^ *\^$'
	assert_not_exists out.dat
}

@test "record: BPF tells the identity of every call on the running kernel" {
	need_bpf
	local before
	before=$(cat "$PRINTED")
	run -0 "$SHRINKCTL" record --identity bpf -o out.dat -- sh -c 'echo 2 >/proc/sys/vm/drop_caches'
	[ "$(cat "$PRINTED")" = "$before" ]
	identified out.dat
	run -0 "$SHRINKCTL" replay --blind identity out.dat
	assert_output --partial "none is unexplained"
}

@test "record: two at once by BPF have each their own lines" {
	need_bpf
	local one two
	start one --identity bpf -o one.dat
	start two --identity bpf -o two.dat
	drop
	kill "$one" "$two"
	wait "$one" "$two"
	identified one.dat
	identified two.dat
}

@test "record: SIGKILL takes the BPF program along" {
	need_bpf
	command -v bpftool >/dev/null || skip "no bpftool to look for it"
	local killed
	links() { bpftool link show -j | jq '.[].id' | sort; }
	links >before
	start killed --identity bpf -o killed.dat
	links | comm -13 before - >ours
	[ -s ours ]
	kill -KILL "$killed"
	wait "$killed" || true
	gone() { [ -z "$(links | comm -12 ours -)" ]; }
	wait_for gone
	"$SHRINKCTL" record --cleanup
}
