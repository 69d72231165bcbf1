# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl as a program: help, errors, streams, signals, terminals.
# shellcheck disable=SC2016,SC2154 # for inner shells; bats sets stderr
load setup
load digest

@test "cli: help" {
	golden cli/help 0 help
	golden cli/help 0 --help
	local command
	for command in record replay diff dump info ledger; do
		golden "$command/help" 0 help "$command" || return 1
		golden "$command/help" 0 --help "$command" || return 1
	done
}

@test "cli: version" {
	run -0 --separate-stderr "$SHRINKCTL" --version
	assert_output "shrinkctl $(cat "$TOP/VERSION")"
	run -0 "$SHRINKCTL" -V
	assert_output "shrinkctl $(cat "$TOP/VERSION")"
}

@test "cli: no command, an unknown one" {
	golden cli/nothing 2
	golden cli/unknown 2 explode
	golden cli/unknown-help 2 help explode
	golden cli/option-first 2 --format json
}

@test "cli: values of options" {
	golden cli/bad-format 2 replay --format xml text/trace.txt
	golden cli/bad-color 2 replay --color sometimes text/trace.txt
	golden cli/bad-nid 2 replay --nid one text/trace.txt
	golden cli/bad-nid-negative 2 replay --nid -1 text/trace.txt
	golden cli/bad-pid 2 replay --pid 99999999999 text/trace.txt
	golden cli/bad-memcg 2 replay --memcg -5 text/trace.txt
	golden cli/bad-since 2 replay --since yesterday text/trace.txt
	golden cli/bad-since-dots 2 replay --since 1.2.3 text/trace.txt
	golden cli/bad-since-negative 2 replay --since=-1 text/trace.txt
	golden cli/bad-since-huge 2 replay --since 99999999999999999999 text/trace.txt
	golden cli/bad-set 2 replay --set batch=3 text/trace.txt
	golden cli/bad-set-param 2 replay --set 'ext4*.flags=3' text/trace.txt
	golden cli/bad-set-value 2 replay --set 'ext4*.batch=many' text/trace.txt
	golden cli/bad-blind 2 replay --blind all text/trace.txt
	golden cli/missing-value 2 replay --kernel
}

@test "cli: times are exact to the nanosecond" {
	cd "$TOP/fixtures"
	# The second call starts at 515.495138.
	[ "$("$SHRINKCTL" dump --calls --until 515.495138 text/trace.txt | wc -l)" -eq 2 ]
	[ "$("$SHRINKCTL" dump --calls --until 515.495137999 text/trace.txt | wc -l)" -eq 1 ]
	[ "$("$SHRINKCTL" dump --calls --since 515.495138000 text/trace.txt | wc -l)" -eq 2 ]
	[ "$("$SHRINKCTL" dump --calls --since 515.495138001 text/trace.txt | wc -l)" -eq 1 ]
	[ "$("$SHRINKCTL" dump --calls --since +0.000009 --until +0.000009 text/trace.txt | wc -l)" -eq 1 ]
}

@test "cli: files that cannot be read" {
	golden cli/missing 2 replay nosuch.dat
	golden cli/directory 2 replay text
	golden cli/read-error 2 replay /proc/self/mem
	local command
	for command in diff dump info ledger; do
		golden cli/missing 2 "$command" nosuch.dat || return 1
		golden cli/directory 2 "$command" text || return 1
	done
}

@test "cli: a file without permission" {
	[ "$(id -u)" -ne 0 ] || skip "root may read everything"
	cp "$TOP/fixtures/text/trace.txt" "$BATS_TEST_TMPDIR/secret.txt"
	chmod 0 "$BATS_TEST_TMPDIR/secret.txt"
	run -2 --separate-stderr "$SHRINKCTL" replay "$BATS_TEST_TMPDIR/secret.txt"
	[ "$stderr" = "shrinkctl: cannot open '$BATS_TEST_TMPDIR/secret.txt': Permission denied" ]
}

