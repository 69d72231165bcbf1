# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl info: what a capture is, and what the tool knows of kernels.
# shellcheck disable=SC2154 # bats sets stderr
load setup
load digest

@test "info: every capture" {
	local capture
	for capture in 5.10-mixed-ctx 6.1-mount-truth 6.12-reparent-truth 6.18-limits-bpf 7.2-drop-truth 7.2-mixed; do
		golden "info/$capture" 0 info "captures/$capture.dat" || return 1
	done
}

@test "info: text" {
	golden info/trace 0 info text/trace.txt
	golden info/report-3.1 0 info text/report-3.1-fixture.txt
	golden info/trace_pipe-lost 0 info text/trace_pipe-lost.txt
	golden info/nocontext 0 info text/trace-nocontext-info.txt
	golden info/clock-tsc 0 info text/report-clock-tsc.txt
	golden info/empty 0 info text/report-empty.txt
}

@test "info: the JSON of a capture" {
	golden info/trace.json 0 info --format json text/trace.txt
	cd "$TOP/fixtures"
	local file out=$BATS_TEST_TMPDIR/out.json
	for file in captures/*.dat text/trace.txt text/report-3.1-fixture.txt; do
		"$SHRINKCTL" info --format json "$file" >"$out"
		[ "$(jq -r .schema "$out")" = shrinkctl.info/1 ]
		[ "$(keys . "$out")" = '["calls","capture","generation","hashed_pointers","layouts","long_size","recorded","schema","shrinkers"]' ]
		# The rest is what replay says.
		diff <(jq -S '.capture, .generation, .shrinkers' "$out") \
			<("$SHRINKCTL" replay --format json "$file" | jq -S '.capture, .generation, .shrinkers')
	done
	run -0 "$SHRINKCTL" info --format jsonl text/trace.txt
	[ "${#lines[@]}" -eq 1 ]
}

@test "info: what is recorded beside the two events" {
	cd "$TOP/fixtures"
	local file out=$BATS_TEST_TMPDIR/out.json
	for file in 5.10-mixed-ctx 6.12-reparent-truth 7.2-mixed; do
		"$SHRINKCTL" info --format json "captures/$file.dat" >"$out"
		# As the calls, one by one, and the events say.
		diff <(jq -c '.recorded | [.memcg_ids, .identities == 0, .followed, .context_events]' "$out") \
			<("$SHRINKCTL" dump --calls --format jsonl "captures/$file.dat" |
				jq -cs --argjson context "$("$SHRINKCTL" dump --format jsonl "captures/$file.dat" |
					jq -s 'map(select(.event | test("cgroup|vmscan_[a-km-z]|flush"))) | length')" '
					[(map(select(.memcg.from == "event")) | length), all(.[]; .memcg.from != "identity"),
					 (map(select(.memcg.from == "inferred")) | length), $context]')
	done
	run -0 "$SHRINKCTL" info --blind identity captures/7.2-drop-truth.dat
	assert_line 'recorded    the two events, and nothing beside them (identity and memcg_id are ignored: --blind)'
	assert_line 'memcgs      inferred of every call, in 1 lane'
}

@test "info: CSV is that of replay" {
	cd "$TOP/fixtures"
	diff <("$SHRINKCTL" info --format csv captures/7.2-drop-truth.dat) \
		<("$SHRINKCTL" replay --format csv captures/7.2-drop-truth.dat)
}

@test "info: it describes, and judges nothing" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" info captures/5.10-mixed-ctx.dat
	refute_output --partial unexplained
}

@test "info: what was lost or damaged" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" info trace/lost.dat
	assert_line --regexp '^lost        [0-9,]+ events in [0-9]+ gaps?$'
	head -c 700000 captures/7.2-mixed.dat >"$BATS_TEST_TMPDIR/cut.dat"
	run -2 --separate-stderr "$SHRINKCTL" info "$BATS_TEST_TMPDIR/cut.dat"
	[[ $stderr == "shrinkctl: $BATS_TEST_TMPDIR/cut.dat: "*"(byte "*")" ]]
}

@test "info: --generations lists what the model knows" {
	digest info/generations 0 '.generations[] | [.name, .releases, .delta, .planned, .loop, .store, .key]' \
		info --generations --format json
	local out=$BATS_TEST_TMPDIR/known.json
	"$SHRINKCTL" info --generations --format json >"$out"
	[ "$(jq -r .schema "$out")" = shrinkctl.known/1 ]
	[ "$(keys . "$out")" = '["generations","schema","shrinkers"]' ]
	[ "$(keys '.generations[]' "$out")" = '["delta","key","loop","name","planned","releases","source","store"]' ]
	[ "$(keys '.shrinkers[]' "$out")" = '["batch","memcg_aware","name","nonslab","numa_aware","own_count","refuses","releases","seeks","source","symbol"]' ]
	jq -e 'all(.generations[], .shrinkers[]; .source != "")' "$out"
}

@test "info: --generations in text and CSV has every row" {
	local out=$BATS_TEST_TMPDIR/known
	"$SHRINKCTL" info --generations --format json >"$out.json"
	"$SHRINKCTL" info --generations >"$out.txt"
	"$SHRINKCTL" info --generations --format csv >"$out.csv"
	[ "$(fields "$out.csv")" = 8 ]
	diff <(jq -r '.shrinkers[].symbol' "$out.json") <(tail -n +2 "$out.csv" | cut -d, -f1)
	[ "$(grep -c '^  source ' "$out.txt")" -eq "$(jq '.generations | length' "$out.json")" ]
	diff <(jq -r '.shrinkers[].symbol' "$out.json") <(sed -n '/^callback /,/^$/p' "$out.txt" | sed '1d;$d;s/ .*//')
}

@test "info: --generations beside a capture" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" info --generations text/trace.txt
	assert_line --partial "capture     text/trace.txt"
	assert_line "5.13  (5.13 and later)"
}

@test "info: usage" {
	golden info/help 0 info --help
	golden info/no-file 2 info
	golden info/two-files 2 info a b
}
