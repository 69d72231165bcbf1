# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl replay: what is summed up, in every format, from every kind of input.
# shellcheck disable=SC2016,SC2030,SC2031 # for inner shells; bats sets output
load setup
load digest

# The part of a summary that says whether the model holds, and a line a shrinker.
summary='{generation, calls, orphan_starts, orphan_ends, verdicts, predicted, scanned},
	(.shrinkers[] | [.label, .batch.value, .batch.from, .seeks.value, .seeks.from, .numa_aware, .memcg_aware,
	 .lanes, .calls, .planned, .scanned.predicted, .scanned.observed, .freed, .refusals, .deferred.max])'

@test "replay: 5.10, one deferred count for all memcgs" {
	golden replay/5.10-mixed-ctx 0 replay captures/5.10-mixed-ctx.dat
}

@test "replay: 6.1, mounts come and go, identity from a kprobe" {
	golden replay/6.1-mount-truth 0 replay captures/6.1-mount-truth.dat
}

@test "replay: 6.12, memcgs die, identity from a tracepoint probe" {
	golden replay/6.12-reparent-truth 0 replay captures/6.12-reparent-truth.dat
}

@test "replay: 6.18, identity from a BPF program" {
	golden replay/6.18-limits-bpf 0 replay captures/6.18-limits-bpf.dat
}

@test "replay: lines of a BPF program tell of their call, before its start and behind" {
	cd "$TOP/fixtures"
	local text
	for text in perf-script-bpf report-bpf report-bpf-R trace-bpf-fields; do
		run -0 "$SHRINKCTL" dump --calls --format jsonl text/$text.txt
		[ "${#lines[@]}" -ge 3 ]
		[ "$(jq -r '"\(.memcg.from) \(.memcg.id)"' <<<"$output" | sort -u)" = "identity 1" ]
	done
}

@test "replay: memcgs that ended are named" {
	cd "$TOP/fixtures"
	run "$SHRINKCTL" replay captures/6.12-reparent-truth.dat
	assert_line --regexp '^note: [0-9]+ memcgs ended and left deferred work to their parents: (lane [0-9]+ /r[0-9.]+ to lane 1, ){3}lane [0-9]+ /r[0-9.]+ to lane 1 and [0-9]+ more$'
	run "$SHRINKCTL" replay text/trace-context.txt
	refute_line --partial ' ended '
}

@test "replay: what is explained is said in words, and how memcgs are known" {
	cd "$TOP/fixtures"
	local calls=$BATS_TEST_TMPDIR/calls
	"$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat >"$calls"
	run -0 "$SHRINKCTL" replay captures/6.12-reparent-truth.dat
	assert_line --regexp "^$(jq -rs '[.[] | select(.verdict == "reparented")] | length' "$calls") calls found $(jq -s 'map(.evidence.inherited // 0) | add' "$calls" |
		sed 's/...$/,&/') objects that memcgs that ended had left \\(calls $(jq -rs '[.[] | select(.verdict == "reparented").n][:3] | join(", ")' "$calls") and [0-9]+ more\\)\.$"
	refute_output --partial 'inferred'
	"$SHRINKCTL" dump --calls --format jsonl captures/7.2-mixed.dat >"$calls"
	run -0 "$SHRINKCTL" replay captures/7.2-mixed.dat
	assert_line --regexp "^4 calls overlapped .* $(jq -rs 'map(select(.verdict == "concurrent")) | max_by(.evidence.others.total) | "up to \(.evidence.others.total) objects meanwhile .call \(.n)"' "$calls")\\)\.$"
	run -0 "$SHRINKCTL" replay --blind identity captures/7.2-mixed.dat
	assert_line 'note: memcgs are inferred: 10,497 calls were followed in 4 lanes'
	# One counter for all memcgs: there is nothing to infer.
	run -0 "$SHRINKCTL" replay captures/5.10-mixed-ctx.dat
	refute_output --partial 'inferred:'
}

@test "replay: 7.2, memcg_id in the events" {
	golden replay/7.2-mixed 0 replay captures/7.2-mixed.dat
}