@test "cli: what is no capture" {
	cd "$TOP/fixtures"
	: >"$BATS_TEST_TMPDIR/empty"
	run -2 --separate-stderr "$SHRINKCTL" replay "$BATS_TEST_TMPDIR/empty"
	[[ $stderr == "shrinkctl: $BATS_TEST_TMPDIR/empty: the input is empty"* ]]
	[ -z "$output" ]
	run -2 --separate-stderr "$SHRINKCTL" replay - </dev/null
	[[ $stderr == "shrinkctl: standard input: the input is empty"* ]]
	run -2 --separate-stderr "$SHRINKCTL" replay "$TOP/LICENSES/GPL-2.0-or-later.txt"
	[ -z "$output" ]
	[[ $stderr == "shrinkctl: $TOP/LICENSES/GPL-2.0-or-later.txt:"* ]]
	printf 'PERFILE2%0100d' 0 >"$BATS_TEST_TMPDIR/perf.data"
	run -2 --separate-stderr "$SHRINKCTL" replay "$BATS_TEST_TMPDIR/perf.data"
	[[ $stderr == "shrinkctl: $BATS_TEST_TMPDIR/perf.data: "*"'perf script --ns'"* ]]
	gzip -c text/trace.txt >"$BATS_TEST_TMPDIR/trace.gz"
	run -2 --separate-stderr "$SHRINKCTL" replay "$BATS_TEST_TMPDIR/trace.gz"
	[[ $stderr == *"gzip-compressed: pipe it through 'zcat'"* ]]
	run -0 bash -c 'zcat "$1" | "$0" replay -' "$SHRINKCTL" "$BATS_TEST_TMPDIR/trace.gz"
}

@test "cli: an answer that cannot be written is trouble" {
	cd "$TOP/fixtures"
	local args
	for args in 'replay text/trace.txt' 'replay --format json captures/7.2-mixed.dat' \
		'replay --format csv text/trace.txt' 'diff captures/7.2-mixed.dat' \
		'diff --format json text/trace.txt text/report.txt' 'dump captures/7.2-drop-truth.dat' \
		'dump --format json captures/7.2-mixed.dat' 'dump --format jsonl captures/7.2-mixed.dat' \
		'dump --calls --format csv captures/7.2-mixed.dat' 'dump --count text/trace.txt' \
		'info text/trace.txt' 'info --generations' 'info --generations --format json'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr bash -c '"$0" "$@" >/dev/full' "$SHRINKCTL" $args
		[[ $stderr == "shrinkctl: cannot write: "[NI]* ]] || {
			echo "$args: $stderr"
			return 1
		}
	done
}

@test "cli: a reader that has had enough is no trouble" {
	cd "$TOP/fixtures"
	local args
	for args in 'dump captures/7.2-mixed.dat' 'dump --format json captures/7.2-mixed.dat' \
		'dump --calls --format jsonl captures/7.2-mixed.dat' 'diff --all captures/7.2-drop-truth.dat' \
		'info --generations' 'replay captures/7.2-drop-truth.dat'; do
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr bash -c '"$0" "$@" | head -n 1 >/dev/null; exit "${PIPESTATUS[0]}"' "$SHRINKCTL" $args
		[ -z "$stderr" ]
	done
}

@test "cli: and nothing is read for a reader that is gone" {
	stream 100 >"$BATS_TEST_TMPDIR/part"
	run -0 bash -c 'while cat "$1" 2>/dev/null; do :; done | "$0" dump - | head -n 3' "$SHRINKCTL" "$BATS_TEST_TMPDIR/part"
	[ "${#lines[@]}" -eq 3 ]
}

# interrupted SIGNAL COMMAND... - write more into a FIFO than fits, and signal.
interrupted() {
	local signal=$1 fifo=$BATS_TEST_TMPDIR/fifo pid
	shift
	mkfifo "$fifo"
	"$SHRINKCTL" "$@" "$fifo" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	exec 7>"$fifo"
	stream 3000 >&7
	kill -s "$signal" "$pid"
	status=0
	wait "$pid" || status=$?
	exec 7>&-
}

@test "cli: interrupted, replay prints what it has, and says that it is a part" {
	interrupted INT replay --format json
	[ "$status" -eq 0 ]
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
	jq -e '.capture.partial and .calls > 1000 and .verdicts.exact == .calls and .orphan_ends == 0' "$BATS_TEST_TMPDIR/out"
}

