# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl explain: one call, every number of it.
# shellcheck disable=SC2154 # bats sets stderr
load setup

explain() { "$SHRINKCTL" explain "$@"; }

# formula FILE N FILTER - what jq makes of the explanation.
formula() { "$SHRINKCTL" explain --format json "$TOP/fixtures/$1" "$2" | jq -e "$3"; }

# The tutorial's call: seeks 0, all of it deferred (5.x, before 5.13).
tutorial() {
	printf '%s\n' \
		'kswapd0-80 [000] .... 100.000000: mm_shrink_slab_start: super_cache_scan+0x0/0x1a0 ffff9a83046f3458: nid: 0 objects to shrink 42 gfp_flags GFP_KERNEL cache items 87 delta 43 total_scan 85 priority 12' \
		'kswapd0-80 [000] .... 100.000100: mm_shrink_slab_end: super_cache_scan+0x0/0x1a0 ffff9a83046f3458: nid: 0 unused scan count 42 new scan count 85 total_scan 85 last shrinker return val 0'
}

@test "explain: 5.10, calls that overlap" {
	golden explain/5.10-concurrent 0 explain --worst captures/5.10-mixed-ctx.dat
	golden explain/5.10-ahead 0 explain captures/5.10-mixed-ctx.dat 27
}

@test "explain: 6.1, a memcg's limit" {
	golden explain/6.1-worst 0 explain --worst captures/6.1-mount-truth.dat
}

@test "explain: 6.12, what a dying memcg left" {
	golden explain/6.12-reparented 0 explain captures/6.12-reparent-truth.dat 2414
	golden explain/6.12-twice 0 explain --worst captures/6.12-reparent-truth.dat
}

@test "explain: 7.2, memcg_id in the events" {
	golden explain/7.2-drop 0 explain captures/7.2-drop-truth.dat:6
	golden explain/7.2-drop.json 0 explain --format json captures/7.2-drop-truth.dat 6
	golden explain/7.2-mixed 0 explain --worst captures/7.2-mixed.dat
}

@test "explain: a refusal nobody could foresee" {
	golden explain/refused 0 explain trace/two-instances.dat 10
}

@test "explain: events that are missing" {
	golden explain/lost 0 explain trace/lost.dat 80
}

@test "explain: what was recomputed by hand in mail" {
	golden explain/windup-repro-5.x 0 explain mail/windup-repro-5.x.txt 1
	golden explain/windup-4.14 1 explain mail/windup-4.14.txt 1
	golden explain/lowmem-3.x 0 explain mail/lowmem-3.x.txt 1
	golden explain/umount-hang-5.4-1 0 explain mail/umount-hang-5.4.txt 1
	golden explain/umount-hang-5.4-2 1 explain mail/umount-hang-5.4.txt 2
}

@test "explain: the wind-up plans half the cache, and 5.13 would not" {
	formula mail/windup-repro-5.x.txt 1 '[.caps[] | select(.effect == "changes")] ==
		[{amount: "planned", cap: "half", effect: "changes", condition: "delta < freeable / 4",
		  condition_expression: "45746 < 93689873 / 4", rule: "min(planned, freeable / 2)",
		  expression: "min(4994421766, 93689873 / 2)", value: 46844936, wrapped: false}]'
	"$SHRINKCTL" explain --kernel 5.13 --format json "$TOP/fixtures/mail/windup-repro-5.x.txt" 1 | jq -e '
		[.formulas[] | select(.amount == "planned" or .amount == "scanned").value] == [1265076, 1264640] and
		(.caps[-1] | [.cap, .effect, .value]) == ["twice", "changes", 187379746]'
}

@test "explain: the tutorial's call scans nothing, with seeks 0" {
	run -0 "$SHRINKCTL" explain - 1 < <(tutorial)
	assert_line --partial 'delta = freeable / 2'
	assert_line --partial '= 42 + 43'
	assert_line --partial 'cap "half" does not apply: delta < freeable / 4 is false (43 < 21)'
	assert_line --partial 'rule "tail" does not apply: left >= freeable is false (85 >= 87)'
	assert_line --partial 'It ended with 85 left'
	run -1 "$SHRINKCTL" explain --kernel 5.13 - 1 < <(tutorial)
	assert_line --partial 'planned = (deferred >> priority) + delta'
	assert_line --partial 'planned: predicted 43, observed 85, +42.'
}

@test "explain: a value that no event records is not passed off as one" {
	run -1 "$SHRINKCTL" explain --kernel 5.13 "$TOP/fixtures/mail/windup-4.14.txt" 1
	assert_line --partial 'The event records no priority: 0 is taken for it.'
}

@test "explain: what went back is what the next call says it took" {
	cd "$TOP/fixtures"
	local n taker
	for n in $("$SHRINKCTL" dump --calls --format jsonl captures/5.10-mixed-ctx.dat |
		jq 'select(.observed.new_deferred > 0).n' | awk 'NR % 400 == 1'); do
		taker=$(explain --format json captures/5.10-mixed-ctx.dat "$n" | jq '.takers[0].n // empty')
		[ -n "$taker" ] || continue
		explain captures/5.10-mixed-ctx.dat "$taker" | grep -q "left by call $n "
	done
}

