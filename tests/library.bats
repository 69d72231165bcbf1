# SPDX-License-Identifier: GPL-2.0-or-later
# core as a library: what `make install` puts there is all that a program needs.
load setup

setup_file() {
	unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS
	export ROOT=$BATS_FILE_TMPDIR/root
	make -s -C "$BATS_TEST_DIRNAME/.." install DESTDIR="$ROOT" prefix=/usr
}

setup() { cd "$BATS_TEST_TMPDIR"; }

# flags OPTION... - what pkg-config says of the installed library, and of nothing else.
flags() {
	PKG_CONFIG_PATH=$ROOT/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$ROOT \
		pkg-config --static "$@" shrinkctl
}

# build COMPILER... - tests/library/defer.c, as that says.
build() {
	# shellcheck disable=SC2046 # words
	"$@" -Wall -Wextra -Werror $(flags --cflags) -c "$TOP/tests/library/defer.c" -o defer.o &&
		"${1%% *}" defer.o -o defer $(flags --libs)
}

# alone HEADER COMPILER... - whether it compiles by itself, and twice.
alone() {
	local header=$1
	shift
	# shellcheck disable=SC2046 # words
	printf '#include <%s>\n#include <%s>\n' "$header" "$header" |
		"$@" -Wall -Wextra -Werror $(flags --cflags) -fsyntax-only -
}

# defers - what it prints: 4096 >> 3 is 512, times 4 by 2 seeks; what GFP_NOFS defers is
# an eighth of 1024 the next time.
defers() {
	run ./defer
	assert_success
	assert_output - <<'OUT'
cache: deferred 0, planned 1024
cache: freed 0, new deferred 1024
cache: deferred 1024, planned 1152
cache: freed 1152, new deferred 896
1152 freed
OUT
}

@test "library: a program in C, by gcc and by clang" {
	local cc
	for cc in gcc clang; do
		build "$cc" -std=gnu11
		defers
	done
}

@test "library: the same program in C++" {
	build g++ -std=c++11 -x c++
	defers
	build clang++ -std=c++17 -x c++
	defers
}

@test "library: its objects are no compiler's own" {
	run objdump -h "$ROOT/usr/lib/libshrinkctl.a"
	assert_success
	refute_output --partial .gnu.lto_
	assert_output --partial .text
}

@test "library: it needs libc, threads and liburcu, and defines names of ours alone" {
	run bash -c "nm -g --defined-only '$ROOT/usr/lib/libshrinkctl.a' | awk 'NF == 3 && \$3 !~ /^shr_/'"
	assert_output ""
	run flags --libs
	assert_output --partial -lshrinkctl
	assert_output --partial -lurcu-bp
}

@test "library: every installed header compiles alone, in C and in C++" {
	local header
	cd "$ROOT/usr/include/shrinkctl"
	[ "$(find . -name '*.h' | wc -l)" -gt 30 ]
	while IFS= read -r header; do
		alone "$header" gcc -std=gnu11 -x c || echo "$header: not C"
		alone "$header" g++ -std=c++11 -x c++ || echo "$header: not C++"
	done < <(find core -name '*.h') >"$BATS_TEST_TMPDIR/wrong"
	run cat "$BATS_TEST_TMPDIR/wrong"
	assert_output ""
}

@test "library: a prototype that nobody explains is noticed" {
	printf '/* Both. */\nvoid shr_a(void);\nvoid shr_b(void);\n\nint shr_c(int x,\n\t  int y);\n' >some.h
	run "$TOP/tests/check-documented" "$BATS_TEST_TMPDIR/some.h"
	assert_failure
	assert_output "$BATS_TEST_TMPDIR/some.h:5: int shr_c(int x,"
}

@test "library: uninstall takes it away" {
	local root=$BATS_TEST_TMPDIR/root
	cp -r "$ROOT" "$root"
	make -s -C "$TOP" uninstall DESTDIR="$root" prefix=/usr
	assert_not_exists "$root/usr/include/shrinkctl"
	run find "$root" -type f
	assert_output ""
}

@test "library: all that it shows is public and documented" {
	run find "$ROOT/usr/include/shrinkctl" -name '*_parts.h'
	assert_output ""
	cd "$TOP"
	run tests/check-documented
	assert_success
}
