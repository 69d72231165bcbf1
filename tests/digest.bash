# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Beside golden: what is too long to keep whole, and what is fed through a pipe.

# digest NAME STATUS FILTER ARGS... - as golden, but of what `jq -c FILTER` makes of
# the JSON on stdout.  stderr must be empty.
digest() {
	local want=$TOP/tests/golden/$1.out status=$2 filter=$3 got=$BATS_TEST_TMPDIR/digest
	shift 3

	cd "$TOP/fixtures" || return 1
	local rc=0
	"$SHRINKCTL" "$@" >"$got.json" 2>"$got.err" </dev/null || rc=$?
	diff -u /dev/null "$got.err" || return 1
	if [ "$rc" -ne "$status" ]; then
		echo "exit status $rc, expected $status"
		return 1
	fi
	jq -c "$filter" "$got.json" >"$got.out" || return 1
	if [ -n "${UPDATE:-}" ]; then
		install -D -m 644 "$got.out" "$want"
	else
		diff -u "$want" "$got.out"
	fi
}

# keys FILTER FILE - the distinct key sets of what FILTER finds in each object of FILE.
keys() {
	jq -nc "[inputs | $1 | keys] | unique | .[]" "$2"
}

# fields FILE - how many fields each record of a CSV has, each number once (RFC 4180:
# quotes may hide commas and newlines).
fields() {
	awk '{ for (i = 1; i <= length($0); i++) {
	         c = substr($0, i, 1)
	         if (c == "\"") quoted = !quoted
	         else if (c == "," && !quoted) n++
	       }
	       if (!quoted) { print n + 1; n = 0 } }
	     END { if (quoted) print "open quote" }' "$1" | sort -u
}

# stream CALLS - a trace of that many calls, each alike and exact, 1 ms apart.
stream() {
	awk -v calls="$1" 'BEGIN {
	  start = "mm_shrink_slab_start: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 objects to shrink 0"
	  end = "mm_shrink_slab_end: ext4_es_scan+0x0/0x10 00000000be479b72: nid: 0 unused scan count 0"
	  for (i = 0; i < calls; i++) {
	    printf "  cat-77 [000] ..... %d.%03d100: %s gfp_flags GFP_KERNEL cache items 64 delta 128 total_scan 128 priority 0\n", 500 + i / 1000, i % 1000, start
	    printf "  cat-77 [000] ..... %d.%03d200: %s new scan count 0 total_scan 0 last shrinker return val 64\n", 500 + i / 1000, i % 1000, end
	  } }'
}
