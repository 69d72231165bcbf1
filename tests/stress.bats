# SPDX-License-Identifier: GPL-2.0-or-later
# shrinkctl stress: both designs under real threads.  Nothing here depends on how fast or
# how busy the machine is, but that in seconds something happens at all.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; bats sets stderr
load setup

# stress ARGS... - its document is in $doc.
stress() {
	doc=$BATS_TEST_TMPDIR/doc.json
	"$SHRINKCTL" stress --format json "$@" >"$doc"
}

# is FILTER - what jq says of the document is true.
is() {
	jq -e "$1" "$doc" >/dev/null || { echo "not true: $1"; jq -c . "$doc"; return 1; }
}

@test "stress: both designs, side by side" {
	run "$SHRINKCTL" stress --seconds 0.2 --threads 2
	assert_success
	assert_line --regexp '^2 threads shrink, 1 mounts, 8 memcgs; 0.2 s for each design, in turns; seed 1$'
	assert_line --regexp '^ +rwsem +lockless +lockless/rwsem$'
	assert_line --regexp '^passes/s +[0-9,]+ +[0-9,]+ +[0-9.]+$'
	assert_line --regexp '^failed trylocks/s +[0-9,.]+ +0 +-$'
	assert_line --regexp '^register p99 +[0-9.]+ [nm]?u?s +[0-9.]+ [nm]?u?s +[0-9.e-]+$'
	assert_line --regexp '^lockless, 2 threads: [0-9,]+ objects added = [0-9,]+ freed'
}

@test "stress: under rwsem a stuck shrinker holds up who registers, and others' passes" {
	stress --locking both --stuck 300ms --seconds 2 --threads 2 --mounts 2
	is '.runs | map(.locking) == ["rwsem", "lockless"]'
	# Two wait in turn for one who sleeps most of the time: one of them waits for half of
	# it at least, however slow the machine is.
	is '.runs[0].register.max_ns >= 150000000 or .runs[0].free.max_ns >= 150000000'
	is '.runs[0].failed_trylocks > 0'
	# Half of all may not even be near it where nobody waits.
	is '.runs[1].register.p50_ns < 100000000'
	is '.runs[1].failed_trylocks == 0 and .runs[1].cut_short == 0'
}

@test "stress: no object is lost or made" {
	stress --seconds 0.3 --threads 3 --mounts 2 --memcgs 4 --pause 0
	is '.runs | length == 2'
	is 'all(.runs[].objects; .added > 0 and .added == .freed + .deleted + .left)'
	is 'all(.runs[]; .passes > 0 and .calls > 0 and .mounts > 0 and .memcgs_ended > 0)'
	is 'all(.runs[]; .register.count >= .free.count and .register.p50_ns <= .register.p99_ns and .register.p99_ns <= .register.max_ns)'
}

@test "stress: without writers nobody is turned away" {
	stress --seconds 0.2 --threads 2 --mounts 0 --memcgs 0
	is 'all(.runs[]; .failed_trylocks == 0 and .cut_short == 0 and .mounts == 0)'
	is 'all(.runs[].register; .count == 0 and .max_ns == null)'
}

@test "stress: one design, with a number of threads that is no power of 2" {
	stress --locking lockless --seconds 0.05 --scaling --threads 5 --mounts 0
	is '[.runs[] | [.threads, .locking]] == [[1, "lockless"], [2, "lockless"], [4, "lockless"], [5, "lockless"]]'
	run "$SHRINKCTL" stress --locking rwsem --seconds 0.05 --scaling --threads 2
	assert_success
	assert_line --regexp '^threads +locking +passes/s .* of one thread$'
	assert_line --regexp '^ +1  rwsem .* 1\.00$'
	assert_line --regexp '^ +2  rwsem '
	refute_line --regexp '^ +[0-9]+ +lockless'
}

@test "stress: a signal ends it, with what there is" {
	timeout --preserve-status -s INT 2 "$SHRINKCTL" stress --seconds 1h --stuck 1m --format json >"$BATS_TEST_TMPDIR/doc.json"
	doc=$BATS_TEST_TMPDIR/doc.json
	is '.partial and .stress.seconds == 3600'
	is '.runs[0].locking == "rwsem" and .runs[0].seconds < 3000'
	timeout --preserve-status -s TERM 1 "$SHRINKCTL" stress --seconds 1h >"$BATS_TEST_TMPDIR/text"
	run tail -n 1 "$BATS_TEST_TMPDIR/text"
	assert_output "interrupted: what there was until then"
}

@test "stress: nonsense is refused" {
	local args
	for args in "--locking none" "--threads 0 --scaling" "--threads 1025" "--mounts -1" "--memcgs 65537" \
		"--seconds 0" "--seconds 2d" "--stuck 2m" "--pause x" "--seed x" "--format csv" trace.dat; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$SHRINKCTL" stress $args
		assert_failure 2
		assert_output ""
		[[ $stderr == "shrinkctl stress: "* ]]
	done
}
