# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl sim: what it writes is what kernels and their tools would have written, and
# the cases that the field knows look as they did there.
# shellcheck disable=SC2016,SC2154 # bash -c expands; bats sets stderr
load setup

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	SCENARIOS=$TOP/fixtures/scenarios
	# Without memcgs, which old kernels do not have.
	cat >small.scn <<-'END'
		kernel 6.12.95
		cpus 3
		duration 60ms
		memory 100k
		  lru 60k
		cache sb-ext4:vda1
		  callback super_cache_scan
		  batch 1024
		  flags numa memcg
		  objects 5k
		  grows 300 every 1ms
		  refuses nofs
		cache ext4-es
		  callback ext4_es_scan ext4
		  objects 20k
		  grows 50 every 1ms
		reclaim xfs
		  gfp GFP_NOFS|__GFP_NOWARN
		  runs every 3ms
		reclaim dd
		  runs every 4ms
		drop_caches at 50ms
	END
}

# simulate ARGS... - without a word.
simulate() {
	run -0 --separate-stderr "$SHRINKCTL" sim -q "$@"
	[ -z "$stderr" ] || { echo "$stderr"; return 1; }
}

# replayed FILE ARGS... - all calls are explained, of which there are some.
replayed() {
	run -0 "$SHRINKCTL" replay --no-pager "$@"
	assert_output --regexp 'Of [1-9][0-9,]* calls .*none is unexplained'
}

# field FILE WHAT - of what replay says in JSON.
field() { "$SHRINKCTL" replay --no-pager --format json "$1" | jq -r "$2"; }

# said WHAT - the numbers on that line of the last simulation's summary.
said() { sed -n "s/^$1  *//p" <<<"$stderr" | tr -d ,; }

# --- forms ---

@test "sim: trace-cmd prints of each layout what we say that it prints" {
	command -v trace-cmd >/dev/null || skip "no trace-cmd"
	local kernel long order
	for kernel in 3.1 3.12.1 3.16 4.14 4.17 5.4 6.1 7.1; do
		for long in 8 4; do
			# It prints a negative long of 32 bits as if it had 64.
			[ $long = 8 ] || [[ $kernel != 3.* ]] || continue
			sed "1a long $long" small.scn >this.scn
			simulate --kernel $kernel -f trace-cmd --nanoseconds -o want --force this.scn
			for order in "" --big-endian; do
				simulate --kernel $kernel $order -o out.dat --force this.scn
				trace-cmd report -t out.dat >got 2>err
				diff -u want got
				[ ! -s err ] || { cat err; return 1; }
			done
		done
	done
}

@test "sim: trace-cmd reads every event, and each version and compression" {
	command -v trace-cmd >/dev/null || skip "no trace-cmd"
	local how events
	for how in "--compression none" "--compression zstd" "--file-version 6"; do
		# shellcheck disable=SC2086 # options
		simulate $how -o out.dat --force small.scn
		events=$("$SHRINKCTL" dump --count out.dat)
		run -0 trace-cmd report -R -t out.dat
		[ "$((${#lines[@]} - 1)) events" = "$events" ]
		refute_output --partial "FAILED TO PARSE"
	done
}

@test "sim: what trace-cmd does not understand of 7.1 it prints field by field" {
	command -v trace-cmd >/dev/null || skip "no trace-cmd"
	simulate --kernel 7.1 -o out.dat small.scn
	run -0 trace-cmd report out.dat
	assert_line --regexp 'mm_shrink_slab_start: \[FAILED TO PARSE\] shr=0x[0-9a-f]+ shrink=0x[0-9a-f]+ nr_objects_to_shrink=[0-9]+ gfp_flags=0x'
	replayed out.dat
}

@test "sim: the text of each kernel" {
	local kernel
	for kernel in 3.1 4.4 4.19.5 5.10 6.12.95 7.1; do
		"$SHRINKCTL" sim -q --kernel $kernel -f ftrace -d 4ms small.scn >"trace-$kernel"
	done
	cat trace-* >got
	if [ -n "${UPDATE:-}" ]; then
		install -D -m 644 got "$TOP/tests/golden/sim/trace.out"
	fi
	diff -u "$TOP/tests/golden/sim/trace.out" got
}

@test "sim: every form is read back as what it is" {
	simulate -f ftrace -o out.ftrace small.scn
	simulate -f trace-cmd -o out.trace-cmd small.scn
	simulate -f perf-script -o out.perf small.scn
	simulate -o out.dat small.scn
	run -0 "$SHRINKCTL" info out.dat
	assert_line "kernel      6.12.95"
	assert_line --regexp "^capture     .*: trace.dat v7, zstd"
	run -0 "$SHRINKCTL" info out.ftrace
	assert_line --regexp "^capture     .*: trace$"
	run -0 "$SHRINKCTL" info out.trace-cmd
	assert_line --regexp "^capture     .*: trace-cmd report$"
	run -0 "$SHRINKCTL" info out.perf
	assert_line --regexp "^capture     .*: perf script$"
	assert_line "kernel      6.12.95"
}

