# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl dump: events and calls, normalised.
# shellcheck disable=SC2016 # awk has its own
load setup
load digest

@test "dump: events of text" {
	golden dump/trace 0 dump text/trace.txt
	golden dump/report-lost 0 dump text/report-lost.txt
	golden dump/report-3.1 0 dump text/report-3.1-fixture.txt
	golden dump/report-7.1 0 dump text/report-7.1-fixture.txt
	golden dump/nocontext 0 dump text/trace-nocontext-info.txt
	golden dump/buffer-started 0 dump text/trace-buffer-started.txt
}

@test "dump: the first events of each capture" {
	golden dump/5.10 0 dump --until +0.0002 captures/5.10-mixed-ctx.dat
	golden dump/6.1 0 dump --until +0.0003 captures/6.1-mount-truth.dat
	golden dump/6.12 0 dump --until +0.0012 captures/6.12-reparent-truth.dat
	golden dump/6.18 0 dump --until +0.0002 captures/6.18-limits-bpf.dat
	golden dump/7.2-drop 0 dump --until +0.0075 captures/7.2-drop-truth.dat
	golden dump/7.2-mixed 0 dump --until +0.0002 captures/7.2-mixed.dat
}

@test "dump: calls of one shrinker" {
	golden dump/calls-5.10 0 dump --calls --shrinker 'super_cache_scan#4' captures/5.10-mixed-ctx.dat
	golden dump/calls-6.1 0 dump --calls --shrinker kfree_rcu_shrink_scan captures/6.1-mount-truth.dat
	golden dump/calls-6.12 0 dump --calls --shrinker 'vmap*' captures/6.12-reparent-truth.dat
	golden dump/calls-7.2 0 dump --calls --shrinker ext4_es_scan captures/7.2-drop-truth.dat
	golden dump/calls-7.2-mixed 0 dump --calls --shrinker 'super_cache_scan#5' captures/7.2-mixed.dat
}

@test "dump: JSON lines" {
	golden dump/7.2-drop.jsonl 0 dump --until +0.0075 --format jsonl captures/7.2-drop-truth.dat
	golden dump/report-lost.jsonl 0 dump --format jsonl text/report-lost.txt
	golden dump/calls-7.2.jsonl 0 dump --calls --shrinker ext4_es_scan --format jsonl captures/7.2-drop-truth.dat
}

@test "dump: CSV" {
	golden dump/7.2-drop.csv 0 dump --until +0.0075 --format csv captures/7.2-drop-truth.dat
	golden dump/report-3.1.csv 0 dump --format csv text/report-3.1-fixture.txt
	golden dump/calls-7.2.csv 0 dump --calls --shrinker ext4_es_scan --format csv captures/7.2-drop-truth.dat
}

@test "dump: JSON is the array of the JSON lines" {
	cd "$TOP/fixtures"
	local options
	for options in --calls --until=+1; do
		diff <("$SHRINKCTL" dump "$options" --format json captures/7.2-drop-truth.dat | jq -c '.[]') \
			<("$SHRINKCTL" dump "$options" --format jsonl captures/7.2-drop-truth.dat | jq -c .)
	done
}

@test "dump: every format has the same rows" {
	cd "$TOP/fixtures"
	local file rows
	for file in captures/7.2-drop-truth.dat text/report-lost.txt text/trace.txt trace/two-instances.dat; do
		rows=$("$SHRINKCTL" dump "$file" | wc -l)
		[ "$rows" -gt 0 ]
		[ "$("$SHRINKCTL" dump --count "$file")" = "$rows events" ]
		[ "$("$SHRINKCTL" dump --format jsonl "$file" | wc -l)" -eq "$rows" ]
		[ "$("$SHRINKCTL" dump --format json "$file" | jq length)" -eq "$rows" ]
		[ "$("$SHRINKCTL" dump --format csv "$file" | wc -l)" -eq $((rows + 1)) ]
	done
}

