# SPDX-License-Identifier: GPL-2.0-or-later
# Damaged files: what is left of each is read, and one line says what is wrong and where.
load setup

# bad NAME - the events of fixtures/bad/NAME are counted, and it is an error.
bad() { golden "bad/${1%.dat}" 2 dump --count "bad/$1"; }

@test "bad: a trace.dat that ends in its head" { bad trace-cut-in-head.dat; }
@test "bad: ... in its formats" { bad trace-cut-in-sections.dat; }
@test "bad: ... in the data, whose table is behind it: the data is found" { bad trace-cut-in-data.dat; }
@test "bad: ... in that table" { bad trace-cut-in-table.dat; }
@test "bad: a version 6 that ends in its table" { bad trace-v6-cut-in-table.dat; }
@test "bad: ... in its data" { bad trace-v6-cut-in-data.dat; }

@test "bad: a stream that ends in a piece" { bad trace-cut-stream.dat; }
@test "bad: ... that lacks one" { bad trace-stream-lacks-piece.dat; }

@test "bad: a page that says it holds more than it can" { bad trace-page-too-full.dat; }
@test "bad: a record longer than the rest of its page" { bad trace-record-beyond-page.dat; }
@test "bad: a record shorter than its format: the others are read" { bad trace-short-record.dat; }
@test "bad: pages of 3 bytes" { bad trace-page-size-3.dat; }
@test "bad: two CPUs with one's data" { bad trace-same-data.dat; }

@test "bad: packed pages that do not unpack" { bad trace-bad-chunk.dat; }
@test "bad: ... that would unpack to a gigabyte" { bad trace-huge-chunk.dat; }
@test "bad: packed symbols that do not unpack: all events are read" { bad trace-bad-kallsyms.dat; }

@test "bad: a version nobody has written" { bad trace-version-9.dat; }
@test "bad: a compression nobody has written" { bad trace-unknown-compression.dat; }
@test "bad: a section that is another" { bad trace-wrong-section.dat; }
@test "bad: options that lead in a circle: nothing is read twice" { bad trace-circle.dat; }
@test "bad: a page format without a time" { bad trace-bad-page-head.dat; }
@test "bad: a format of ours without an id" { bad trace-bad-format.dat; }
@test "bad: ... with a line that libtraceevent must not see" { bad trace-torn-format.dat; }
@test "bad: a text inside of a trace.dat" { bad trace-text.dat; }

@test "bad: two instances that hold the same calls, and no word which" { bad trace-two-captures.dat; }
@test "bad: ... and a word: that is a capture" {
	run -0 "$SHRINKCTL" dump --count --instance again "$TOP/fixtures/bad/trace-two-captures.dat"
	assert_output "53 events"
}

@test "bad: perf.data" { bad perf.data; }
@test "bad: a file that is still packed" { bad trace.txt.gz; }
@test "bad: nothing at all" { bad empty.dat; }
@test "bad: anything at all" { bad junk.bin; }

@test "bad: from a pipe it is the same" {
	local file
	for file in trace-cut-in-data.dat perf.data trace.txt.gz empty.dat junk.bin; do
		run -2 --separate-stderr "$SHRINKCTL" dump --count - <"$TOP/fixtures/bad/$file"
		# shellcheck disable=SC2154 # bats sets it
		sed "s|bad/$file|standard input|" "$TOP/tests/golden/bad/${file%.dat}.err" |
			diff -u - <(echo "$stderr")
	done
}

@test "bad: replay says that a capture is incomplete" {
	run -2 --separate-stderr "$SHRINKCTL" replay --format json \
		"$TOP/fixtures/bad/trace-cut-in-data.dat"
	jq -e '.capture.incomplete and .capture.lost_gaps == 1' <<<"$output"
}

@test "bad: every damaged file has its test" {
	local file
	cd "$TOP/fixtures/bad"
	for file in *; do
		case $file in
		*.txt | README) ;; # of text: its own tests
		*) grep -q "bad $file;" "$TOP/tests/bad.bats" || { echo "$file has none"; return 1; } ;;
		esac
	done
}

@test "bad: the files are what tests/make-bad-fixtures.py makes" {
	command -v python3 >/dev/null || skip "no python3"
	mkdir -p "$BATS_TEST_TMPDIR/fixtures/bad"
	cp -r "$TOP/fixtures/trace" "$BATS_TEST_TMPDIR/fixtures"
	cd "$BATS_TEST_TMPDIR"
	"$TOP/tests/make-bad-fixtures.py"
	local file
	for file in fixtures/bad/*; do
		cmp "$file" "$TOP/$file"
	done
}

@test "bad: reencoded-zlib.dat is what tests/reencode-zlib.py makes" {
	command -v python3 >/dev/null || skip "no python3"
	local zlib=$BATS_TEST_TMPDIR/zlib.dat
	"$TOP/tests/reencode-zlib.py" "$TOP/fixtures/trace/v7-none.dat" "$zlib"
	# Another zlib may pack otherwise: what is inside must be the same.
	diff <("$SHRINKCTL" dump "$zlib") <("$SHRINKCTL" dump "$TOP/fixtures/trace/reencoded-zlib.dat")
}
