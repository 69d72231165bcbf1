# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of section 5 name every field there is, and no others.
load setup
load tracing

setup() {
	cd "$TOP/fixtures" || return
}

# The documents of a running kernel: of the stand-in for one.
live() (
	cd "$BATS_TEST_TMPDIR" && stand_in
	on_stand_in replay --live --identity off -d 300ms --format jsonl 2>/dev/null
)

# Every document: of each kind of input, and with every kind of event.
documents() {
	local file
	set +e # what is unexplained or malformed is wanted here
	for file in captures/7.2-drop-truth.dat captures/6.12-reparent-truth.dat captures/5.10-mixed-ctx.dat trace/two-instances.dat trace/lost.dat text/trace.txt text/report-lost.txt; do
		"$SHRINKCTL" replay --format jsonl "$file"
		"$SHRINKCTL" info --format jsonl "$file"
		"$SHRINKCTL" dump --format jsonl "$file" | head -n 60
		"$SHRINKCTL" dump --calls --format jsonl "$file"
		"$SHRINKCTL" ledger --format jsonl "$file"
		"$SHRINKCTL" ledger --by context --format jsonl "$file"
	done
	"$SHRINKCTL" explain --worst --format jsonl captures/6.12-reparent-truth.dat
	"$SHRINKCTL" explain --at 100.0005 --format json mail/umount-hang-5.4.txt
	"$SHRINKCTL" diff --format json text/trace.txt text/report.txt
	"$SHRINKCTL" info --generations --format json
	"$SHRINKCTL" check --format json --tracefs nothing
	"$SHRINKCTL" stress --format json --seconds 0.1
	live
	sed 's/ delta 0//' text/trace.txt | "$SHRINKCTL" dump --format jsonl - 2>/dev/null
}

# bold PAGE - words in bold, unescaped.
bold() {
	sed 's/\\//g; /^# EXAMPLES/,$d' "$TOP/man/$1" | grep -oE '\*[a-z][a-z_0-9]*\*' | tr -d '*' | sort -u
}

@test "fields: shrinkctl-json(5) names every key" {
	documents | jq -r '.. | objects | keys[]' | sort -u >"$BATS_TEST_TMPDIR/keys"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/keys")" -gt 100 ]
	diff <(comm -23 "$BATS_TEST_TMPDIR/keys" <(bold shrinkctl-json.5.scd)) /dev/null
}

@test "fields: shrinkctl-json(5) names no key that there is not" {
	documents | jq -r '.. | objects | keys[]' | sort -u >"$BATS_TEST_TMPDIR/keys"
	# Words of its table are in bold, too; and no capture here has calls that are reused
	# or ambiguous, or during which a memcg ended.
	diff <(comm -13 "$BATS_TEST_TMPDIR/keys" <(bold shrinkctl-json.5.scd) | grep -vxE 'arriv(als|al_count|ed)|command|json|jsonl|jq|null|reuse|rivals') /dev/null
}

@test "fields: shrinkctl-csv(5) names every column, and no others" {
	{
		"$SHRINKCTL" replay --format csv text/trace.txt
		"$SHRINKCTL" dump --calls --format csv text/trace.txt
		"$SHRINKCTL" dump --format csv text/trace.txt
		"$SHRINKCTL" info --generations --format csv
		"$SHRINKCTL" ledger --format csv text/trace.txt
		"$SHRINKCTL" ledger --by task --format csv text/trace.txt
	} | grep -E '^(path|n|event|symbol|shrinker|by),' | tr , '\n' >"$BATS_TEST_TMPDIR/columns"
	# Of diff the page names the first pairs, and what the others are of.
	"$SHRINKCTL" diff --format csv text/trace.txt text/report.txt | head -n 1 | tr , '\n' |
		sed -E 's/^(before|after)_(planned|scanned|freed|refusals|deferred_max)$/\2/' >>"$BATS_TEST_TMPDIR/columns"
	sort -u -o "$BATS_TEST_TMPDIR/columns" "$BATS_TEST_TMPDIR/columns"
	diff "$BATS_TEST_TMPDIR/columns" <(bold shrinkctl-csv.5.scd | grep -vxE 'replay|info|dump|diff|ledger')
}

@test "fields: shrinkctl-replay(1) names every verdict" {
	local verdict
	for verdict in $("$SHRINKCTL" replay --format json text/trace.txt | jq -r '.verdicts | keys[]'); do
		grep -qx "\*$verdict\*" "$TOP/man/shrinkctl-replay.1.scd" || { echo "$verdict"; return 1; }
	done
}

@test "fields: shrinkctl-info(1) names every generation" {
	local page=$BATS_TEST_TMPDIR/page
	tr '\n' ' ' <"$TOP/man/shrinkctl-info.1.scd" >"$page"
	grep -qF "$("$SHRINKCTL" info --generations --format json |
		jq -r '[.generations[].name] | "\(.[:-1] | join(", ")) and \(.[-1])"')" "$page"
}
