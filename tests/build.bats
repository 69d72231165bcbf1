# SPDX-License-Identifier: GPL-2.0-or-later
# Building and installing, and the checks that must be able to fail.
load setup

setup() {
	unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS
	cd "$TOP"
}

# without NAME - a pkg-config that knows everything but NAME.
without() {
	local fake=$BATS_TEST_TMPDIR/pkg-config
	printf '#!/bin/sh\ncase "$*" in *%s*) exit 1 ;; esac\nexec pkg-config "$@"\n' "$1" >"$fake"
	chmod +x "$fake"
	echo "$fake"
}

# A copy of what check-layers reads, to be damaged.
copy_tree() {
	cd "$BATS_TEST_TMPDIR"
	mkdir build
	cp -r "$TOP"/{core,parsers,cli,make,tests} .
	cp -r "$TOP"/build/{core,parsers} build/
}

@test "build: install puts all below DESTDIR, and uninstall takes it away" {
	local root=$BATS_TEST_TMPDIR/root page
	make -s install DESTDIR="$root" prefix=/usr
	run "$root/usr/bin/shrinkctl" --version
	assert_output "shrinkctl $(cat VERSION)"
	for page in man/*.scd; do
		page=$(basename "$page" .scd)
		assert_file_not_empty "$root/usr/share/man/man${page##*.}/$page"
	done
	assert_exists "$root/usr/share/bash-completion/completions/shrinkctl"
	assert_exists "$root/usr/share/zsh/site-functions/_shrinkctl"
	assert_exists "$root/usr/share/fish/vendor_completions.d/shrinkctl.fish"
	run diff -r "$root/usr/share/shrinkctl/scenarios" fixtures/scenarios
	assert_success

	make -s uninstall DESTDIR="$root" prefix=/usr
	run find "$root" -type f
	assert_output ""
}

@test "build: a missing library ends in one line that names its package" {
	run make PKG_CONFIG="$(without libzstd)" -W core/err.c all
	assert_failure
	assert_equal "${#lines[@]}" 1
	assert_output --partial "missing libzstd: apt-get install libzstd-dev"
}

@test "build: a missing pkg-config or compiler ends in one line that names its package" {
	run make PKG_CONFIG=no-such-pkg-config -W core/err.c all
	assert_failure
	assert_equal "${#lines[@]}" 1
	assert_output --partial "apt-get install pkg-config"
	run make CC=no-such-gcc -W core/err.c all
	assert_failure
	assert_equal "${#lines[@]}" 1
	assert_output --partial "apt-get install build-essential"
}

@test "build: what BPF=1 needs is asked for, and only then" {
	run make BPF=1 PKG_CONFIG="$(without libbpf)" -W core/err.c all
	assert_failure
	assert_equal "${#lines[@]}" 1
	assert_output --partial "missing libbpf: apt-get install libbpf-dev"
	run make PKG_CONFIG="$(without libbpf)" -n -W core/err.c all
	assert_success
	refute_output --partial "HAVE_BPF"
}

@test "build: objects stay below build" {
	run find . -path './build*' -prune -o -path ./.git -prune -o \
		\( -name '*.o' -o -name '*.d' -o -name '*.gcda' -o -name '*.gcno' \) -print
	assert_output ""
}

@test "build: check-layers passes on the tree as it is" {
	copy_tree
	run tests/check-layers build
	assert_success
}

@test "build: check-layers notices an include, a symbol, a licence, a circle" {
	copy_tree
	echo '#include "parsers/reader.h"' >>core/err.c
	echo '#include <unistd.h>' >>parsers/bytes.c
	printf '#include <stdio.h>\nvoid shr_say(void);\nvoid shr_say(void) { puts("x"); }\n' >core/say.c
	gcc -c core/say.c -o build/core/say.o
	echo '#include "core/stream.h"' >>core/event.h
	run tests/check-layers build
	assert_failure
	assert_line --regexp '^not ok [0-9]+ - core includes'
	assert_line --regexp '^# core/err.c:.*parsers/reader.h'
	assert_line --regexp '^not ok [0-9]+ - parsers include'
	assert_line --regexp '^# build/core/say.o: puts'
	assert_line --regexp '^not ok [0-9]+ - no header leads back'
	assert_line '# core/say.c'
}

@test "build: a part that dies, prints nothing or stops early has failed" {
	local log=$BATS_TEST_TMPDIR/log
	count() { # the function itself, out of the script
		bash -c "$(sed -n '/^count_tap()/,/^}/p' tests/run-checks); count_tap \"\$1\"" _ "$log"
	}
	printf '1..3\nok 1 - a\nnot ok 2 - b\n' >"$log"
	run count
	assert_output "1 1 0 1"
	printf '1..2\nok 1 - a # skip no perf\nok 2 - b\n' >"$log"
	run count
	assert_output "1 0 1 0"
	: >"$log"
	run count
	assert_output "0 0 0 0"
}
