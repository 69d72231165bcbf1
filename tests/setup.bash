# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by every *.bats file: load it first.
bats_require_minimum_version 1.5.0

# shellcheck disable=SC2034 # for the tests
TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
SHRINKCTL=${SHRINKCTL:-$TOP/build/shrinkctl}

# The answer must not depend on who asks; and a sanitizer's exit status must not
# look like one of ours (0, 1 and 2).
export LC_ALL=C TZ=UTC COLUMNS=80 BATS_LIB_PATH=${BATS_LIB_PATH:-/usr/lib/bats}
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99} UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99}
export LSAN_OPTIONS=${LSAN_OPTIONS:-exitcode=99:suppressions=$TOP/tests/lsan.supp}
unset NO_COLOR CLICOLOR_FORCE PAGER SHRINKCTL_PAGER ARGP_HELP_FMT POSIXLY_CORRECT

bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

# golden NAME STATUS ARGS... - run shrinkctl in fixtures/ and compare both
# streams with tests/golden/NAME.{out,err}; a missing file means "prints
# nothing".  `make golden` (UPDATE=1) rewrites them: review that diff.
golden() {
	local want=$TOP/tests/golden/$1 status=$2 got=$BATS_TEST_TMPDIR/got
	shift 2

	cd "$TOP/fixtures" || return 1
	local rc=0
	"$SHRINKCTL" "$@" >"$got.out" 2>"$got.err" </dev/null || rc=$?

	if [ "$rc" -ne "$status" ]; then
		echo "exit status $rc, expected $status"
		cat "$got.err"
		return 1
	fi
	local stream
	for stream in out err; do
		if [ -n "${UPDATE:-}" ]; then
			rm -f "$want.$stream"
			[ ! -s "$got.$stream" ] || install -D -m 644 "$got.$stream" "$want.$stream"
		elif [ -e "$want.$stream" ]; then
			diff -u "$want.$stream" "$got.$stream"
		else
			diff -u /dev/null "$got.$stream"
		fi || return 1
	done
}
