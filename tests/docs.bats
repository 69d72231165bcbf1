# SPDX-License-Identifier: GPL-2.0-or-later
# What shrinkctl can do, its pages and its completions say the same.
load setup

commands() {
	"$SHRINKCTL" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

# options COMMAND - its long options, as --help knows them.
options() {
	"$SHRINKCTL" "$1" --help |
		sed -nE 's/^ {2,6}(-[A-Za-z?], )?(--[a-z][a-z-]*).*/\2/p' | sort -u
}

# named PAGE - long options named anywhere in a page, unescaped.
named() {
	sed 's/\\//g; /^# EXAMPLES/,/^# /d' "$1" | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

# examples PAGE - the command lines of its EXAMPLES, without the "$ ".
examples() {
	sed -n '/^# EXAMPLES/,/^# [^E]/s/^[[:space:]]*\$ \(shrinkctl.*\)/\1/p' "$1" | sed 's/\\\([^ ]\)/\1/g'
}

# has_example PAGE - it has one, that runs here or, behind "#", only as root.
has_example() { sed -n '/^# EXAMPLES/,/^# [^E]/p' "$1" | grep -qE '^[[:space:]]+[$#] shrinkctl'; }

# summaries - "command: what help says of it".
summaries() {
	"$SHRINKCTL" help | sed -nE '/^Commands:/,/^$/s/^  ([a-z][a-z-]*) +(.*)/\1: \2/p' | sort
}

# table FILE - rows "commands|option|values|description" of a completion.
table() { grep -E '^[a-z,]+\|(--[a-z-]+)?\|' "$TOP/completion/$1"; }

# a completion's options of one command.
completed() {
	table "$1" | awk -F'|' -v command="$2" \
		'{ n = split($1, of, ","); for (i = 1; i <= n; i++) if (of[i] == command) print $2 }' | grep . | sort -u
}

# same WHAT HELP OTHER - complain of every line that only one of them has.
same() {
	local line odd=0
	while IFS= read -r line; do
		case $line in
		$'\t'*) echo "$1: '${line#?}' is not what --help says" ;;
		*) echo "$1: '$line' is missing" ;;
		esac
		odd=1
	done < <(comm -3 <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
	return $odd
}

@test "docs: a difference is noticed, either way" {
	run same a/page "$(printf '%s\n' --a --b)" "$(printf '%s\n' --b --c)"
	assert_failure
	assert_line "a/page: '--a' is missing"
	assert_line "a/page: '--c' is not what --help says"
	run same a/page --a --a
	assert_success
	assert_output ""
}

@test "docs: help lists commands, and each has options to compare" {
	run commands
	assert_success
	assert_line replay
	assert_line diff
	local command
	for command in $(commands); do
		run options "$command"
		assert_line --help || { echo "$command --help names no --help"; return 1; }
	done
}

@test "docs: every command has a page that names its options, and no others" {
	local command page wrong=0
	for command in $(commands); do
		page=$TOP/man/shrinkctl-$command.1.scd
		[ -e "$page" ] || { echo "man/shrinkctl-$command.1.scd is missing"; wrong=1; continue; }
		same "man/shrinkctl-$command.1.scd" "$(options "$command")" "$(named "$page")" || wrong=1
	done
	[ "$wrong" -eq 0 ]
}

@test "docs: every page of a command is of a command there is" {
	local page command wrong=0
	for page in "$TOP"/man/shrinkctl-*.1.scd; do
		command=$(basename "$page" .1.scd)
		commands | grep -qx -- "${command#shrinkctl-}" || { echo "$page: no such command"; wrong=1; }
	done
	[ "$wrong" -eq 0 ]
}

@test "docs: shrinkctl(1) names every command" {
	local command wrong=0
	for command in $(commands); do
		grep -q "shrinkctl-$command\*\?(1)" "$TOP/man/shrinkctl.1.scd" ||
			{ echo "man/shrinkctl.1.scd: shrinkctl-$command(1) is not mentioned"; wrong=1; }
	done
	[ "$wrong" -eq 0 ]
}

@test "docs: every completion knows every command and option, and no others" {
	local file command wrong=0
	for file in shrinkctl.bash _shrinkctl shrinkctl.fish; do
		same "completion/$file" "$(summaries)" \
			"$(table "$file" | sed -n 's/|||/: /p' | sort)" || wrong=1
		for command in $(commands); do
			same "completion/$file: $command" "$(options "$command")" \
				"$(completed "$file" "$command")" || wrong=1
		done
	done
	[ "$wrong" -eq 0 ]
}

@test "docs: the three completions have one table" {
	diff <(table shrinkctl.bash) <(table _shrinkctl)
	diff <(table shrinkctl.bash) <(table shrinkctl.fish)
}

@test "docs: bash completes commands, options, values and files" {
	# shellcheck source=completion/shrinkctl.bash
	source "$TOP/completion/shrinkctl.bash"
	complete_words() { # WORDS... - the last one is being typed
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_shrinkctl
		printf '%s\n' "${COMPREPLY[@]}"
	}
	run complete_words shrinkctl rep
	assert_output replay
	run complete_words shrinkctl replay --form
	assert_output --format
	run complete_words shrinkctl replay --format js
	assert_output "$(printf 'json\njsonl')"
	run complete_words shrinkctl replay --format = js
	assert_output "$(printf 'json\njsonl')"
	cd "$TOP"
	run complete_words shrinkctl replay Makef
	assert_output Makefile
}

@test "docs: the EXAMPLES of every page run" {
	local page line status count=0 wrong=0
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	ln -s "$SHRINKCTL" "$BATS_TEST_TMPDIR/bin/shrinkctl"
	cd "$TOP/fixtures"
	for page in "$TOP"/man/*.scd; do
		while IFS= read -r line; do
			count=$((count + 1)) status=0
			PATH=$BATS_TEST_TMPDIR/bin:$PATH bash -c "$line" \
				>/dev/null 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
			if [ "$status" -gt 1 ] || [ -s "$BATS_TEST_TMPDIR/err" ]; then
				echo "$(basename "$page"): $ $line: status $status"
				cat "$BATS_TEST_TMPDIR/err"
				wrong=1
			fi
		done < <(examples "$page")
	done
	[ "$count" -gt 0 ] || echo "no page has an example"
	[ "$wrong" -eq 0 ] && [ "$count" -gt 0 ]
}

@test "docs: every page of a command has an example" {
	local page wrong=0
	for page in "$TOP"/man/shrinkctl-*.1.scd; do
		has_example "$page" || { echo "$(basename "$page") has no example"; wrong=1; }
	done
	[ "$wrong" -eq 0 ]
}

# session FILE - the commands of its sessions, each with the lines that it shows after it.
session() { sed -n '/^    \$ shrinkctl/,/^[^ ]/s/^    //p' "$1"; }

@test "docs: what README shows is what the commands print" {
	local line rest commands=0
	mkdir "$BATS_TEST_TMPDIR/session"
	cd "$BATS_TEST_TMPDIR/session"
	ln -s "$TOP"/fixtures/captures/*.dat "$TOP"/fixtures/mail/*.txt .
	while IFS= read -r line; do
		case $line in
		'$ shrinkctl '*)
			rest=$(eval "$SHRINKCTL ${line#*shrinkctl }" || [ $? -eq 1 ])
			commands=$((commands + 1))
			;;
		... | '') ;;
		*) # It comes after what was shown before it.
			grep -qxF -- "$line" <<<"$rest" || { echo "not printed: $line"; return 1; }
			rest=$(LINE=$line awk 'found; $0 == ENVIRON["LINE"] { found = 1 }' <<<"$rest")
			;;
		esac
	done < <(session "$TOP/README.md")
	[ "$commands" -eq 5 ]
}

# shellcheck disable=SC2016 # the backquotes are the page's
# listed FIRST - the files in the table of CONTRIBUTING that begins with this one.
listed() {
	sed -n "/^  | \`$1\`[ ,]/,/^$/p" "$TOP/CONTRIBUTING.md" |
		grep -oE '`[a-z_]+`' | tr -d '`' | sort -u
}

@test "docs: CONTRIBUTING lists every file of core/replay, and no others" {
	diff <(listed call) <(cd "$TOP/core/replay" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}

@test "docs: CONTRIBUTING lists every file of core/shrinker, and no others" {
	diff <(listed domain) <(cd "$TOP/core/shrinker" && printf '%s\n' *.[ch] | sed 's/\.[ch]$//' | sort -u)
}

@test "docs: CONTRIBUTING lists every file of cli/stress, and no others" {
	diff <(listed contest) <(cd "$TOP/cli/stress" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}

@test "docs: CONTRIBUTING lists every file of cli/record, and no others" {
	diff <(listed tracing) <(cd "$TOP/cli/record" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}

@test "docs: CONTRIBUTING lists every file of cli/sim, and no others" {
	diff <(listed scenario_file) <(cd "$TOP/cli/sim" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}

@test "docs: CONTRIBUTING lists every file of core/sim, and no others" {
	diff <(listed sched) <(cd "$TOP/core/sim" && printf '%s\n' *.h | sed 's/\.h$//' | sort)
}
