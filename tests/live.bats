# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl replay --live: on a stand-in for tracefs, and on the running kernel where that
# is allowed.
# shellcheck disable=SC2154 # bats sets stderr
load setup
load tracing

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SUDO_UID SUDO_GID
}

live_stand_in() { on_stand_in replay --live --identity off "$@"; }

# summary - of stdin, what does not depend on where the calls came from.
summary() { sed -n '/^capture /,$p' | sed '/^capture /d; s/ unexplained: .*/ unexplained/'; }

# amounts FILE - how many events, and the calls and planned objects of each callback.
amounts() {
	grep -E '^(events|lost) ' "$1"
	sed -nE 's/^([a-z_0-9]+_scan)(#[0-9]+)? +[0-9]+ +[0-9]+~? +[0-9]+ +([0-9,]+) +([0-9,]+) .*/\1 \3 \4/p' "$1" |
		tr -d , | awk '{ calls[$1] += $2; planned[$1] += $3 }
			END { for (name in calls) print name, calls[name], planned[name] }' | sort
}

# intervals FILTER - what jq makes of each interval in the file live.
intervals() { jq -c "select(.schema == \"shrinkctl.live/1\") | $1" live; }

# start_live NAME ARGS... - in the background: $NAME is its pid, live.$NAME what it prints.
start_live() {
	local name=$1
	local -n pid=$1
	shift
	"$SHRINKCTL" replay --live "$@" >"live.$name" 2>"err.$name" 3>&- &
	pid=$!
	echo "$pid" >>started
	wait_for recording "$pid"
}

nothing_left() {
	[ ! -e "$TRACEFS/instances/shrinkctl-$1" ] || { echo "instance shrinkctl-$1"; return 1; }
	! grep -s "shrinkctl_$1/" "$TRACEFS/dynamic_events"
}

@test "live: what is wrong with the options" {
	golden live/with-file 2 replay --live captures/6.1-mount-truth.dat
	golden live/csv 2 replay --live --format csv
	golden live/instance 2 replay --live --instance x
	golden live/without 2 replay --clock boot captures/6.1-mount-truth.dat
	golden live/interval-without 2 replay --interval 1s captures/6.1-mount-truth.dat
	golden live/bad-interval 2 replay --live --interval often
	golden live/bad-duration 2 replay --live -d soon
}

@test "live: what is not tracefs" {
	run "$SHRINKCTL" replay --live --tracefs no/such
	assert_failure 2
	assert_output --regexp '^shrinkctl: no/such'
	stand_in
	rm -r tracefs/instance/events/vmscan/mm_shrink_slab_end
	run live_stand_in -d 50ms
	assert_failure 2
	assert_output "shrinkctl: this kernel has no event vmscan:mm_shrink_slab_end: it is older than 3.1, or built without tracepoints"
}