@test "replay: 7.2, where all is exact the exit status is 0" {
	golden replay/7.2-drop-truth 0 replay captures/7.2-drop-truth.dat
}

@test "replay: what record has written in 6.1 and 6.12, identity in it" {
	golden replay/record-6.1-ending-kprobe-context 0 replay captures/record-6.1-ending-kprobe-context.dat
	golden replay/record-6.12-ending-tracepoint-probe-context 0 replay \
		captures/record-6.12-ending-tracepoint-probe-context.dat
	golden replay/record-6.12-pressure-kprobe 0 replay captures/record-6.12-pressure-kprobe.dat
}

@test "replay: JSON of every capture" {
	local capture
	for capture in 5.10-mixed-ctx 6.1-mount-truth 6.12-reparent-truth 6.18-limits-bpf 7.2-mixed; do
		digest "replay/$capture.json" 0 "$summary" \
			replay --format json "captures/$capture.dat" || return 1
	done
	digest replay/7.2-drop-truth.json 0 "$summary" replay --format json captures/7.2-drop-truth.dat
}

@test "replay: JSON whole, of a small capture" {
	golden replay/two-instances.json 0 replay --format json trace/two-instances.dat
}

@test "replay: what the JSON of a capture consists of" {
	cd "$TOP/fixtures"
	local capture out=$BATS_TEST_TMPDIR/out.jsonl
	for capture in captures/*.dat text/report.txt text/report-lost.txt text/trace-nocontext-info.txt text/report-3.1-fixture.txt; do
		"$SHRINKCTL" replay --format jsonl "$capture" || [ $? -eq 1 ]
	done >"$out"
	[ "$(jq -r .schema "$out" | uniq -c | xargs)" = '16 shrinkctl.replay/1' ]
	[ "$(keys . "$out")" = '["calls","capture","generation","orphan_ends","orphan_starts","predicted","scanned","schema","shrinkers","verdicts"]' ]
	[ "$(keys .capture "$out")" = '["clock","context_events","events","first_ns","format","incomplete","kernel","last_ns","lost_events","lost_gaps","malformed","partial","path","skipped"]' ]
	[ "$(keys .generation "$out")" = '["candidates","from","kernel_agrees","name"]' ]
	[ "$(keys .verdicts "$out")" = '["ambiguous","concurrent","exact","lost","own_count","refused","reparented","reused","unexplained"]' ]
	[ "$(keys .predicted "$out")" = '["deferred","delta","new_deferred","planned","scanned"]' ]
	[ "$(keys '.predicted[]' "$out")" = '["checked","equal"]' ]
	[ "$(keys .scanned "$out")" = '["observed","predicted"]' ]
	[ "$(keys '.shrinkers[]' "$out")" = '["address","batch","calls","deferred","freed","label","lanes","memcg_aware","module","name","numa_aware","planned","refusals","scanned","seeks","symbol","verdicts"]' ]
	[ "$(keys '.shrinkers[] | (.batch, .seeks)' "$out")" = '["candidate_count","candidates","contradicted","from","value"]' ]
	[ "$(keys '.shrinkers[].deferred' "$out")" = '["first","last","max"]' ]
	[ "$(keys '.shrinkers[].scanned' "$out")" = '["observed","predicted"]' ]
	[ "$(keys '.shrinkers[].verdicts' "$out")" = "$(keys .verdicts "$out")" ]
}

@test "replay: the sums of JSON agree with each other" {
	cd "$TOP/fixtures"
	local capture
	for capture in captures/*.dat trace/two-instances.dat; do
		"$SHRINKCTL" replay --format json "$capture" | jq -e '
			.calls == ([.verdicts[]] | add) and
			.calls == ([.shrinkers[].calls] | add) and
			.scanned.observed == ([.shrinkers[].scanned.observed] | add) and
			.scanned.predicted == ([.shrinkers[].scanned.predicted] | add) and
			.capture.events == 2 * .calls + .orphan_starts + .orphan_ends and
			all(.predicted[]; .equal <= .checked) and
			all(.shrinkers[]; .calls == ([.verdicts[]] | add)) and
			(.verdicts.exact == ([.shrinkers[].verdicts.exact] | add))' >/dev/null || {
			echo "$capture does not add up"
			return 1
		}
	done
}

# A start event is written some time after its call has emptied the counter.
@test "replay: who finds a counter emptied before the event that says so" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" replay --format json trace/join-6.12.dat
	[ "$(jq -c '.verdicts | [.exact, .concurrent, .unexplained]' <<<"$output")" = '[367,4,0]' ]
}

# Calls that only the root's pass makes, with another memcg's pass between them.
@test "replay: where a pass of the root ends" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" replay --format json trace/passes-6.1.dat
	[ "$(jq -c '.verdicts | [.exact, .concurrent, .unexplained]' <<<"$output")" = '[1266,1,0]' ]
}

@test "replay: text captures" {
	golden replay/text 0 replay text/trace.txt text/report.txt text/report-R-t.txt \
		text/perf-script-ns.txt text/console-6.1.txt text/perf-trace.txt
	golden replay/bpftrace 0 replay text/bpftrace.txt
}

@test "replay: text without times, with losses, and of a kernel nobody can tell" {
	golden replay/text-poor 1 replay text/trace-nocontext-info.txt text/report-clock-tsc.txt \
		text/trace_pipe-lost.txt text/report-empty.txt text/report-3.1-fixture.txt
}

@test "replay: JSON lines are one document a line" {
	cd "$TOP/fixtures"
	run -0 --separate-stderr "$SHRINKCTL" replay --format jsonl text/trace.txt text/report.txt
	[ "${#lines[@]}" -eq 2 ]
	[ -z "$stderr" ]
	[ "$(jq -r .capture.path <<<"${lines[1]}")" = text/report.txt ]
	# The same as the JSON document, but for its layout.
	diff <(jq -cS . <<<"${lines[0]}") <("$SHRINKCTL" replay --format json text/trace.txt | jq -cS .)
}

@test "replay: JSON of several files is one array" {
	cd "$TOP/fixtures"
	run -0 --separate-stderr "$SHRINKCTL" replay --format json text/trace.txt text/report.txt text/trace.txt
	[ "$(jq -c 'map(.capture.path)' <<<"$output")" = '["text/trace.txt","text/report.txt","text/trace.txt"]' ]
}

@test "replay: CSV" {
	golden replay/csv 0 replay --format csv text/trace.txt text/report.txt
}

@test "replay: CSV has one header, and as many fields in every row" {
	cd "$TOP/fixtures"
	local out=$BATS_TEST_TMPDIR/out.csv
	"$SHRINKCTL" replay --format csv captures/*.dat trace/two-instances.dat >"$out" || [ $? -eq 1 ]
	[ "$(fields "$out")" = 27 ]
	[ "$(grep -c ^path, "$out")" -eq 1 ]
	[ "$(cut -d, -f1 "$out" | sort -u | wc -l)" -eq 14 ]
	# Every shrinker that JSON has, with its calls.
	diff <("$SHRINKCTL" replay --format json captures/7.2-mixed.dat |
		jq -r '.shrinkers[] | "\(.label),\(.calls)"') \
		<(grep ^captures/7.2-mixed "$out" | cut -d, -f2,10)
}

@test "replay: several files go on after a bad one, and the worst decides" {
	golden replay/several 2 replay text/trace.txt nosuch.dat text/report.txt
	golden replay/worst-is-1 1 replay text/trace.txt text/report-3.1-fixture.txt
}

@test "replay: --fail-on widens what is 1" {
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" replay text/trace.txt
	run -1 "$SHRINKCTL" replay --fail-on exact text/trace.txt
	run -0 "$SHRINKCTL" replay --fail-on refused,lost text/trace.txt
	run -1 "$SHRINKCTL" replay --fail-on refused,exact text/trace.txt
	# What is unexplained always counts.
	run -1 "$SHRINKCTL" replay --fail-on lost text/report-3.1-fixture.txt
	# Trouble is worse.
	run -2 "$SHRINKCTL" replay --fail-on exact text/trace.txt nosuch
	golden replay/fail-on 2 replay --fail-on exact,wrong text/trace.txt
}

@test "replay: --kernel decides the algorithm" {
	golden replay/kernel 1 replay --kernel 5.0 --format json trace/two-instances.dat
	cd "$TOP/fixtures"
	run -1 "$SHRINKCTL" replay --kernel 4.19.0 text/trace.txt
	assert_line --partial "generation  4.19.0, as --kernel says"
	run -1 "$SHRINKCTL" replay --kernel 5.10 captures/7.2-drop-truth.dat
	assert_line --partial "generation  5.0, as --kernel says; the release 7.2.13+deb14-cloud-amd64 says otherwise"
	run -0 "$SHRINKCTL" replay --kernel 'Linux host 6.1.0-49-amd64 #1' text/trace.txt
	assert_line --partial "generation  5.13, as --kernel says"
}

@test "replay: --kernel needs a release that has the events" {
	golden replay/kernel-old 2 replay --kernel 2.6.39 text/trace.txt
	golden replay/kernel-no-release 2 replay --kernel sid text/trace.txt
}

@test "replay: --set overrules table and identity, and calls may contradict it" {
	golden replay/set 1 replay --set 'super_cache_scan*.seeks=4' --set 'ext4*.batch=1000' captures/7.2-drop-truth.dat
	cd "$TOP/fixtures"
	# The truth, set, is not contradicted.
	"$SHRINKCTL" replay --set 'ext4_es_scan.batch=0' --set 'ext4_es_scan.seeks=2' --format json captures/7.2-drop-truth.dat |
		jq -e '.shrinkers[] | select(.label == "ext4_es_scan") |
			.batch == {value: 128, from: "option", candidates: [], candidate_count: 0, contradicted: 0} and .seeks.from == "option"'
}

@test "replay: --blind identity infers what was recorded, and finds the same" {
	cd "$TOP/fixtures"
	local seen=$BATS_TEST_TMPDIR/seen.json blind=$BATS_TEST_TMPDIR/blind.json
	"$SHRINKCTL" replay --format json captures/7.2-drop-truth.dat >"$seen"
	"$SHRINKCTL" replay --blind identity --format json captures/7.2-drop-truth.dat >"$blind" || [ $? -eq 1 ]
	jq -e 'all(.shrinkers[]; .batch.from == "identity" and .seeks.from == "identity")' "$seen"
	jq -e 'all(.shrinkers[]; .batch.from != "identity" and .seeks.from != "identity")' "$blind"
	# As many memcgs are inferred as were recorded.
	diff <(jq -c '[.shrinkers[].lanes]' "$seen") <(jq -c '[.shrinkers[].lanes]' "$blind")
	# No parameter that was found is another than the recorded one.
	jq -ne --slurpfile seen "$seen" --slurpfile blind "$blind" '
		[$seen[0].shrinkers, $blind[0].shrinkers] | transpose | all(
			.[0].label == .[1].label and
			(.[1].batch.value | . == null) or .[0].batch.value == .[1].batch.value and
			(.[1].seeks.value == null or .[0].seeks.value == .[1].seeks.value))'
}

# Filters: what they let through is what the dump of all calls says they should.
same_calls() { # JQ-CONDITION FILE OPTION... - and that there are some, but not all.
	local condition=$1 file=$2 want all
	all=$BATS_TEST_TMPDIR/$(basename "$file").jsonl
	shift 2
	[ -e "$all" ] || "$SHRINKCTL" dump --calls --format jsonl "$file" >"$all"
	jq -c "select($condition) | .n" "$all" >"$BATS_TEST_TMPDIR/want"
	"$SHRINKCTL" dump --calls --format csv "$@" "$file" | tail -n +2 | cut -d, -f1 >"$BATS_TEST_TMPDIR/got"
	diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got" || return 1
	want=$(wc -l <"$BATS_TEST_TMPDIR/want")
	if [ "$want" -eq 0 ] || [ "$want" -eq "$(wc -l <"$all")" ]; then
		echo "$*: $want calls are no test"
		return 1
	fi
	# replay sums up the same calls.
	"$SHRINKCTL" replay --format json "$@" "$file" >"$BATS_TEST_TMPDIR/sum" || [ $? -eq 1 ]
	[ "$(jq .calls "$BATS_TEST_TMPDIR/sum")" -eq "$want" ]
}

@test "replay: filters" {
	cd "$TOP/fixtures"
	same_calls '.shrinker == "super_cache_scan#2"' captures/7.2-drop-truth.dat --shrinker 'super_cache_scan#2'
	same_calls '.symbol == "super_cache_scan"' captures/7.2-drop-truth.dat --shrinker super_cache_scan
	same_calls '.symbol | test("^(super|ext4).*")' captures/7.2-drop-truth.dat --shrinker '[se][ux][pt][e4]*'
	same_calls '.nid == 1' captures/7.2-mixed.dat --nid 1
	same_calls '.nid == 0' captures/7.2-mixed.dat -n 0
	same_calls '.memcg.id == 120' captures/7.2-mixed.dat --memcg 120
	same_calls '.pid == 150' captures/7.2-mixed.dat --pid 150
	same_calls '.start_ns >= 12000000000' captures/7.2-mixed.dat --since 12
	same_calls '.start_ns <= 7603518654' captures/7.2-mixed.dat --until 7.603518654
	same_calls '.start_ns <= 7603518654' captures/7.2-mixed.dat --until +0.1
	same_calls '.start_ns >= 7603518654 and .start_ns <= 8503518654 and .nid == 1 and .symbol == "super_cache_scan"' \
		captures/7.2-mixed.dat --since +0.1 --until +1 --nid 1 --shrinker 'super*'
}

@test "replay: --memcg takes an address where one was recorded" {
	cd "$TOP/fixtures"
	local address
	address=$("$SHRINKCTL" dump --calls --format jsonl captures/6.12-reparent-truth.dat |
		jq -r 'select(.memcg.id != 1) | .memcg.address | values' | head -n 1)
	[[ $address == 0x* ]]
	same_calls ".memcg.address == \"$address\"" captures/6.12-reparent-truth.dat --memcg "$address"
}

@test "replay: a filter that nothing passes says so" {
	golden replay/filtered-out 0 replay --shrinker 'nfs*' text/trace.txt
	# What a capture does not say is no node 0.
	golden replay/filtered-unknown 0 replay --nid 0 text/report-3.1-fixture.txt
}

@test "replay: the verdicts of calls do not depend on the filter" {
	cd "$TOP/fixtures"
	diff <("$SHRINKCTL" dump --calls --format jsonl captures/7.2-mixed.dat |
		jq -c 'select(.nid == 1 and .symbol == "ext4_es_scan") | [.n, .verdict, .predicted.deferred]') \
		<("$SHRINKCTL" dump --calls --format jsonl --nid 1 --shrinker ext4_es_scan captures/7.2-mixed.dat |
			jq -c '[.n, .verdict, .predicted.deferred]')
}

@test "replay: --instance reads one buffer of a trace.dat" {
	cd "$TOP/fixtures"
	local all one two
	all=$("$SHRINKCTL" dump --count trace/two-instances.dat)
	one=$("$SHRINKCTL" dump --count --instance shrfmt trace/two-instances.dat)
	two=$("$SHRINKCTL" dump --count --instance shrfmt2 trace/two-instances.dat)
	[ "${all% events}" -eq $((${one% events} + ${two% events})) ]
	[ "${one% events}" -gt 0 ] && [ "${two% events}" -gt 0 ]
	[ "$("$SHRINKCTL" dump --count --instance '' trace/two-instances.dat)" = "0 events" ]
	golden replay/instance-unknown 2 replay --instance nosuch trace/two-instances.dat
	golden replay/instance-of-text 2 replay --instance shrfmt text/trace.txt
}

@test "replay: --kallsyms names functions by address" {
	local trace=$BATS_TEST_TMPDIR/trace.txt symbols=$BATS_TEST_TMPDIR/kallsyms
	stream 2 | sed 's/ext4_es_scan+0x0\/0x10/0xffffffff81234560/' >"$trace"
	printf '%s\n' 'ffffffff81234500 T before' 'ffffffff81234560 t ext4_es_scan' 'ffffffff81234600 T after' >"$symbols"
	run -0 "$SHRINKCTL" replay "$trace"
	assert_line --regexp '^0xffffffff81234560 +\? '
	run -0 "$SHRINKCTL" replay --kallsyms "$symbols" "$trace"
	assert_line --regexp '^ext4_es_scan +128 '
	# A pipe will do; of another boot, it names nothing.
	run -0 bash -c '"$0" replay --kallsyms <(sed s/81234560/81234561/ "$1") "$2"' "$SHRINKCTL" "$symbols" "$trace"
	assert_line --regexp '^0xffffffff81234560 +\? '
	golden replay/kallsyms-missing 2 replay --kallsyms nosuch text/trace.txt
}

@test "replay: reads standard input and pipes, text and trace.dat alike" {
	cd "$TOP/fixtures"
	local file status out=$BATS_TEST_TMPDIR/out
	for file in text/trace.txt text/perf-script.txt trace/two-instances.dat captures/7.2-drop-truth.dat; do
		status=0
		"$SHRINKCTL" replay --format json "$file" >"$out.file" || status=$?
		sed "s,\"path\": \"$file\",\"path\": \"-\"," "$out.file" >"$out.want"
		run -"$status" --separate-stderr "$SHRINKCTL" replay --format json - <"$file"
		diff "$out.want" <(echo "$output")
		[ -z "$stderr" ]
		# shellcheck disable=SC2002 # a pipe is the point
		run -"$status" --separate-stderr bash -c 'cat "$1" | "$0" replay --format json -' "$SHRINKCTL" "$file"
		diff "$out.want" <(echo "$output")
		[ -z "$stderr" ]
	done
}

@test "replay: a pipe that delivers byte by byte is the same capture" {
	cd "$TOP/fixtures"
	bash -c 'dd if=text/trace.txt bs=1 status=none | "$0" replay --format jsonl -' "$SHRINKCTL" >"$BATS_TEST_TMPDIR/slow"
	diff <("$SHRINKCTL" replay --format jsonl - <text/trace.txt) "$BATS_TEST_TMPDIR/slow"
	bash -c 'head -c 3 trace/two-instances.dat; tail -c +4 trace/two-instances.dat' |
		"$SHRINKCTL" dump --count - >"$BATS_TEST_TMPDIR/slow"
	diff <("$SHRINKCTL" dump --count trace/two-instances.dat) "$BATS_TEST_TMPDIR/slow"
}

@test "replay: a piped trace.dat is spooled to \$TMPDIR, and leaves nothing there" {
	cd "$TOP/fixtures"
	mkdir "$BATS_TEST_TMPDIR/spool"
	# shellcheck disable=SC2002 # a pipe is the point
	cat captures/7.2-drop-truth.dat | TMPDIR=$BATS_TEST_TMPDIR/spool "$SHRINKCTL" dump --count -
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/spool")" ]
	run -2 --separate-stderr bash -c 'cat captures/7.2-drop-truth.dat | TMPDIR=/nonexistent "$0" replay -' "$SHRINKCTL"
	[[ $stderr == "shrinkctl: standard input: a trace.dat must be whole to be read, and "*"could not be kept in \$TMPDIR: No such file or directory; save it to a file" ]]
	[ -z "$output" ]
}

@test "replay: constant memory on an endless stream" {
	# shellcheck disable=SC2154 # bats sets stderr
	run --separate-stderr bash -c 'ulimit -v 400000; source "$1"; stream 60000 | "$0" replay --format json -' \
		"$SHRINKCTL" "$BATS_TEST_DIRNAME/digest.bash"
	[[ $stderr != *Sanitizer* ]] || skip "sanitizers take all memory there is"
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.calls, .verdicts.exact]' <<<"$output")" = '[60000,60000]' ]
}

@test "replay: usage" {
	golden replay/help 0 replay --help
	golden replay/no-file 2 replay
	golden replay/bad-option 2 replay --verdict text/trace.txt
}
