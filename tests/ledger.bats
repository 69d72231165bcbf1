# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl ledger: every account balances, and says what a dump of all calls says.
# shellcheck disable=SC2016,SC2030,SC2031 # for inner shells; bats sets output
load setup
load digest

@test "ledger: 5.10, one deferred count for all memcgs" {
	golden ledger/5.10-mixed-ctx 0 ledger captures/5.10-mixed-ctx.dat
}

@test "ledger: 6.1, mounts come and go" {
	golden ledger/6.1-mount-truth 0 ledger captures/6.1-mount-truth.dat
}

@test "ledger: 6.12, memcgs die and leave what they had deferred" {
	golden ledger/6.12-reparent-truth 0 ledger captures/6.12-reparent-truth.dat
}

@test "ledger: 7.2, memcg_id in the events" {
	golden ledger/7.2-mixed 0 ledger captures/7.2-mixed.dat
}

@test "ledger: by every key" {
	local key
	for key in task gfp context memcg priority; do
		golden "ledger/by-$key" 0 ledger --by "$key" captures/5.10-mixed-ctx.dat || return 1
	done
	golden ledger/by-memcg-6.12 0 ledger --by memcg --top 5 captures/6.12-reparent-truth.dat
}

@test "ledger: JSON and CSV whole, of a small capture" {
	golden ledger/lost.json 0 ledger --format json trace/lost.dat
	golden ledger/lost.csv 0 ledger --format csv trace/lost.dat
	golden ledger/by-task.json 0 ledger --by task --format json text/trace.txt
	golden ledger/by-task.csv 0 ledger --by task --format csv text/trace.txt
}

# ledger ARGS... - as JSON, into a file whose name it sets.
ledger() {
	out=$BATS_TEST_TMPDIR/ledger.json
	"$SHRINKCTL" ledger --format json "$@" >"$out"
}

balances='all(.counters[]; .opening == null or .closing == null or
	.opening + .added - .paid - .written_off + .moved + .unseen == .closing)'

# The same sums, over all rows of any table.
adds_up='. as $all | ["added", "paid", "written_off", "calls", "refusals", "want_fs"] |
	all(.[]; . as $sum | all($all.counters, $all.causes, $all.shrinkers; map(.[$sum]) | add == $all.total[$sum]))'

@test "ledger: every account of every capture balances" {
	cd "$TOP/fixtures"
	local capture option
	for capture in captures/*.dat trace/lost.dat trace/two-instances.dat text/trace.txt \
		text/report-3.1-fixture.txt text/report-lost.txt text/bpftrace.txt; do
		for option in '' '--blind=identity' '--pid=150' '--since=+1' '--nid=0' '--shrinker=super*'; do
			# shellcheck disable=SC2086 # none is no argument
			ledger $option "$capture"
			jq -e "$balances" "$out" >/dev/null || { echo "$capture $option does not balance"; return 1; }
			jq -e ".total.calls == 0 or ($adds_up)" "$out" >/dev/null ||
				{ echo "$capture $option does not add up"; return 1; }
		done
	done
}

@test "ledger: where all is explained, nothing is unseen" {
	cd "$TOP/fixtures"
	local capture
	for capture in captures/*.dat; do
		ledger "$capture"
		jq -e '.total.calls_doubtful > 0 or (all(.counters[]; .unseen == 0) and .total.jumps == 0 and .total.moved == 0)' "$out" >/dev/null ||
			{ echo "$capture has something unseen"; return 1; }
	done
}

# What one call added, paid and lost to a cap, from 5.13 on and from 4.10 to 5.12.
movements='map(.observed | (.delta - .scanned) as $net | (.deferred + $net) as $owed |
	([$owed, 0] | max) as $kept | (if $new then [$kept, 2 * .freeable] | min else $kept end) as $store |
	if $owed < $store then [$store - .deferred, 0] else [$net, $owed - $store] end |
	{added: ([.[0], 0] | max), paid: ([-.[0], 0] | max), written_off: .[1]})'

@test "ledger: the sums are those of the calls" {
	cd "$TOP/fixtures"
	local capture new
	for capture in captures/*.dat; do
		new=true
		[[ $capture != */5.10* ]] || new=false
		ledger "$capture"
		"$SHRINKCTL" dump --calls --format jsonl "$capture" >"$BATS_TEST_TMPDIR/calls"
		diff <(jq -cS '.total | {added, paid, written_off}' "$out") \
			<(jq -cS -s --argjson new "$new" "$movements | {added: map(.added) | add, paid: map(.paid) | add, written_off: map(.written_off) | add}" \
				"$BATS_TEST_TMPDIR/calls")
		# And by task.
		ledger --by task "$capture"
		diff <(jq -c '.parts | sort_by(.pid)[] | [.pid, .comm, .calls, .added, .paid]' "$out") \
			<(jq -c -s --argjson new "$new" "group_by(.pid)[] | [.[0].pid, .[0].comm, length] + ($movements | [(map(.added) | add), (map(.paid) | add)])" \
				"$BATS_TEST_TMPDIR/calls")
	done
}

