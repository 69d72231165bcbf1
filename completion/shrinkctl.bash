# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# bash completion for shrinkctl.
#
# One row an option: COMMANDS|OPTION|VALUES|DESCRIPTION, and first one a command, with no
# option.  VALUES are words to choose from, FILE, TEXT (TEXT+: may be repeated), or - for
# none.  The three completions have the same rows; tests/docs.bats compares them with --help.
_shrinkctl_table='
record|||capture the shrinker events of the running kernel
replay|||predicted against observed: a verdict for every call, summed up
diff|||where prediction and observation differ, or two captures
explain|||one call, wholly explained: every number, and the verdict
ledger|||who deferred how much, and why, and who paid
dump|||the events or calls of a capture, normalised
info|||what a capture is, and what the tool knows of kernels
check|||what this kernel, user and build can record
sim|||a capture of a kernel that is simulated, from a scenario
stress|||both designs of shrinker locking, under real threads
replay,diff,explain,ledger,dump,info|--format|text json jsonl csv|How to print
replay,diff,explain,ledger,dump,info|--shrinker|TEXT|Only shrinkers that match
replay,diff,explain,ledger,dump,info|--nid|TEXT|Only this NUMA node
replay,diff,explain,ledger,dump,info|--memcg|TEXT|Only this memcg
replay,diff,explain,ledger,dump,info|--pid|TEXT|Only this task
replay,diff,explain,ledger,dump,info|--since|TEXT|Only calls from this time on
replay,diff,explain,ledger,dump,info|--until|TEXT|Only calls up to this time
replay,diff,explain,ledger,dump,info|--kernel|TEXT|Use the algorithm of this kernel
replay,diff,explain,ledger,dump,info|--kallsyms|FILE|Resolve functions with this kallsyms
replay,diff,explain,ledger,dump,info|--set|TEXT+|Set batch or seeks of shrinkers
replay,diff,explain,ledger,dump,info|--blind|identity|Ignore recorded identity
replay,diff,explain,ledger,dump,info|--instance|TEXT|Read this instance of a trace.dat
replay,diff,explain,ledger,dump,info|--color|auto always never|When to use colour
replay,diff,explain,ledger,dump,info|--no-pager|-|Do not page on a terminal
diff|--all|-|Show what is equal, too
replay,diff|--fail-on|exact refused concurrent reparented reused own_count lost ambiguous unexplained|Verdicts that make the exit status 1
replay|--live|-|Replay the running kernel
replay|--interval|TEXT|How often to sum up
explain|--at|TEXT|The call that runs at this time
explain|--worst|-|The call that most needs it
ledger|--by|task gfp context memcg priority|Break down by
ledger|--top|TEXT|How many rows to print
dump|--calls|-|Calls, not events
dump|--count|-|Only how many
info|--generations|-|What is known of kernels
record,sim|--output|FILE|Where to write the capture
record,sim|--force|-|Replace the file if there is one
record,replay,sim|--duration|TEXT|Stop after this time
record|--size-limit|TEXT|Stop after so many bytes of events
record,replay|--context|-|Also what surrounds calls
record,replay|--filter|TEXT|Only events of which this is true
record,replay|--identity|auto tracepoint-probe kprobe bpf off|How to tell the memcg and settings of a call
record|--kallsyms|shrinkers all|Which functions to keep the names of
record,replay|--buffer|TEXT|Buffer of each CPU
record,replay|--clock|TEXT|Which of the clocks of the kernel
record,sim|--compression|zstd zlib none|How to compress the capture
record,sim|--file-version|7 6|Version of trace.dat
record|--cleanup|-|Remove what killed recorders have left
record,replay|--tracefs|FILE|Where tracefs is
sim|--format|trace-dat ftrace trace-cmd perf-script|What to write
sim|--big-endian|-|In the other byte order
sim|--nanoseconds|-|Print whole nanoseconds
sim|--kernel|TEXT|Simulate this kernel
sim|--seed|TEXT|What all chance begins with
sim|--without|identity context|What not to record
sim|--quiet|-|Do not sum up
check|--format|text json|How to print
check|--tracefs|FILE|Where tracefs is
stress|--locking|rwsem lockless both|Which design of locking
stress|--threads|TEXT|How many threads shrink
stress|--mounts|TEXT|How many threads mount and unmount
stress|--memcgs|TEXT|How many memcgs there are
stress|--stuck|TEXT|One shrinker blocks for this time
stress|--pause|TEXT|How long mounts and memcgs last
stress|--seconds|TEXT|How long for each design
stress|--scaling|-|With 1, 2, 4 and more threads
stress|--seed|TEXT|What is chosen at random
stress|--format|text json|How to print
record,replay,diff,explain,ledger,dump,info,check,sim,stress|--help|-|Print help and exit
record,replay,diff,explain,ledger,dump,info,check,sim,stress|--usage|-|Print a short usage and exit
'

# Columns of the rows that belong to a command: all where none is given.
_shrinkctl_rows() { # COMMAND OPTION COLUMN
	local commands option values rest
	while IFS='|' read -r commands option values rest; do
		[[ ,$commands, == *",${1:-$commands},"* ]] || continue
		[[ $option == "${2:-$option}" ]] || continue
		case $3 in
		command) [[ $option ]] || echo "$commands" ;;
		option) echo "$option" ;;
		values) echo "$values" ;;
		esac
	done <<<"$_shrinkctl_table"
}

_shrinkctl() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} values

	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$(_shrinkctl_rows '' '' command) help" -- "$word")
		return
	fi
	if [[ $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_shrinkctl_rows '' '' command)" -- "$word")
		return
	fi
	# "=" is a word of its own: --format = js
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_shrinkctl_rows "$command" '' option)" -- "$word")
		return
	fi
	values=-
	[[ $before != --* ]] || values=$(_shrinkctl_rows "$command" "$before" values)
	case $values in
	TEXT*) COMPREPLY=() ;;
	- | FILE | '') mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word") ;;
	esac
}

complete -o filenames -F _shrinkctl shrinkctl
