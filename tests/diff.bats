# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl diff: calls beside what was predicted, and two captures beside each other.
load setup
load digest

@test "diff: where nothing differs, nothing is printed" {
	golden diff/nothing 0 diff captures/7.2-drop-truth.dat
}

@test "diff: calls that differ are hunks" {
	golden diff/7.2-mixed 0 diff captures/7.2-mixed.dat
	golden diff/two-instances 0 diff trace/two-instances.dat
}

# altered FROM TO - a text capture with one number changed, and one sort of number only.
altered() {
	sed "0,/$1/s//$2/" "$TOP/fixtures/text/trace.txt" >"$BATS_TEST_TMPDIR/altered.txt"
	[ "$(diff "$TOP/fixtures/text/trace.txt" "$BATS_TEST_TMPDIR/altered.txt" | grep -c '^>')" -eq 1 ]
}

@test "diff: what nothing accounts for is unexplained" {
	altered 'new scan count [0-9]*' 'new scan count 77777'
	run -1 "$SHRINKCTL" diff "$BATS_TEST_TMPDIR/altered.txt"
	assert_line --index 2 --regexp '^@@ call 1: .* ~lane 1 '
	assert_line '+new_deferred 77777'
	assert_line ' unexplained: nothing in the capture accounts for it'
	run -1 "$SHRINKCTL" replay "$BATS_TEST_TMPDIR/altered.txt"
	assert_output --partial "unexplained: 'shrinkctl diff' shows "
	run -1 "$SHRINKCTL" replay --format json "$BATS_TEST_TMPDIR/altered.txt"
	[ "$(jq .verdicts.unexplained <<<"$output")" -ge 1 ]
}

@test "diff: who else moved a counter is named, and adds up" {
	cd "$TOP/fixtures"
	local capture
	for capture in 6.1-mount-truth 7.2-mixed; do
		"$SHRINKCTL" dump --calls --format jsonl "captures/$capture.dat" >"$BATS_TEST_TMPDIR/calls"
		# Each is another call of the same shrinker and memcg, and overlaps this one.
		jq -es '. as $all | [.[] | select(.verdict == "concurrent") | . as $call |
			(.evidence.others.calls // [])[] | $all[.n - 1] |
			.n != $call.n and .shrinker == $call.shrinker and .memcg.lane == $call.memcg.lane and
			.start_ns <= $call.end_ns and .end_ns >= $call.start_ns] | length >= 4 and all' "$BATS_TEST_TMPDIR/calls"
		# What they added is all there is beside what the call itself is predicted to leave.
		jq -es 'all(.[] | select(.evidence.others and (.evidence.differ | index("new_deferred")));
			.observed.new_deferred - .predicted.new_deferred == .evidence.others.total)' "$BATS_TEST_TMPDIR/calls"
	done
	run -0 "$SHRINKCTL" diff captures/7.2-mixed.dat
	assert_line --regexp '^ concurrent \(\+[0-9]+ by #[0-9]+\)$'
}

@test "diff: losses account for what they can" {
	golden diff/lost 0 diff trace/lost.dat
	golden diff/trace_pipe-lost 0 diff text/trace_pipe-lost.txt
}

@test "diff: --all shows exact calls, too" {
	golden diff/all 0 diff --all text/trace.txt
	cd "$TOP/fixtures"
	[ "$("$SHRINKCTL" diff -a captures/7.2-drop-truth.dat | grep -c '^@@ ')" -eq 90 ]
}

@test "diff: the calls of other formats are those of dump" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat |
		jq -c 'select(.verdict != "exact")' >"$BATS_TEST_TMPDIR/want"
	[ -s "$BATS_TEST_TMPDIR/want" ]
	run -0 --separate-stderr "$SHRINKCTL" diff --format jsonl captures/6.12-reparent-truth.dat
	diff "$BATS_TEST_TMPDIR/want" <(jq -c . <<<"$output")
	run -0 --separate-stderr "$SHRINKCTL" diff --format json captures/6.12-reparent-truth.dat
	diff "$BATS_TEST_TMPDIR/want" <(jq -c '.[]' <<<"$output")
	"$SHRINKCTL" diff --format csv captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/csv" || [ $? -eq 1 ]
	[ "$(fields "$BATS_TEST_TMPDIR/csv")" = 37 ]
	diff <(jq -r .n "$BATS_TEST_TMPDIR/want") <(tail -n +2 "$BATS_TEST_TMPDIR/csv" | cut -d, -f1)
}

@test "diff: no differences are an empty array, a header, no lines" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" diff --format json text/trace.txt
	assert_output '[]'
	run -0 "$SHRINKCTL" diff --format jsonl text/trace.txt
	assert_output ''
	run -0 "$SHRINKCTL" diff --format csv text/trace.txt
	diff <("$SHRINKCTL" dump --calls --format csv text/trace.txt | head -n 1) <(echo "$output")
}