@test "explain: every amount of a stage ends at the prediction" {
	cd "$TOP/fixtures"
	local n
	for n in $(seq 1 97 9000); do
		explain --format json captures/5.10-mixed-ctx.dat "$n" | jq -e --arg n "$n" '
			def last(of): [(.formulas, .caps)[] | select(.amount == of).value] | last;
			.call.n == ($n | tonumber) and
			last("delta") == .call.predicted.delta and
			last("planned") == .call.predicted.planned and
			last("stored") == .call.predicted.new_deferred' >/dev/null || { echo "call $n"; return 1; }
	done
}

@test "explain: the text is a mail's: 78 columns of ASCII, no tabs, no colours" {
	cd "$TOP/fixtures"
	local file n
	for file in captures/*.dat mail/*.txt text/report*.txt trace/lost.dat; do
		for n in 1 2 3; do
			explain --color always "$file" $n 2>/dev/null || true
		done
	done >"$BATS_TEST_TMPDIR/all"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" -gt 500 ]
	run ! grep -nP '[^ -~]|.{79}| $' "$BATS_TEST_TMPDIR/all"
}

@test "explain: a hostile name stays in its line" {
	run -0 "$SHRINKCTL" explain - 1 < <(tutorial | sed $'s/kswapd0/\033[31m\303\251/')
	assert_line --regexp '^task +\?\[31m\?\?-80 on CPU 0$'
}

@test "explain: --at is the call that runs, or else the next" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" explain --at 100.0005 mail/umount-hang-5.4.txt
	assert_line --index 0 'Call 1 of mail/umount-hang-5.4.txt: exact'
	refute_line --partial 'No call runs'
	run -1 "$SHRINKCTL" explain --at +0.002 mail/umount-hang-5.4.txt
	assert_line --index 0 'Call 2 of mail/umount-hang-5.4.txt: unexplained'
	assert_line --index 1 'No call runs at that time: this is the next to start.'
}

@test "explain: --worst takes the unexplained, of what passes" {
	cd "$TOP/fixtures"
	run -1 "$SHRINKCTL" explain --worst mail/umount-hang-5.4.txt
	assert_line --index 0 --partial 'Call 2 '
	run -0 "$SHRINKCTL" explain --worst --until +0.001 mail/umount-hang-5.4.txt
	assert_line --index 0 --partial 'Call 1 '
	# A number means the same call whatever the filters.
	run -1 "$SHRINKCTL" explain --until +0.001 mail/umount-hang-5.4.txt 2
	assert_line --index 0 --partial 'Call 2 '
}

@test "explain: FILE:N, and a file of that name wins" {
	cp "$TOP/fixtures/mail/umount-hang-5.4.txt" "$BATS_TEST_TMPDIR/a"
	cd "$BATS_TEST_TMPDIR"
	run -0 "$SHRINKCTL" explain a:1
	assert_line --index 0 'Call 1 of a: exact'
	cp a a:1
	run -2 "$SHRINKCTL" explain a:1
	assert_line --index 0 --partial 'which call?'
	run -1 "$SHRINKCTL" explain a:1:2
	assert_line --index 0 'Call 2 of a:1: unexplained'
}

@test "explain: what cannot be explained" {
	golden explain/none 2 explain mail/umount-hang-5.4.txt
	golden explain/beyond 2 explain mail/umount-hang-5.4.txt 3
	golden explain/zero 2 explain mail/umount-hang-5.4.txt 0
	golden explain/word 2 explain mail/umount-hang-5.4.txt first
	golden explain/word-in-path 2 explain mail/umount-hang-5.4.txt:first
	golden explain/before 2 explain --at 99 mail/umount-hang-5.4.txt
	golden explain/behind 2 explain --at +1 mail/umount-hang-5.4.txt
	golden explain/bad-time 2 explain --at noon mail/umount-hang-5.4.txt
	golden explain/ticks 2 explain --at +1 text/report-clock-tsc.txt
	golden explain/filtered 2 explain --worst --pid 1 mail/umount-hang-5.4.txt
	golden explain/empty 2 explain text/report-empty.txt 1
	golden explain/two 2 explain --worst mail/umount-hang-5.4.txt 1
	golden explain/three 2 explain a b c
	golden explain/no-file 2 explain
	golden explain/no-file-worst 2 explain --worst
	golden explain/missing 2 explain nowhere 1
	golden explain/csv 2 explain --format csv mail/umount-hang-5.4.txt 1
}

@test "explain: help" {
	golden explain/help 0 explain --help
}

@test "explain: what came before a fault is explained" {
	cd "$TOP/fixtures"
	run -2 --separate-stderr "$SHRINKCTL" explain bad/truncated-line.txt 1
	[ -n "$stderr" ]
}

@test "explain: a pipe, and one line of JSON" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" explain --format jsonl - 1 <mail/windup-repro-5.x.txt
	[ "${#lines[@]}" -eq 1 ]
	[ "$(jq -r .schema <<<"$output")" = shrinkctl.explain/1 ]
}