@test "live: the same summary as of a recording" {
	stand_in
	local options
	for options in "" "--shrinker super_cache*" "--nid 0 --kernel 6.18 --blind identity"; do
		rm -rf tracefs/instances/*
		on_stand_in record --identity off -d 20ms -o out.dat --force
		rm -rf tracefs/instances/*
		# shellcheck disable=SC2086 # several words
		live_stand_in -d 300ms $options >live
		# shellcheck disable=SC2086
		diff <("$SHRINKCTL" replay $options out.dat | summary) <(summary <live)
	done
	grep -qE '^events +54 starts, 54 ends' live
}

@test "live: what is written to the control files" {
	stand_in
	live_stand_in -d 50ms -b 2M --clock boot --filter 'nid == 0' >live
	[ "$(instance buffer_size_kb | head -c4)" = 2048 ]
	[ "$(instance trace_clock | head -c4)" = boot ]
	[ "$(instance tracing_on | head -c1)" = 0 ]
	[ "$(instance events/vmscan/mm_shrink_slab_end/filter | head -c8)" = "nid == 0" ]
	grep -qE '^clock +boot' live
	# Nothing outside the instance.
	diff -r -x instances "$TOP/fixtures/tracefs/recorder" tracefs
}

@test "live: an interval is one object, and the calls of all are those of the end" {
	stand_in
	live_stand_in -d 700ms --interval 200ms --format jsonl >live
	[ "$(intervals .n | tr '\n' ' ')" = "1 2 3 4 " ] || [ "$(intervals .n | tr '\n' ' ')" = "1 2 3 " ]
	[ "$(intervals .calls | paste -sd+ | bc)" -eq 54 ]
	[ "$(intervals '[.shrinkers[].calls] | add // 0' | paste -sd+ | bc)" -eq 54 ]
	[ "$(intervals .all.calls | tail -n 1)" -eq 54 ]
	[ "$(tail -n 1 live | jq -r '"\(.schema) \(.calls)"')" = "shrinkctl.replay/1 54" ]
	# What scanned most comes first.
	intervals '[.shrinkers[].scanned.observed] | . == (sort | reverse)' | grep -vqx true && return 1

	rm -rf tracefs/instances/*
	live_stand_in -d 50ms --format json >live
	[ "$(jq -c '[.[].schema] | unique' live)" = '["shrinkctl.live/1","shrinkctl.replay/1"]' ]
}

@test "live: an interval in words" {
	stand_in
	live_stand_in -d 3100ms --interval 1500ms >live
	# All of them: a pause is enough for the last to be judged.
	grep -qE '^[0-9:]{8}  1\.[5-9] s  54 calls in 1\.[5-9] s, [0-9.]+ per second; 54 in all$' live
	grep -qx 'verdicts    54 exact; in all 54 exact' live
	grep -qE '^[0-9:]{8}  3\.[0-9] s  0 calls in ' live
	[ "$(grep -c '^shrinker ' live)" -eq 2 ]
}

@test "live: what is unexplained is shown at once, and decides the status" {
	stand_in
	run --separate-stderr live_stand_in -d 300ms --kernel 2.6.39
	assert_failure 2
	rm -rf tracefs/instances/*
	run --separate-stderr live_stand_in -d 300ms --kernel 3.10
	assert_failure 1
	assert_line --regexp '^@@ call [0-9]+: .*@@$'
	assert_line --regexp 'unexplained: shown above\.$'
	local shown
	shown=$(grep -c '^@@ call' <<<"$output")
	assert_line --regexp "and $shown are unexplained"
	rm -rf tracefs/instances/*
	run live_stand_in -d 300ms --kernel 3.10 --format jsonl
	assert_failure 1
	[ "$(jq -s '[.[].told // [] | .[] | select(.verdict == "unexplained")] | length' <<<"$output")" -eq "$shown" ]
	rm -rf tracefs/instances/*
	run live_stand_in -d 300ms --fail-on exact
	assert_failure 1
}

@test "live: losses are told" {
	stand_in
	# The mark of the kernel on the second page: events are missing before it.
	printf '\x80' | dd of=tracefs/instance/per_cpu/cpu0/trace_pipe_raw bs=1 seek=4107 conv=notrunc status=none
	run live_stand_in -d 300ms
	assert_success
	assert_line --regexp '^lost +0 events in 1 gap; in all 0 in 1$'
	assert_line --regexp '^lost +nobody knows how many events in 1 gap$'
}

@test "live: a damaged page ends it, and what came before is replayed" {
	stand_in
	printf '\xff\xff\xff' | dd of=tracefs/instance/per_cpu/cpu0/trace_pipe_raw bs=1 seek=4104 conv=notrunc status=none
	run live_stand_in -d 20s
	assert_failure 2
	assert_line --regexp '^shrinkctl: tracefs/instances/shrinkctl-[0-9]+: a page claims more data than its 4096 bytes hold'
	assert_line --regexp '^events +[1-9][0-9]* starts'
}

@test "live: a signal ends it with its summary, and so does a closed pipe" {
	stand_in
	local signal pid
	for signal in INT TERM HUP; do
		rm -rf tracefs/instances/*
		live_stand_in >live 2>err 3>&- &
		wait_for bash -c 'grep -sqx 1 tracefs/instances/shrinkctl-*/tracing_on'
		pid=$(ls tracefs/instances)
		echo "${pid#shrinkctl-}" >>started
		kill -$signal "${pid#shrinkctl-}"
		wait $!
		grep -qE '^events +54 starts' live
		[ "$(instance tracing_on | head -c1)" = 0 ]
	done
	rm -rf tracefs/instances/*
	live_stand_in --interval 100ms | head -n 1
}

@test "live: the running kernel's caches dropped, as a recorder beside it sees it" {
	need_kernel
	local one
	# Both see all of one task.  What others do to the same counters neither sees, and
	# so something may be unexplained, but to both.
	cat >both <<-'SCRIPT'
		echo "common_pid == $$" >filter
		while [ ! -e go ]; do sleep 0.05; done
		for i in 1 2 3; do echo 2 >/proc/sys/vm/drop_caches; done
	SCRIPT
	bash both 3>&- &
	local load=$!
	wait_for [ -s filter ]
	start_live one --interval 1s --filter "$(cat filter)"
	"$SHRINKCTL" record -o out.dat --filter "$(cat filter)" 2>err 3>&- &
	local recorder=$!
	echo "$recorder" >>started
	wait_for recording "$recorder"
	touch go
	wait "$load"
	# Judged without more to come, and told while it still runs.
	wait_for grep -qE '^verdicts +[1-9]' live.one
	sleep 1.5
	kill "$recorder" "$one"
	wait "$recorder"
	wait "$one" || [ $? -eq 1 ]
	[ "$("$SHRINKCTL" dump --count out.dat)" != "0 events" ]
	# Each buffer has stamped the events itself; and the file, which lists the cgroups of
	# the end, may tell apart more memcgs, and who took whose address.
	"$SHRINKCTL" replay out.dat | summary >file.sums || [ $? -eq 1 ]
	summary <live.one >live.sums
	diff <(amounts file.sums) <(amounts live.sums)
	nothing_left "$one"
	nothing_left "$recorder"
}

@test "live: signals leave nothing on the running kernel" {
	need_kernel
	local signal one
	for signal in INT TERM HUP; do
		start_live one --context
		drop
		kill -$signal "$one"
		wait "$one"
		grep -q 'none is unexplained' live.one
		nothing_left "$one"
	done
}

@test "live: SIGKILL leaves an instance, and the next takes it" {
	need_kernel
	local killed other
	start_live killed
	drop
	kill -KILL "$killed"
	wait "$killed" || true
	assert_exists "$TRACEFS/instances/shrinkctl-$killed"
	start_live other
	kill "$other"
	wait "$other"
	grep -q "removed instance shrinkctl-$killed" err.other
	nothing_left "$killed"
	nothing_left "$other"
}

@test "live: two at once do not disturb each other" {
	need_kernel
	local one two
	start_live one
	start_live two
	"$SHRINKCTL" record --cleanup
	drop
	kill "$one"
	wait "$one"
	drop
	kill "$two"
	wait "$two"
	grep -q 'none is unexplained' live.one
	grep -q 'none is unexplained' live.two
	[ "$(grep -c . live.two)" -gt 0 ]
	nothing_left "$one"
	nothing_left "$two"
}

@test "live: a refused filter, and a clock that is not there" {
	need_kernel
	run "$SHRINKCTL" replay --live --filter 'foo > 3'
	assert_failure 2
	assert_line "shrinkctl: the kernel refuses the filter for mm_shrink_slab_start: Field not found"
	assert_line --regexp '^ *\^$'
	run "$SHRINKCTL" replay --live --clock sundial
	assert_failure 2
	assert_output --partial "no clock 'sundial', only: "
}