@test "diff: --fail-on, of one capture" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" diff trace/lost.dat
	run -1 "$SHRINKCTL" diff --fail-on lost trace/lost.dat
	run -0 "$SHRINKCTL" diff --fail-on refused trace/lost.dat
	golden diff/fail-on 2 diff --fail-on losses trace/lost.dat
}

@test "diff: two captures, shrinker by shrinker" {
	golden diff/two 1 diff captures/6.12-reparent-truth.dat captures/7.2-mixed.dat
	golden diff/two.json 1 diff --format json text/trace.txt text/report.txt
	golden diff/two.csv 1 diff --format csv captures/6.12-reparent-truth.dat captures/7.2-mixed.dat
}

@test "diff: a capture does not differ from itself" {
	golden diff/same 0 diff captures/7.2-mixed.dat captures/7.2-mixed.dat
	golden diff/same-all 0 diff --all text/report.txt text/report.txt
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" diff --format json captures/7.2-mixed.dat captures/7.2-mixed.dat
	jq -e '.shrinkers == [] and .before == .after and .before_span_ns == .after_span_ns' <<<"$output"
	run -0 "$SHRINKCTL" diff --all --format jsonl captures/7.2-mixed.dat captures/7.2-mixed.dat
	jq -e '.equal and .before == .after' <<<"$output"
}

@test "diff: what the JSON of two captures consists of" {
	cd "$TOP/fixtures"
	local out=$BATS_TEST_TMPDIR/out.json
	"$SHRINKCTL" diff --format json captures/6.1-mount-truth.dat captures/7.2-mixed.dat >"$out" || [ $? -eq 1 ]
	[ "$(jq -r .schema "$out")" = shrinkctl.diff/1 ]
	[ "$(keys . "$out")" = '["after","after_span_ns","before","before_span_ns","schema","shrinkers"]' ]
	[ "$(keys '(.before, .after)' "$out")" = '["clock","context_events","events","first_ns","format","incomplete","kernel","last_ns","lost_events","lost_gaps","malformed","partial","path","skipped"]' ]
	[ "$(keys '.shrinkers[]' "$out")" = '["after","batch","before","equal","name","seeks","symbol"]' ]
	[ "$(keys '.shrinkers[] | (.before, .after)' "$out")" = '["calls","deferred_max","freed","instances","per_second","planned","refusals","scanned"]' ]
	[ "$(keys '.shrinkers[] | (.before, .after) | .per_second' "$out")" = '["calls","freed","planned","refusals","scanned"]' ]
	# The sums are those of replay.
	local side
	for side in before after; do
		[ "$(jq "[.shrinkers[].$side.calls] | add" "$out")" -eq \
			"$("$SHRINKCTL" replay --format json "$(jq -r ".$side.path" "$out")" | jq .calls)" ]
	done
}

@test "diff: without times there is no rate" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" diff --all --format json text/trace-nocontext-info.txt text/trace-nocontext-info.txt |
		jq -e '.before.first_ns == null and .before_span_ns == 0 and all(.shrinkers[].before.per_second[]; . == null)'
}

@test "diff: the names of shrinkers may hold commas and quotes" {
	local trace=$BATS_TEST_TMPDIR/trace.txt
	stream 2 | sed 's/ext4_es_scan+0x0\/0x10/odd,scan+0x0\/0x10/' >"$trace"
	cd "$TOP/fixtures"
	"$SHRINKCTL" diff --format csv "$trace" text/trace.txt >"$BATS_TEST_TMPDIR/csv" || [ $? -eq 1 ]
	[ "$(fields "$BATS_TEST_TMPDIR/csv")" = 18 ]
}

@test "diff: filters apply to both" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" diff --all --shrinker ext4_es_scan --nid 0 --format json captures/6.12-reparent-truth.dat captures/7.2-mixed.dat >"$BATS_TEST_TMPDIR/out" || [ $? -eq 1 ]
	jq -e '[.shrinkers[].symbol] == ["ext4_es_scan"]' "$BATS_TEST_TMPDIR/out"
}

@test "diff: trouble with either capture" {
	golden diff/no-before 2 diff nosuch.dat text/trace.txt
	golden diff/no-after 2 diff text/trace.txt nosuch.dat
	golden diff/no-file 2 diff nosuch.dat
}

@test "diff: standard input beside a file" {
	cd "$TOP/fixtures"
	cp text/trace.txt "$BATS_TEST_TMPDIR/copy"
	run -0 --separate-stderr "$SHRINKCTL" diff - text/trace.txt <"$BATS_TEST_TMPDIR/copy"
	[ -z "$output$stderr" ]
}

@test "diff: usage" {
	golden diff/help 0 diff --help
	golden diff/usage 2 diff
	golden diff/three 2 diff a b c
}