@test "sim: nanoseconds are those of the trace.dat" {
	simulate -o out.dat small.scn
	simulate -f perf-script --nanoseconds -o out.txt small.scn
	diff <("$SHRINKCTL" dump --format csv out.dat | cut -d, -f1) \
		<("$SHRINKCTL" dump --format csv out.txt | cut -d, -f1)
}

# --- the same bytes ---

@test "sim: twice the same bytes, whoever asks, and by any build" {
	local format other
	for format in trace-dat ftrace trace-cmd perf-script; do
		simulate -f $format -o one.$format small.scn
		(umask 077 && cd / && TZ=Asia/Tokyo LC_ALL=C.UTF-8 HOME=/ USER=nobody \
			"$SHRINKCTL" sim -q -f $format - <"$BATS_TEST_TMPDIR/small.scn") >two.$format
		[ $format = trace-dat ] || cmp one.$format two.$format
		for other in "$TOP"/build*/shrinkctl; do
			# One that is older than its sources has nothing to say.
			[ -x "$other" ] && [ -z "$(cd "$TOP" && find core parsers cli -name '*.[ch]' -newer "$other")" ] || continue
			"$other" sim -q -f $format -o three.$format --force small.scn
			cmp one.$format three.$format
		done
	done
	"$SHRINKCTL" sim -q small.scn | cmp - two.trace-dat
	diff <("$SHRINKCTL" dump one.trace-dat) <("$SHRINKCTL" dump two.trace-dat)
}

@test "sim: another seed, other events" {
	cat >chance.scn <<-'END'
		kernel 6.12.95
		duration 50ms
		cache sb-ext4:vda1
		  callback super_cache_scan
		  objects 50k
		  refuses busy 50%
		reclaim dd
		  runs every 1ms
		  priority 2
	END
	simulate --seed 1 -o one.dat chance.scn
	simulate --seed 1 -o same.dat chance.scn
	simulate --seed 2 -o other.dat chance.scn
	cmp one.dat same.dat
	run -1 cmp -s one.dat other.dat
}

# --- in place of what the scenario says ---

@test "sim: another kernel, for another time, with less recorded" {
	simulate --kernel 4.9.100 -d 20ms --without context,identity -o out.dat small.scn
	run -0 "$SHRINKCTL" info out.dat
	assert_line "kernel      4.9.100"
	assert_line --regexp '^events .* ends; 0 of other kinds passed over$'
	refute_output --partial "identity of every call"
	[ "$(field out.dat .capture.last_ns)" -lt 100020100000 ]
	replayed out.dat
}

@test "sim: the release is told, or has to be" {
	run -0 --separate-stderr "$SHRINKCTL" sim -o out.dat small.scn
	[ "$(said replay)" = "shrinkctl replay out.dat" ]
	run -0 --separate-stderr "$SHRINKCTL" sim -f ftrace -o "out put" small.scn
	[ "$(said replay)" = "shrinkctl replay --kernel 6.12.95 'out put'" ]
	assert_output ""
}

@test "sim: what there was is summed up" {
	run -0 --separate-stderr "$SHRINKCTL" sim -o out.dat small.scn
	[[ $(said simulated) = *" ms of 6.12.95" ]]
	local calls
	calls=$("$SHRINKCTL" replay --no-pager out.dat | sed -n 's/^Of \([0-9,]*\) calls.*/\1/p' | tr -d ,)
	[[ $(said calls) = "$calls of "*" counts; "* ]]
	[ "$(said written) " = "$("$SHRINKCTL" dump --count out.dat) " ]
}

@test "sim: events that a kernel does not have are left out, and counted" {
	cat >groups.scn <<-'END'
		kernel 4.4.100
		duration 40ms
		memcg /jobs/%d
		  every 5ms
		  lives 8ms
		cache sb-ext4:vda1
		  callback super_cache_scan
		  objects 5k
		reclaim dd
		  runs every 4ms
	END
	run -0 --separate-stderr "$SHRINKCTL" sim -o old.dat groups.scn
	[[ $(said written) = *" left out which that kernel does not have" ]]
	simulate --kernel 5.10 -o new.dat groups.scn
	run -0 "$SHRINKCTL" dump new.dat
	assert_output --regexp 'cgroup_mkdir: root=0 id=[0-9]+ path=/jobs/1'
	run -0 "$SHRINKCTL" dump old.dat
	refute_output --partial cgroup_mkdir
}

# --- files, and what goes wrong ---

