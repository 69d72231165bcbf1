# SPDX-License-Identifier: GPL-2.0-or-later
# Lanes that are inferred, against the memcgs that the same capture recorded.
# shellcheck disable=SC2016 # for inner programs
load setup

# Captures of 5.13 and later that say which memcg each call was for.
captures=(6.1-mount-truth 6.12-reparent-truth 6.18-limits-bpf 7.2-drop-truth 7.2-mixed
	record-6.1-{limits-kprobe,ending-kprobe-context}
	record-6.12-{limits-tracepoint-probe,pressure-kprobe})

# calls FILE [OPTION...] - number, node, deferred, counter's shrinker, lane, where the
# memcg is known from, and verdict of all calls.
calls() {
	"$SHRINKCTL" dump --calls --format jsonl "${@:2}" "$TOP/fixtures/captures/$1.dat" |
		jq -r '[.n, .nid, .observed.deferred, .shrinker, .memcg.lane, .memcg.from, .verdict] | @tsv'
}

# Labels of shrinkers that keep a counter for each memcg.
aware() {
	"$SHRINKCTL" replay --format json "$TOP/fixtures/captures/$1.dat" |
		jq -r '.shrinkers[] | select(.memcg_aware) | .label'
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	local capture
	for capture in "${captures[@]}"; do
		calls "$capture" >"$capture.seen"
		calls "$capture" --blind identity >"$capture.blind"
		aware "$capture" >"$capture.aware" || [ $? -eq 1 ]
	done
}

@test "blind: what was recorded is recorded, and then hidden" {
	local capture
	for capture in "${captures[@]}"; do
		[ "$(wc -l <"$capture.seen")" -ge 90 ]
		run -0 awk -F'\t' '$6 != "event" && $6 != "identity"' "$capture.seen"
		assert_output ''
		run -0 awk -F'\t' '$6 != "inferred"' "$capture.blind"
		assert_output ''
		# The calls are the same.
		diff <(cut -f1-3 "$capture.seen") <(cut -f1-3 "$capture.blind")
	done
}

@test "blind: calls of one lane, shrinker and node are for one memcg" {
	local capture full empty
	for capture in "${captures[@]}"; do
		# The call before on what is taken for the same counter was for the same memcg:
		# 99.9 % where something was deferred, 97 % where nothing was.
		full=0.999 empty=0.97
		# Five idle groups, which only drop_caches visits, and all find 2 or nothing.
		[[ $capture != 6.18-limits-bpf ]] || full=0.998 empty=0.65
		awk -F'\t' -v full=$full -v empty=$empty '
			FILENAME ~ /aware$/ { aware[$1] = 1; next }
			FILENAME ~ /seen$/ { memcg[$1] = $5; label[$1] = $4; next }
			!aware[label[$1]] { next }
			{ key = $5 SUBSEP $4 SUBSEP $2; kind = $3 != 0 }
			key in last { all[kind]++; right[kind] += last[key] == memcg[$1] }
			{ last[key] = memcg[$1] }
			END {
				printf "%d of %d, and %d of %d empty\n", right[1], all[1], right[0], all[0]
				exit !(all[1] && right[1] >= full * all[1] && right[0] >= empty * all[0])
			}' "$capture.aware" "$capture.seen" "$capture.blind" || {
			echo "$capture: lanes are not memcgs"
			return 1
		}
	done
}

@test "blind: nothing is unexplained, and hardly anything ambiguous" {
	local capture
	for capture in "${captures[@]}"; do
		awk -F'\t' '{ count[$7]++ } END { exit count["unexplained"] || 200 * count["ambiguous"] >= NR }' \
			"$capture.blind" || {
			echo "$capture: $(cut -f7 "$capture.blind" | sort | uniq -c | xargs)"
			return 1
		}
	done
}

# A few calls in which much happens: the first pass already meets three memcgs, and by the
# third these have ended and left what they had to the root.
@test "blind: groups that end on 6.1, with little to go by" {
	local capture=$TOP/fixtures/captures/6.1-reparent-truth.dat
	for option in --color=never --blind=identity; do
		run -0 "$SHRINKCTL" replay --format json "$option" "$capture"
		run -0 jq -r '.verdicts | [.unexplained, .ambiguous, .lost, .reparented >= 2] | @tsv' <<<"$output"
		assert_output $'0\t0\t0\ttrue'
	done
}

@test "blind: there are about as many lanes as memcgs" {
	local capture memcgs lanes
	for capture in "${captures[@]}"; do
		memcgs=$(cut -f5 "$capture.seen" | sort -u | wc -l)
		lanes=$(cut -f5 "$capture.blind" | sort -u | wc -l)
		echo "$capture: $memcgs memcgs, $lanes lanes"
		[ "$lanes" -ge $((memcgs / 2)) ]
		[ "$lanes" -le $((2 * memcgs)) ]
	done
}

@test "blind: memcgs are not inferred where they share their counters" {
	run -0 calls 5.10-mixed-ctx --blind identity
	[ "$(cut -f5,6 <<<"$output" | sort -u)" = $'\tnone' ]
}