# some ARGS... - rows of all kinds of captures, but not all their rows.
some() {
	local file
	cd "$TOP/fixtures" || return 1
	for file in captures/*.dat text/report-lost.txt text/report-3.1-fixture.txt text/trace-nocontext-info.txt; do
		"$SHRINKCTL" dump --format jsonl "$@" "$file" | head -n 200
	done
}

@test "dump: what the JSON of events consists of" {
	local out=$BATS_TEST_TMPDIR/out.jsonl
	some >"$out"
	[ "$(jq -r .event "$out" | sort -u | xargs)" = "cgroup_mkdir cgroup_rmdir end identity lost mm_vmscan_memcg_reclaim_begin mm_vmscan_memcg_reclaim_end start" ]
	[ "$(keys 'select(.event == "start")' "$out")" = '["address","comm","cpu","deferred","delta","event","freeable","gfp","gfp_flags","lru_pgs","memcg_id","nid","pgs_scanned","pid","priority","symbol","time_ns","total_scan"]' ]
	[ "$(keys 'select(.event == "end")' "$out")" = '["address","comm","cpu","event","memcg_id","new_scan","nid","pid","retval","symbol","time_ns","total_scan","unused_scan"]' ]
	[ "$(keys 'select(.event == "identity")' "$out")" = '["address","batch","comm","cpu","event","flags","id","memcg","memcg_id","name","nid","pid","seeks","time_ns"]' ]
	[ "$(keys 'select(.event | test("^(cgroup|mm)_"))' "$out")" = '["comm","cpu","event","memcg_id","nid","path","pid","root","time_ns"]' ]
	[ "$(keys 'select(.event == "lost")' "$out")" = '["count","cpu","event","from_ns","time_ns"]' ]
}

@test "dump: what the JSON of a call consists of" {
	local out=$BATS_TEST_TMPDIR/out.jsonl
	some --calls >"$out"
	[ "$(keys . "$out")" = '["address","comm","context","cpu","end_ns","evidence","gfp","gfp_flags","memcg","n","nid","observed","pid","predicted","priority","shrinker","start_ns","symbol","verdict"]' ]
	[ "$(keys '.memcg' "$out")" = '["address","from","id","lane","path"]' ]
	[ "$(keys '.observed' "$out")" = '["deferred","delta","freeable","freed","left","new_deferred","planned","scanned"]' ]
	[ "$(keys '.predicted' "$out")" = '["deferred","delta","left","new_deferred","planned","scanned"]' ]
	[ "$(keys '.context' "$out")" = '["from","name"]' ]
	[ "$(keys 'select(.verdict == "exact") | .evidence' "$out")" = $'["differ","foreseen_refusal"]\n["differ","foreseen_refusal","from_calls"]' ]
	# Numbers are numbers, addresses and masks are strings, and nothing else occurs.
	jq -es 'all(.[];
		(.n | type == "number") and
		([.start_ns, .end_ns, .cpu, .pid, .nid, .priority, .memcg.id, .memcg.lane, .observed[], .predicted[]] |
			all(type == "number" and . == floor or . == null)) and
		([.address, .gfp_flags, .memcg.address] | all(. == null or test("^0x[0-9a-f]+$"))) and
		(.context | (.name | IN(null, "kswapd", "direct", "memcg", "node", "drop_caches")) and
			(.from | IN(null, "event", "inferred")) and (.name == null) == (.from == null)) and
		(.memcg.from | IN("event", "identity", "inferred", "none")) and
		(.comm == null or .comm != ""))' "$out"
}

@test "dump: calls count from 1 in the order of their starts" {
	cd "$TOP/fixtures"
	local file
	for file in captures/*.dat; do
		"$SHRINKCTL" dump --calls --format csv "$file" |
			awk -F, 'NR > 1 && ($1 != NR - 1 || $2 < last || $3 < $2) { exit 1 } NR > 1 { last = $2 }
				END { if (NR < 2) exit 1 }' || { echo "$file"; return 1; }
	done
}

@test "dump: a call is its two events" {
	cd "$TOP/fixtures"
	# Nothing overlaps in this one: starts and ends alternate.
	diff <("$SHRINKCTL" dump --format jsonl captures/7.2-drop-truth.dat |
		jq -cs 'map(select(.event != "identity")) | _nwise(2) |
			[.[0].time_ns, .[1].time_ns, .[0].deferred, .[0].freeable, .[0].delta, .[0].total_scan,
			 .[1].total_scan, .[0].total_scan - .[1].total_scan, .[1].retval, .[1].new_scan]') \
		<("$SHRINKCTL" dump --calls --format jsonl captures/7.2-drop-truth.dat |
			jq -c '[.start_ns, .end_ns, (.observed | .deferred, .freeable, .delta, .planned, .left, .scanned, .freed, .new_deferred)]')
}

@test "dump: CSV has as many fields in every row" {
	cd "$TOP/fixtures"
	local file out=$BATS_TEST_TMPDIR/out.csv
	for file in captures/7.2-drop-truth.dat captures/6.12-reparent-truth.dat text/report-lost.txt text/report-3.1-fixture.txt text/trace-nocontext-info.txt; do
		"$SHRINKCTL" dump --format csv "$file" >"$out"
		[ "$(fields "$out")" = 29 ]
		"$SHRINKCTL" dump --calls --format csv "$file" >"$out"
		[ "$(fields "$out")" = 37 ]
	done
}

# One call of a task whose name is hard to print, with amounts hard to compute with.
odd() {
	cat <<'END'
         a,"b c"-8096    [000] .....   515.495129: mm_shrink_slab_start: own_scan+0x0/0x210 00000000be479b72: nid: 0 objects to shrink 9223372036854775807 gfp_flags GFP_KERNEL cache items 9223372036854775807 delta 18446744073709551615 total_scan -9223372036854775808 priority 12
         a,"b c"-8096    [000] .....   515.495130: mm_shrink_slab_end: own_scan+0x0/0x210 00000000be479b72: nid: 0 unused scan count 9223372036854775807 new scan count -9223372036854775808 total_scan 9007199254740993 last shrinker return val -1
END
}

@test "dump: task names may hold commas and quotes" {
	local out=$BATS_TEST_TMPDIR/out.csv
	odd | "$SHRINKCTL" dump --format csv - >"$out"
	[ "$(fields "$out")" = 29 ]
	grep -q ',"a,""b c""",' "$out"
	odd | "$SHRINKCTL" dump --calls --format csv - >"$out"
	[ "$(fields "$out")" = 37 ]
	[ "$(odd | "$SHRINKCTL" dump --format jsonl - | jq -r .comm | sort -u)" = 'a,"b c"' ]
}

@test "dump: JSON is valid whatever a task is called" {
	local name
	for name in $'\xff\xfe' $'ta\tb' 'b\s' 'é' $'\xc3' $'\xed\xa0\x80' $'\xe0\x80\x80' $'\xf4\x90\x80\x80' $'\U1f4a9'; do
		odd | sed "s/a,\"b c\"/${name//\\/\\\\}/" | "$SHRINKCTL" dump --format json - >"$BATS_TEST_TMPDIR/out.json"
		jq -e 'length == 2' "$BATS_TEST_TMPDIR/out.json"
		iconv -f utf-8 -t utf-8 "$BATS_TEST_TMPDIR/out.json" >/dev/null
	done
}

@test "dump: integers are exact to 64 bits" {
	odd | "$SHRINKCTL" dump --format jsonl - >"$BATS_TEST_TMPDIR/events"
	grep -q '"deferred":9223372036854775807,' "$BATS_TEST_TMPDIR/events"
	grep -q '"delta":18446744073709551615,' "$BATS_TEST_TMPDIR/events"
	grep -q '"total_scan":-9223372036854775808,' "$BATS_TEST_TMPDIR/events"
	grep -q '"total_scan":9007199254740993,' "$BATS_TEST_TMPDIR/events"
	odd | "$SHRINKCTL" dump --calls --format jsonl - >"$BATS_TEST_TMPDIR/calls"
	grep -q '"delta":18446744073709551615,"planned":-9223372036854775808,"left":9007199254740993,' "$BATS_TEST_TMPDIR/calls"
	odd | "$SHRINKCTL" dump --calls --format csv - >"$BATS_TEST_TMPDIR/csv"
	grep -q ',18446744073709551615,-9223372036854775808,9007199254740993,' "$BATS_TEST_TMPDIR/csv"
}

@test "dump: what is unknown is null, and empty in CSV" {
	cd "$TOP/fixtures"
	# No times, no tasks, no CPUs.
	"$SHRINKCTL" dump --calls --format jsonl text/trace-nocontext-info.txt |
		jq -es 'all(.[]; .start_ns == null and .end_ns == null and .pid == null and .comm == null and .cpu == null)'
	# No node and no priority before 3.16 and 4.16; what shrink() returned is not freed.
	"$SHRINKCTL" dump --calls --format jsonl --kernel 3.1 text/report-3.1-fixture.txt |
		jq -es 'all(.[]; .nid == null and .priority == null and .observed.freed == null)'
	# First sight of a counter.
	"$SHRINKCTL" dump --calls --format jsonl text/trace.txt |
		jq -es '.[0].predicted.deferred == null and .[1].predicted.deferred == 0'
	[ "$("$SHRINKCTL" dump --calls --format csv text/trace-nocontext-info.txt | sed -n 2p | cut -d, -f1-6)" = 1,,,,, ]
}

@test "dump: what surrounds calls" {
	golden dump/context 0 dump text/trace-context.txt
	golden dump/context.csv 0 dump --format csv text/trace-context.txt
	golden dump/context.jsonl 0 dump --format jsonl text/trace-context.txt
	golden dump/context-7.2 0 dump text/report-7.2-context.txt
	golden dump/context-calls 0 dump --calls --format csv text/perf-script-context.txt
}

# around FILE - what surrounds the calls of a capture, without the times.
around() {
	"$SHRINKCTL" dump --format jsonl "$1" |
		jq -c 'select(.event | test("^(cgroup|mm_vmscan|memcg)_")) | del(.time_ns)'
}

@test "dump: what surrounds calls is the same in every form" {
	cd "$TOP/fixtures/text"
	local form
	for form in trace-context:trace-context-fields report-5.10-context:report-5.10-context-R report-7.2-context:report-7.2-context-R; do
		[ "$(around "${form%:*}.txt" | wc -l)" -ge 8 ]
		diff <(around "${form%:*}.txt") <(around "${form#*:}.txt")
	done
	# perf has recorded the same workload.
	diff <(around trace-context.txt | grep cgroup) <(around perf-script-context.txt | grep cgroup)
}

@test "dump: what surrounds calls is counted, and not passed over" {
	cd "$TOP/fixtures"
	local file
	for file in captures/5.10-mixed-ctx.dat captures/6.12-reparent-truth.dat text/report-7.2-context.txt; do
		[ "$("$SHRINKCTL" info --format json "$file" | jq -c '.capture | [.context_events, .skipped]')" = "[$(around "$file" | wc -l),0]" ]
	done
}

@test "dump: in which context calls ran" {
	cd "$TOP/fixtures"
	[ "$("$SHRINKCTL" dump --calls --format csv captures/5.10-mixed-ctx.dat | cut -d, -f31-32 | sed 1d | sort -u | xargs)" = "drop_caches,inferred kswapd,event memcg,event" ]
	# What kswapd does between waking and sleeping, and nobody else.
	"$SHRINKCTL" dump --calls --format jsonl captures/5.10-mixed-ctx.dat |
		jq -es 'all(.[]; (.context.name == "kswapd") == (.comm | test("^kswapd")))'
	run -0 "$SHRINKCTL" dump --calls --pid 58 captures/5.10-mixed-ctx.dat
	assert_output --partial ' context kswapd: '
}

@test "dump: paths of memcgs, and who left deferred work to whom" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/calls"
	"$SHRINKCTL" dump --format jsonl captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/events"
	# Every path is that of the cgroup_mkdir of this id.
	jq -ne --slurpfile events "$BATS_TEST_TMPDIR/events" '
		[$events[] | select(.event == "cgroup_mkdir") | {key: "\(.memcg_id)", value: .path}] | from_entries as $paths |
		[inputs | .memcg, (.evidence.heirs // [])[] | select(.path) | $paths["\(.id)"] == .path] | length > 1000 and all' "$BATS_TEST_TMPDIR/calls"
	# Who left something has been removed before, and what they left is what was inherited.
	jq -ne --slurpfile events "$BATS_TEST_TMPDIR/events" '
		[$events[] | select(.event == "cgroup_rmdir") | {key: "\(.memcg_id)", value: .time_ns}] | from_entries as $gone |
		[inputs | select(.evidence.heirs) | . as $call | .evidence |
			(.heirs | length) == ([.heir_count, 4] | min) and
			(.heir_count > 4 or (.heirs | map(.amount) | add) == .inherited) and
			all(.heirs[]; .rmdir_ns == $gone["\(.id)"] and .rmdir_ns < $call.start_ns)] |
		length > 5 and all' "$BATS_TEST_TMPDIR/calls"
	run -0 "$SHRINKCTL" dump --calls captures/6.12-reparent-truth.dat
	assert_output --regexp '; reparented \(\+[0-9]+ from lane [0-9]+ /r[0-9.]+\)'
}

@test "dump: ticks are an order, not nanoseconds" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" dump --format jsonl text/report-clock-tsc.txt | jq -es 'all(.[]; .time_ns == null)'
	run -0 "$SHRINKCTL" dump text/report-clock-tsc.txt
	assert_line --index 0 --regexp '^[0-9]{8,} '
}

@test "dump: filters of events" {
	cd "$TOP/fixtures"
	check() { # AWK-CONDITION OPTION...
		local condition=$1
		shift
		"$SHRINKCTL" dump --format csv captures/7.2-mixed.dat | awk -F, "NR == 1 || $condition" >"$BATS_TEST_TMPDIR/want"
		"$SHRINKCTL" dump --format csv "$@" captures/7.2-mixed.dat >"$BATS_TEST_TMPDIR/got"
		cmp "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/got")" -gt 10 ]
	}
	check '$8 == 1' --nid 1
	check '$4 == 150' --pid 150
	check '$9 == 120' --memcg 120
	check '$2 >= 30000000000' --since 30
	check '$2 <= 7513518654' --until +0.01
	# It counts from the first call, as in replay, and not from what comes before.
	[ "$("$SHRINKCTL" dump --format jsonl --since +0 captures/6.12-reparent-truth.dat | head -n 1 | jq -r .event)" = start ]
	[ "$("$SHRINKCTL" dump --format jsonl --until +0 captures/6.12-reparent-truth.dat | jq -r .event | xargs)" = "cgroup_mkdir cgroup_mkdir cgroup_mkdir start" ]
	# A loss is of no task and of no node.
	[ "$("$SHRINKCTL" dump --pid 21551 text/report-lost.txt | grep -c lost)" -eq 0 ]
	[ "$("$SHRINKCTL" dump --nid 0 text/report-lost.txt | wc -l)" -eq 2 ]
}

@test "dump: nothing to print is an empty array, a header, no lines" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" dump --format json --pid 1 text/trace.txt
	assert_output '[]'
	run -0 "$SHRINKCTL" dump --format csv --pid 1 text/trace.txt
	[ "${#lines[@]}" -eq 1 ]
	run -0 "$SHRINKCTL" dump --calls --format json --pid 1 text/trace.txt
	assert_output '[]'
	run -0 "$SHRINKCTL" dump --pid 1 text/trace.txt
	assert_output ''
	run -0 "$SHRINKCTL" dump --count text/report-empty.txt
	assert_output '0 events'
}

@test "dump: standard input" {
	cd "$TOP/fixtures"
	diff <("$SHRINKCTL" dump text/trace.txt) <("$SHRINKCTL" dump - <text/trace.txt)
	# shellcheck disable=SC2002 # a pipe is the point
	diff <("$SHRINKCTL" dump captures/7.2-drop-truth.dat) <(cat captures/7.2-drop-truth.dat | "$SHRINKCTL" dump -)
}

@test "dump: usage" {
	golden dump/help 0 dump --help
	golden dump/no-file 2 dump
	golden dump/two-files 2 dump a b
	golden dump/calls-count 2 dump --calls --count text/trace.txt
	golden dump/shrinker-of-events 2 dump --shrinker 'super*' text/trace.txt
}