@test "sim: a file is whole or not there, and not replaced unasked" {
	simulate -o out.dat small.scn
	cp out.dat before
	run -2 "$SHRINKCTL" sim -q -o out.dat small.scn
	assert_output --regexp "^shrinkctl: out.dat: .*exists"
	cmp out.dat before
	run -2 "$SHRINKCTL" sim -q -f ftrace -o out.dat small.scn
	cmp out.dat before
	simulate -f ftrace --force -o out.dat small.scn
	run -1 cmp -s out.dat before
	[ "$(stat -c %a out.dat)" = 600 ]
	run -2 "$SHRINKCTL" sim -q -o nowhere/out.dat small.scn
	assert_output --partial "shrinkctl: nowhere/out.dat: "
	[ -z "$(find . -name '.out*')" ]
}

@test "sim: what goes to a pipe arrives, in more than one piece" {
	local how
	for how in "--compression none" "--compression zstd"; do
		# shellcheck disable=SC2086 # options
		"$SHRINKCTL" sim -q $how "$SCENARIOS/windup.scn" | "$SHRINKCTL" dump - >piped
		# shellcheck disable=SC2086
		simulate $how -o out.dat --force "$SCENARIOS/windup.scn"
		"$SHRINKCTL" dump out.dat | cmp - piped
	done
}

@test "sim: a reader of text may go when it has seen enough" {
	run -0 bash -c 'set -o pipefail; "$0" sim -f ftrace "$1" | head -n 1' "$SHRINKCTL" "$SCENARIOS/windup.scn"
	assert_output "# tracer: nop"
}

@test "sim: a terminal gets text, and no trace.dat" {
	command -v script >/dev/null || skip "no script(1)"
	run script -qec "$SHRINKCTL sim -q -d 4ms small.scn" /dev/null
	assert_line --index 0 --partial "# tracer: nop"
	run script -qec "$SHRINKCTL sim -q -f trace-dat small.scn" /dev/null
	assert_output --partial "standard output: is a terminal: add '>FILE'"
}

@test "sim: a full disk" {
	local format
	[ -c /dev/full ] || skip "no /dev/full"
	for format in trace-dat ftrace; do
		run -2 bash -c '"$0" sim -q -f "$1" small.scn >/dev/full' "$SHRINKCTL" $format
		assert_output "shrinkctl: standard output: cannot write: No space left on device"
	done
}

@test "sim: a scenario that is wrong is told by its line" {
	printf 'kernel 6.12\nnodes none\n' >wrong.scn
	run -2 "$SHRINKCTL" sim wrong.scn
	assert_output --regexp '^shrinkctl: wrong.scn:2: expected .* \(byte 18\)$'
	run -2 "$SHRINKCTL" sim --kernel 5.10.223 wrong.scn
	assert_output --regexp '^shrinkctl: wrong.scn:2: expected '
	refute_output --partial byte
	run -2 "$SHRINKCTL" sim - <wrong.scn
	assert_output --regexp '^shrinkctl: standard input:2: '
	run -2 "$SHRINKCTL" sim no.scn
	assert_output "shrinkctl: no.scn: No such file or directory"
	run -2 "$SHRINKCTL" sim .
	assert_output "shrinkctl: .: Is a directory"
	head -c 17M /dev/zero >large.scn
	run -2 "$SHRINKCTL" sim large.scn
	assert_output "shrinkctl: large.scn: expected a scenario, of at most 16 MiB"
}

@test "sim: what cannot be asked for" {
	local args
	while IFS='|' read -r args want; do
		# shellcheck disable=SC2086 # options
		run -2 "$SHRINKCTL" sim $args
		assert_output --partial "$want"
	done <<-'END'
		|expected a scenario
		a.scn b.scn|only one scenario
		-f csv a.scn|'csv' is not a format
		-f ftrace --compression none a.scn|are of a trace-dat
		-f ftrace --nanoseconds a.scn|the kernel prints microseconds
		--nanoseconds a.scn|a trace-dat always has them
		--file-version 6 a.scn|cannot be streamed
		--file-version 6 --compression zstd -o x a.scn|cannot be compressed
		--file-version 8 a.scn|is not a version
		--compression lz4 a.scn|is not a compression
		--kernel 2.6.32 a.scn|is not a kernel
		--kernel new a.scn|is not a kernel
		--seed -1 a.scn|is not a seed
		--seed 1x a.scn|is not a seed
		--duration 0 a.scn|is not a time
		--without tracing a.scn|is not one of identity, context
	END
}

# --- what is bundled ---

