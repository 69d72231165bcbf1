# SPDX-License-Identifier: GPL-2.0-or-later
# What calls say of how they came to their verdict: it must add up, and be so.
# shellcheck disable=SC2016 # for jq
load setup

setup() {
	cd "$TOP/fixtures"
}

# each_dump - for every capture, with and without what it recorded: $1 with a dump of
# its calls in jsonl on standard input.
each_dump() {
	local capture option
	for capture in captures/*.dat trace/lost.dat text/report-lost.txt text/trace_pipe-lost.txt; do
		for option in "" "--blind=identity"; do
			# shellcheck disable=SC2086 # none or one
			"$SHRINKCTL" dump --calls --format jsonl $option "$capture" |
				"$1" || {
				echo "$capture $option"
				return 1
			}
		done
	done
}

# none JQ-CONDITION - of the calls on standard input is so.
none() {
	jq -nc "[inputs | select($1) | .n] | select(length > 0) | halt_error"
}

@test "evidence: these tests can fail" {
	run -5 none true <<<'{"n":7}'
	assert_output '[7]'
	run -0 none false <<<'{"n":7}'
}

parts_are_sums() {
	none '.evidence | [.from_calls, .ahead, .others | values |
		(.calls | length) == ([.count, 4] | min) and .count > 0 and
		(.count > 4 or .total == (.calls | map(.amount) | add))] | all | not'
}

@test "evidence: parts add up to their totals" {
	each_dump parts_are_sums
}

# What it took is what calls had left there, less or more what went the other way round,
# and what was inherited; what it left is its own and what others added.
amounts_add_up() {
	none '(.verdict | IN("exact", "concurrent", "reparented")) and (.evidence as $e |
		($e.from_calls and ($e.ahead | not) and
		 .observed.deferred != $e.from_calls.total + ($e.inherited // 0)) or
		($e.others and .observed.new_deferred != $e.store + $e.others.total))'
}

@test "evidence: amounts are what is named, and nothing else" {
	each_dump amounts_add_up
}

# What is expected beside the counter's chain accounts for all that differs.
concurrent_adds_up() {
	none '.verdict == "concurrent" and ((.evidence as $e |
		(($e.others and .observed.new_deferred == $e.store + $e.others.total) or
		 ($e.ahead and .observed.deferred == .predicted.deferred + $e.ahead.total))) | not)'
}

@test "evidence: concurrent names what makes the difference" {
	each_dump concurrent_adds_up
}

reparented_adds_up() {
	none '.verdict == "reparented" and (.evidence as $e |
		($e.heir_count > 0 and ($e.heirs | length) == ([$e.heir_count, 4] | min) and
		 ($e.heir_count > 4 or $e.inherited == ($e.heirs | map(.amount) | add)) and
		 all($e.heirs[]; .amount > 0) and
		 ($e.inherited + ($e.from_calls.total // 0) <= .observed.deferred) and
		 (.predicted.deferred == null or .predicted.deferred == .observed.deferred)) | not)'
}

@test "evidence: reparented names lanes and amounts that add up" {
	each_dump reparented_adds_up
}

# Only from a verdict that says so.
evidence_fits_verdict() {
	none '(.evidence | has("heirs")) and (.verdict | IN("reparented", "reused", "unexplained", "lost", "ambiguous") | not) or
		(.verdict == "reused") != (.evidence | has("reuse")) or
		(.verdict == "lost") != (.evidence | has("gap")) or
		(.verdict == "ambiguous") != (.evidence | has("rivals")) or
		(.verdict == "ambiguous" and .memcg.from != "inferred")'
}

@test "evidence: every verdict has its own" {
	each_dump evidence_fits_verdict
}

@test "evidence: other calls exist, and did what is said of them" {
	local capture
	for capture in captures/*.dat; do
		"$SHRINKCTL" dump --calls --format jsonl "$capture" >"$BATS_TEST_TMPDIR/calls"
		# Additions are what that call, of that task, had left of its own plan.
		jq -nec --slurpfile all "$BATS_TEST_TMPDIR/calls" '
			[$all[] | .n as $n | .evidence | .others, .from_calls | values | .calls[] |
				select($all[.n - 1] as $call |
					$call.n != .n or $call.pid != .pid or .n > $n + 1000 or
					($call.evidence.store // .amount) != .amount) | $n] == []' || {
			echo "$capture names calls that are not so"
			return 1
		}
	done
}

# gone LANES - what was removed when, by id.
gone() {
	"$SHRINKCTL" dump --format jsonl "$1" |
		jq -c 'select(.event == "cgroup_rmdir") | {key: "\(.memcg_id)", value: .time_ns}' |
		jq -sc from_entries
}

@test "evidence: who left deferred work has been removed before" {
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat |
		jq -nec --argjson gone "$(gone captures/6.12-reparent-truth.dat)" '
			[inputs | select(.verdict == "reparented") | .start_ns as $now | .evidence.heirs[] |
				.rmdir_ns == $gone["\(.id)"] and .rmdir_ns < $now] | length > 5 and all'
}

@test "evidence: who left deferred work is not heard of again" {
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/calls"
	jq -nec --slurpfile all "$BATS_TEST_TMPDIR/calls" '
		($all | group_by(.memcg.lane) | map({key: "\(.[0].memcg.lane)", value: (map(.start_ns) | max)}) | from_entries) as $last |
		[$all[] | select(.verdict == "reparented") | .start_ns as $now | .evidence.heirs[] | $last["\(.lane)"] < $now] |
		length > 5 and all'
}

# Three calls of one counter; the second is missing.
gapped() { # MARK
	cat <<END
           cat-70      [000] .....   10.000001: mm_shrink_slab_start: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 objects to shrink 100 gfp_flags GFP_KERNEL cache items 4000 delta 0 total_scan 0 priority 12
           cat-70      [000] .....   10.000002: mm_shrink_slab_end: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 unused scan count 100 new scan count 100 total_scan 0 last shrinker return val 0
$1
           cat-70      [000] .....   10.000009: mm_shrink_slab_start: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 objects to shrink 142 gfp_flags GFP_KERNEL cache items 4000 delta 0 total_scan 0 priority 12
           cat-70      [000] .....   10.000010: mm_shrink_slab_end: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 unused scan count 142 new scan count 142 total_scan 0 last shrinker return val 0
END
}

@test "evidence: lost names the gap, and when the counter was seen last" {
	gapped 'CPU:0 [LOST 17 EVENTS]' | "$SHRINKCTL" dump --calls --format jsonl --kernel 6.1 - |
		jq -sec 'map(.verdict) == ["exact", "lost"] and
			(.[1].evidence.gap | .cpu == 0 and .count == 17 and .seen_ns == 10000002000 and
				.from_ns <= .to_ns and .to_ns <= 10000009000) and
			.[1].predicted.deferred == 100 and .[1].observed.deferred == 142'
	# Without a gap it is what it is.
	gapped '' | sed '/^$/d' | "$SHRINKCTL" dump --calls --format jsonl --kernel 6.1 - |
		jq -sec 'map(.verdict) == ["exact", "unexplained"]'
}
