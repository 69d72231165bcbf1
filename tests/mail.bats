# SPDX-License-Identifier: GPL-2.0-or-later
# What people recomputed by hand in mail, in one command.
load setup

call() { "$SHRINKCTL" dump --calls --format jsonl "$TOP/fixtures/mail/$1" "${@:2}"; }

@test "mail: the 2021 wind-up: planned and left exact, the rest is other calls'" {
	call windup-4.14.txt | jq -e '
		.observed.scanned == 123201536 and .predicted.planned == 123202138 and
		.predicted.left == 602 and .predicted.new_deferred == 3641558515849 and
		.observed.new_deferred - .predicted.new_deferred == 239863340'
}

@test "mail: its reproduction is exact to the last object" {
	call windup-repro-5.x.txt | jq -e '.verdict == "exact" and
		.predicted.planned == 46844936 and .predicted.new_deferred == 4947576838'
}

@test "mail: 5.13 would have scanned 1,264,640 of it, and kept twice the cache" {
	call windup-repro-5.x.txt --kernel 5.13 | jq -e '.predicted.scanned == 1264640 and
		.predicted.planned == 1265076 and .predicted.new_deferred == 187379746'
}

@test "mail: the umount hang: both calls exact but for 406 that others deferred" {
	local got
	got=$(call umount-hang-5.4.txt | jq -s -c '[.[] |
		[.verdict, .predicted.deferred, .observed.deferred, .predicted.planned]]')
	[ "$got" = '[["exact",null,824,1344],["unexplained",320,726,1764]]' ]
}

@test "mail: before 3.12 total_scan -118 is no amount left, and 237339 none freed" {
	call lowmem-3.x.txt | jq -e '.verdict == "exact" and .observed.left == 4 and
		.observed.scanned == 128 and .observed.freed == null'
	local generation
	generation=$("$SHRINKCTL" replay --format json "$TOP/fixtures/mail/lowmem-3.x.txt" |
		jq -r .generation.name)
	[ "$generation" = 3.2 ]
}