@test "sim: every bundled scenario replays from every form, and none is unexplained" {
	local scenario format kernel
	for scenario in "$SCENARIOS"/*.scn; do
		kernel=$(sed -n 's/^kernel //p' "$scenario")
		for format in trace-dat ftrace trace-cmd perf-script; do
			simulate -f $format -o out --force "$scenario"
			replayed --kernel "$kernel" out
			replayed --kernel "$kernel" --blind identity out
		done
	done
}

@test "sim: windup (F1): deferred work has no bound before 5.13, and then it has" {
	local objects=93689873 most
	simulate -o out.dat "$SCENARIOS/windup.scn"
	most=$(field out.dat '.shrinkers[0].deferred.max')
	[ "$most" -gt $((10 * objects)) ]
	# One call that may do so pays for all: it plans half of the cache, and scans it.
	[ "$(field out.dat .scanned.observed)" -gt $((objects / 2 - 1024)) ]
	simulate --kernel 5.12 -o out.dat --force "$SCENARIOS/windup.scn"
	[ "$(field out.dat '.shrinkers[0].deferred.max')" -eq "$most" ]
	simulate --kernel 5.13 -o out.dat --force "$SCENARIOS/windup.scn"
	[ "$(field out.dat '.shrinkers[0].deferred.max')" -eq $((2 * objects)) ]
	[ "$(field out.dat .scanned.observed)" -lt $((objects / 500)) ]
}

@test "sim: windup (F1): the ledger says who it was that deferred" {
	simulate -d 2s -o out.dat "$SCENARIOS/windup.scn"
	run -0 "$SHRINKCTL" ledger --no-pager out.dat
	assert_output --regexp 'kworker.* GFP_NOFS'
}

@test "sim: min-scan (F4): small caches are pressed at priority 12, in 4.19 and 4.20 alone" {
	local kernel
	for kernel in 4.17.2 5.0.5 5.10.223; do
		simulate --kernel $kernel -o out.dat --force "$SCENARIOS/min-scan.scn"
		[ "$(field out.dat .calls)" -gt 1000 ]
		[ "$(field out.dat .scanned.observed)" -eq 0 ]
	done
	for kernel in 4.19.5 4.20.3; do
		simulate --kernel $kernel -o out.dat --force "$SCENARIOS/min-scan.scn"
		[ "$(field out.dat .scanned.observed)" -gt $((50 * $(field out.dat .calls))) ]
	done
}

@test "sim: small caches (F5): below 4096 objects nothing is asked of them at priority 12" {
	local es='[.shrinkers[] | select(.symbol == "ext4_es_scan")][0]'
	simulate --kernel 4.17.2 -o out.dat "$SCENARIOS/small-caches.scn"
	[ "$(field out.dat "$es.calls")" -gt 1000 ]
	[ "$(field out.dat "$es.planned + $es.scanned.observed")" -eq 0 ]
	# Others, which are larger, are scanned meanwhile.
	[ "$(field out.dat .scanned.observed)" -gt 10000 ]
	run -0 bash -c '"$0" dump --calls --format jsonl --shrinker ext4_es_scan out.dat |
		jq .observed.delta | sort -u' "$SHRINKCTL"
	assert_output 0
	simulate --kernel 4.19.5 -o out.dat --force "$SCENARIOS/small-caches.scn"
	[ "$(field out.dat "$es.freed")" -gt 1000 ]
}

@test "sim: memcgs times mounts (F8): the maps of 4.19 spare callbacks" {
	local before after
	run -0 --separate-stderr "$SHRINKCTL" sim --kernel 4.17.2 -o out.dat "$SCENARIOS/memcg-mounts.scn"
	before=$(said calls | sed 's/.* of \([0-9]*\) counts.*/\1/')
	run -0 --separate-stderr "$SHRINKCTL" sim --kernel 5.0.5 -o out.dat --force "$SCENARIOS/memcg-mounts.scn"
	after=$(said calls | sed 's/.* of \([0-9]*\) counts.*/\1/')
	echo "$before counts before maps, and $after after"
	[ "$before" -gt 200000 ]
	[ "$after" -lt $((before / 2)) ]
}

@test "sim: stuck mounts (F6, F7): whoever mounts waits for the semaphore, and for nothing from 6.7 on" {
	local kernel
	for kernel in 5.4.251 6.6.9; do
		run -0 --separate-stderr "$SHRINKCTL" sim --kernel $kernel -o out.dat --force "$SCENARIOS/stuck-mounts.scn"
		[[ $(said mounts) = *" in all "*" had to wait at most 2.0"*" s" ]]
		[[ $(said passes) = [1-9]*" dropped for somebody mounted or unmounted" ]]
	done
	for kernel in 6.7 6.12.95; do
		run -0 --separate-stderr "$SHRINKCTL" sim --kernel $kernel -o out.dat --force "$SCENARIOS/stuck-mounts.scn"
		[[ $(said mounts) = *" in all none had to wait" ]]
		[ -z "$(said passes)" ]
	done
}