@test "ledger: a counter opens and closes with what its calls saw" {
	cd "$TOP/fixtures"
	ledger captures/7.2-mixed.dat
	"$SHRINKCTL" dump --calls --format jsonl captures/7.2-mixed.dat >"$BATS_TEST_TMPDIR/calls"
	diff <(jq -c '.counters[] | select(.nid != null and .memcg != null) |
			[.shrinker, .nid, .memcg.id, .opening, .closing, .highest.value, .calls]' "$out" | sort) \
		<(jq -c -s 'group_by([.shrinker, .nid, .memcg.id])[] | . as $calls |
			[.[0].shrinker, .[0].nid, .[0].memcg.id, .[0].observed.deferred,
			 (max_by(.end_ns) | .observed.new_deferred),
			 (map(.observed.deferred, .observed.new_deferred) | max), length]' "$BATS_TEST_TMPDIR/calls" |
			grep -Ff <(jq -r '.counters[] | select(.nid != null and .memcg != null) |
				"[\"\(.shrinker)\",\(.nid),\(.memcg.id),"' "$out") | sort)
}

@test "ledger: the largest addition is that of the call it names" {
	cd "$TOP/fixtures"
	ledger captures/6.12-reparent-truth.dat
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/calls"
	jq -ne --slurpfile ledger "$out" --slurpfile calls "$BATS_TEST_TMPDIR/calls" '
		all($ledger[0].counters[] | select(.largest); . as $row | $calls[.largest.n - 1] |
			.n == $row.largest.n and .shrinker == $row.shrinker and .memcg.id == $row.largest.memcg.id and
			.pid == $row.largest.pid and .gfp == $row.largest.gfp and .start_ns == $row.largest.start_ns and
			.priority == $row.largest.priority and
			.observed.delta - .observed.scanned == $row.largest.added)'
}

@test "ledger: what a memcg left is another's gain" {
	cd "$TOP/fixtures"
	ledger captures/6.12-reparent-truth.dat
	jq -e '([.counters[] | select(.into)] | length) > 10 and .total.moved == 0 and
		all(.counters[] | select(.into); .moved < 0 and .closing == 0 and .into == 1) and
		any(.counters[]; .moved > 0 and .memcg.lane == 1)' "$out"
	# Where the capture has recorded paths, they are there.
	jq -e 'any(.counters[]; .memcg.path == "/r10.3")' "$out"
	run -0 "$SHRINKCTL" ledger captures/6.12-reparent-truth.dat
	assert_line --regexp '^super_cache_scan#5 +0  /r10.3 '
}

@test "ledger: --top leaves rows out, and says so" {
	cd "$TOP/fixtures"
	ledger --top 3 captures/7.2-mixed.dat
	jq -e '(.counters | length) == 3 and (.causes | length) == 3 and .counters_left_out == 20' "$out"
	run -0 "$SHRINKCTL" ledger --top 3 captures/7.2-mixed.dat
	assert_line '20 more counters are left out; --top 0 shows all'
	run -0 "$SHRINKCTL" ledger --top 0 captures/7.2-mixed.dat
	refute_output --partial 'left out'
	[ "$("$SHRINKCTL" ledger --top 3 --format csv captures/7.2-mixed.dat | wc -l)" -eq 4 ]
	# Sums are of all.
	diff <(jq .total "$out") <("$SHRINKCTL" ledger --format json captures/7.2-mixed.dat | jq .total)
}

@test "ledger: columns that have nothing to say are left out" {
	cd "$TOP/fixtures"
	# Nothing came from elsewhere, and nothing was there before.
	"$SHRINKCTL" ledger --format json captures/7.2-mixed.dat |
		jq -e 'all(.counters[]; .moved == 0 and .unseen == 0 and (.opening // 0) == 0)'
	run -0 "$SHRINKCTL" ledger captures/7.2-mixed.dat
	assert_line --regexp '^shrinker +node +memcg +calls +added +paid +written off +closing +highest +largest addition$'
	run -0 "$SHRINKCTL" ledger captures/6.12-reparent-truth.dat
	assert_line --regexp '^shrinker +node +memcg +calls +opening +added +paid +written off +moved +closing +highest +largest addition$'
}

@test "ledger: rows are those that added most" {
	cd "$TOP/fixtures"
	ledger captures/6.12-reparent-truth.dat
	jq -e '(.counters, .causes, .shrinkers) | map(.added) | . == (sort | reverse)' "$out"
}

@test "ledger: CSV has the rows of JSON, and as many fields in each" {
	cd "$TOP/fixtures"
	local key
	"$SHRINKCTL" ledger --format csv captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/csv"
	ledger captures/6.12-reparent-truth.dat
	[ "$(fields "$BATS_TEST_TMPDIR/csv")" = 28 ]
	diff <(jq -r '.counters[] | "\(.shrinker),\(.added),\(.closing)"' "$out") \
		<(tail -n +2 "$BATS_TEST_TMPDIR/csv" | cut -d, -f1,14,20)
	for key in task gfp context memcg priority; do
		"$SHRINKCTL" ledger --by "$key" --format csv captures/6.12-reparent-truth.dat >"$BATS_TEST_TMPDIR/csv"
		ledger --by "$key" captures/6.12-reparent-truth.dat
		[ "$(fields "$BATS_TEST_TMPDIR/csv")" = 21 ]
		diff <(jq -r '.parts[].added' "$out") <(tail -n +2 "$BATS_TEST_TMPDIR/csv" | cut -d, -f16)
	done
}

@test "ledger: JSON lines are the document on one line" {
	cd "$TOP/fixtures"
	run -0 --separate-stderr "$SHRINKCTL" ledger --format jsonl text/trace.txt
	[ "${#lines[@]}" -eq 1 ]
	diff <(jq -cS . <<<"$output") <("$SHRINKCTL" ledger --format json text/trace.txt | jq -cS .)
}

@test "ledger: a filter that splits counters takes what is between its calls for unseen" {
	cd "$TOP/fixtures"
	"$SHRINKCTL" dump --calls --format jsonl --pid 150 captures/7.2-mixed.dat >"$BATS_TEST_TMPDIR/calls"
	ledger --pid 150 captures/7.2-mixed.dat
	jq -e '.filtered' "$out"
	jq -ne --slurpfile ledger "$out" --slurpfile calls "$BATS_TEST_TMPDIR/calls" '
		all($ledger[0].counters[] | select(.nid != null); . as $row |
			[$calls[] | select(.shrinker == $row.shrinker and .nid == $row.nid and .memcg.id == $row.memcg.id)] |
			length == $row.calls and .[0].observed.deferred == $row.opening and
			.[-1].observed.new_deferred == $row.closing)'
	run -0 "$SHRINKCTL" ledger --pid 150 captures/7.2-mixed.dat
	assert_output --partial 'the filter leaves calls out) went'
	# A shrinker's counters stay whole.
	diff <("$SHRINKCTL" ledger --format json captures/7.2-mixed.dat | jq -c '.counters[] | select(.symbol == "ext4_es_scan")') \
		<("$SHRINKCTL" ledger --format json --shrinker ext4_es_scan captures/7.2-mixed.dat | jq -c '.counters[]')
}

@test "ledger: nothing passes, there is nothing, it is damaged" {
	golden ledger/filtered-out 0 ledger --shrinker 'nfs*' text/trace.txt
	golden ledger/empty 0 ledger text/report-empty.txt
	golden ledger/damaged 2 ledger bad/trace-cut-in-data.dat
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" ledger --format csv text/report-empty.txt
	[ "${#lines[@]}" -eq 1 ]
	run -0 "$SHRINKCTL" ledger --format json text/report-empty.txt
	jq -e '.counters == [] and .causes == [] and .total.calls == 0 and .first_ns == null' <<<"$output"
	local file
	for file in bad/*.dat bad/*.txt; do
		run "$SHRINKCTL" ledger --format json "$file"
		[ "$status" -eq 2 ] || [ "$status" -eq 0 ] || { echo "$file: $status"; return 1; }
	done
}

@test "ledger: without times, addresses or gfp" {
	golden ledger/nocontext 0 ledger text/trace-nocontext-info.txt
	golden ledger/report-3.1 0 ledger text/report-3.1-fixture.txt
	golden ledger/mail 0 ledger mail/windup-4.14.txt
}

@test "ledger: from a pipe it is the same" {
	cd "$TOP/fixtures"
	local file
	for file in text/trace.txt captures/7.2-drop-truth.dat; do
		# shellcheck disable=SC2002 # a pipe is the point
		diff <("$SHRINKCTL" ledger "$file" | tail -n +2) <(cat "$file" | "$SHRINKCTL" ledger - | tail -n +2)
	done
}

@test "ledger: interrupted, it prints what it has, and says that it is a part" {
	local fifo=$BATS_TEST_TMPDIR/fifo pid status=0
	mkfifo "$fifo"
	"$SHRINKCTL" ledger --format json "$fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
	pid=$!
	exec 7>"$fifo"
	stream 3000 >&7
	kill -s INT "$pid"
	wait "$pid" || status=$?
	exec 7>&-
	[ "$status" -eq 0 ]
	jq -e '.capture.partial and .total.calls > 1000 and .total.unseen == 0' "$BATS_TEST_TMPDIR/out"
}

@test "ledger: usage" {
	golden ledger/help 0 ledger --help
	golden ledger/no-file 2 ledger
	golden ledger/two-files 2 ledger a b
	golden ledger/bad-by 2 ledger --by shrinker text/trace.txt
	golden ledger/bad-top 2 ledger --top many text/trace.txt
}
