# SPDX-License-Identifier: GPL-2.0-or-later
# What shrinkctl reads of a trace.dat is what `trace-cmd report -R -t` reads of it.
load setup

setup() {
	command -v trace-cmd >/dev/null || skip "no trace-cmd"
	cd "$TOP/fixtures" || return
}

# Both sides as lines of time, CPU, task, event and all its values by the kernel's names:
# of large captures the first thousand calls.
# trace-cmd prints some numbers in hex; addresses, functions and masks stay as they are.
from_trace_cmd() {
	# shellcheck disable=SC2016 # jq's own variables
	trace-cmd report -R -t "$1" 2>/dev/null | grep mm_shrink_slab | head -2000 | jq -R -S -c '
		def number: if startswith("0x") then
				ltrimstr("0x") | explode | reduce .[] as $c (0;
					. * 16 + (if $c > 96 then $c - 87 else $c - 48 end))
			else tonumber end;
		def value($key): if $key == "shr" then .
			elif $key == "shrink" then sub("[+]0x0$"; "")
			elif $key == "gfp_flags" then ltrimstr("0x")
			else number end;
		sub("^ *[a-z0-9.]+: +"; " ") |
		capture("^ *(?<comm>\\S.*)-(?<pid>\\d+) +\\[(?<cpu>\\d+)\\] *" +
			"(?<time>[0-9.]+): mm_shrink_slab_(?<event>start|end): +(?<rest>.*)") |
		{ time: .time | sub("[.]"; "") | tonumber, cpu: .cpu | tonumber,
		  task: "\(.comm)-\(.pid)", event,
		  values: [.rest | scan("(\\w+)=(\\S+)") |
			{ key: .[0], value: (.[0] as $key | .[1] | value($key)) }] | from_entries }'
}

from_shrinkctl() {
	"$SHRINKCTL" dump --format jsonl "$1" | grep -E '"event":"(start|end)"' | head -2000 |
		jq -S -c '
		{ time: .time_ns, cpu, task: "\(.comm)-\(.pid)", event,
		  values: ({ shr: .address, shrink: .symbol, nid, memcg_id,
			nr_objects_to_shrink: .deferred, cache_items: .freeable, delta,
			gfp_flags: (.gfp_flags | if . then ltrimstr("0x") else . end),
			pgs_scanned, lru_pgs, priority, unused_scan, new_scan, retval,
			total_scan } | with_entries(select(.value != null))) }'
}

# same FILE [FILTER] - both sides agree, but for what jq's FILTER takes away.
same() {
	from_trace_cmd "$1" | jq -c "${2:-.}" >"$BATS_TEST_TMPDIR/want"
	from_shrinkctl "$1" | jq -c "${2:-.}" >"$BATS_TEST_TMPDIR/got"
	[ -s "$BATS_TEST_TMPDIR/want" ]
	cmp "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got" ||
		{ diff -u "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got" | head -20; false; }
}

# Counts and cycles are no nanoseconds: only text shows them.
same_ticks() {
	same "$1" "del(.time)"
	diff -u <(from_trace_cmd "$1" | jq .time) <("$SHRINKCTL" dump "$1" | cut -d " " -f 1)
}

@test "reader: version 6 is what trace-cmd reads" { same trace/v6.dat; }
@test "reader: version 7" { same trace/v7-none.dat; }
@test "reader: a clock that counts events" { same_ticks trace/v7-counter.dat; }
@test "reader: a clock that counts cycles" { same_ticks trace/v7-tsc.dat; }
@test "reader: starts and ends in two instances" { same trace/two-instances.dat; }
@test "reader: a hole" { same trace/lost.dat; }
@test "reader: 16 KB sub-buffers" { same trace/subbuf16k.dat; }
@test "reader: a newer trace-cmd" { same trace/tc33-record.dat; }
@test "reader: a stream" { same trace/stream.dat; }
@test "reader: a newer trace-cmd's conversion" { same trace/tc33-zstd.dat; }
@test "reader: big endian" { same trace/reencoded-be64.dat; }
@test "reader: 32 bit, before 3.16" { same trace/reencoded-le32-old.dat; }
# Of 5.10, trace-cmd prints masks in decimal, and of others in hex without saying so.
@test "reader: 5.10, two CPUs and other events" {
	same captures/5.10-mixed-ctx.dat "del(.values.gfp_flags)"
}
@test "reader: 6.12, two CPUs, dynamic events" { same captures/6.12-reparent-truth.dat; }

@test "reader: 6.18, lines of a BPF program" { same captures/6.18-limits-bpf.dat; }

@test "reader: the hole is as large as trace-cmd says" {
	run -0 bash -c 'trace-cmd report trace/lost.dat 2>/dev/null | grep -o "[0-9]* EVENTS DROPPED"'
	[ "$output" = "3180 EVENTS DROPPED" ]
	"$SHRINKCTL" dump --format jsonl trace/lost.dat |
		jq -e -s '[.[] | select(.event == "lost") | [.cpu, .count]] == [[1, 3180]]'
}