@test "cli: the same in text, and on SIGTERM" {
	interrupted TERM replay
	[ "$status" -eq 0 ]
	grep -q '^partial     interrupted: the capture has more$' "$BATS_TEST_TMPDIR/out"
	grep -q 'and none is unexplained\.$' "$BATS_TEST_TMPDIR/out"
}

@test "cli: interrupted, dump ends its document" {
	interrupted INT dump --format json
	[ "$status" -eq 0 ]
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
	jq -e 'length > 2000' "$BATS_TEST_TMPDIR/out"
}

@test "cli: interrupted before anything was written, it ends" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	"$SHRINKCTL" replay "$BATS_TEST_TMPDIR/fifo" >/dev/null 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	local pid=$!
	# Its descriptor is there once it waits.
	until [ "$(readlink "/proc/$pid/fd/"* 2>/dev/null | grep -c fifo)" -gt 0 ]; do
		kill -0 "$pid"
	done
	kill -s INT "$pid"
	local status=0
	wait "$pid" || status=$?
	[ "$status" -eq 2 ]
	[ "$(cat "$BATS_TEST_TMPDIR/err")" = "shrinkctl: $BATS_TEST_TMPDIR/fifo: interrupted before the first event" ]
}

@test "cli: colour only where it is wanted" {
	golden replay/color 0 replay --color always captures/7.2-drop-truth.dat
	cd "$TOP/fixtures"
	run -0 "$SHRINKCTL" replay --color never text/trace.txt
	refute_output --partial $'\033'
	run -0 "$SHRINKCTL" replay text/trace.txt # no terminal
	refute_output --partial $'\033'
	NO_COLOR=1 run -0 "$SHRINKCTL" replay --color always text/trace.txt
	assert_output --partial $'\033[1m'
	# No escape gets into what programs read.
	local format
	for format in json jsonl csv; do
		run -0 "$SHRINKCTL" dump --calls --color always --format "$format" text/trace.txt
		refute_output --partial $'\033'
	done
}

# On a terminal of its own: script(1) makes one.
on_terminal() {
	command -v script >/dev/null || skip "script(1) is not there"
	run -0 script -qec "$*" /dev/null </dev/null
}

@test "cli: on a terminal there is colour, unless NO_COLOR is set" {
	cd "$TOP/fixtures"
	on_terminal "PAGER=cat '$SHRINKCTL' replay text/trace.txt"
	assert_output --partial $'\033[32m'
	on_terminal "NO_COLOR=1 PAGER=cat '$SHRINKCTL' replay text/trace.txt"
	refute_output --partial $'\033'
	on_terminal "NO_COLOR= '$SHRINKCTL' replay --no-pager text/trace.txt"
	assert_output --partial $'\033[32m'
	on_terminal "'$SHRINKCTL' replay --no-pager --color never text/trace.txt"
	refute_output --partial $'\033'
}

@test "cli: on a terminal the pager gets all of it, and --no-pager none" {
	cd "$TOP/fixtures"
	on_terminal "PAGER='sed s/^/paged:/' '$SHRINKCTL' info text/trace.txt"
	assert_line --partial "paged:capture     text/trace.txt: trace"
	on_terminal "PAGER='sed s/^/paged:/' '$SHRINKCTL' info --no-pager text/trace.txt"
	refute_output --partial paged:
	on_terminal "PAGER= '$SHRINKCTL' info text/trace.txt"
	assert_line --partial "capture     text/trace.txt: trace"
	# The pager's end is not the answer's.
	on_terminal "PAGER='head -n 1' '$SHRINKCTL' dump captures/7.2-mixed.dat"
}

@test "cli: a number with a leading 0 is decimal" {
	local plain
	plain=$("$SHRINKCTL" replay --format json --pid 154 "$TOP/fixtures/captures/7.2-mixed.dat" || true)
	[ "$plain" = "$("$SHRINKCTL" replay --format json --pid 0154 "$TOP/fixtures/captures/7.2-mixed.dat" || true)" ]
	[ "$(jq .calls <<<"$plain")" -gt 0 ]
}
