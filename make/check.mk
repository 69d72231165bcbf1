# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tests, and what they are built of.  tests/run-checks says what check is.

units        := $(wildcard tests/unit/*.c)
fuzzers      := $(wildcard tests/fuzz/fuzz_*.c)
test-objects := $(call obj,$(units) $(fuzzers) tests/fuzz/driver.c)
unit-tests   := $(patsubst tests/unit/%.c,$(B)/unit/%,$(units))
drivers      := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(fuzzers))
headers      := $(wildcard core/*.h core/*/*.h parsers/*.h cli/*.h cli/*/*.h)

# Of the parts of cli a test takes what it names: an archive, for the rest wants all of it.
$(B)/parts.a: $(call obj,$(wildcard cli/*/*.c) cli/interrupt.c)
	@echo "  AR   $@"
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/parts.a $(library) | $(need-cmocka)
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka

# What demo and check miss is fetched, and make asked again: pkg-config has new answers.
demo check:
	$(if $(missing-for-$@),$(Q)$(MAKE) --no-print-directory $(if $(filter demo,$@),deps-build,deps))
	$(Q)$(MAKE) --no-print-directory $@-now

capture       = $(firstword $(wildcard fixtures/captures/6.1-*.dat fixtures/captures/*.dat))

# diff ends with 1 where prediction and observation differ: an answer, not a failure.
demo-now: all
	@test -n "$(capture)" || { echo "fixtures/captures holds no capture" >&2; exit 1; }
	@echo; echo '$$ shrinkctl replay $(capture)'
	$(Q)$(B)/shrinkctl replay --no-pager $(capture) || test $$? -eq 1
	@echo; echo '$$ shrinkctl diff $(capture)'
	$(Q)$(B)/shrinkctl diff --no-pager $(capture) || test $$? -eq 1

check-now:
	@tests/run-checks

check-deep: check
	@.ci/run --lints-only
	$(Q)$(MAKE) --no-print-directory valgrind
	$(Q)$(MAKE) --no-print-directory fuzz T=$(or $(T),60)

unit-tests: $(unit-tests)
drivers: $(drivers)

unit: $(unit-tests)
	$(Q)for test in $^; do echo "  UNIT $$test"; $$test || exit 1; done

test golden: $(B)/shrinkctl bench-tools
	$(Q)$(if $(filter golden,$@),UPDATE=1 )SHRINKCTL=$(abspath $<) \
		bats $(or $(TESTS),tests)

check-documented:
	$(Q)tests/check-documented

check-layers: $(call obj,$(cli)) $(library)
	$(Q)tests/check-layers $(B)

# Twice the same header: it compiles alone, and it is guarded.
check-headers: $(addprefix check-header/,$(headers))
check-header/%:
	$(Q)printf '#include "%s"\n#include "%s"\n' $* $* | \
		$(CC) $(ALL) -fsyntax-only -x c - && echo "ok - $*" || \
		{ echo "not ok - $*"; exit 1; }

# Threads that meet in one place, and T seconds of each crowd of them on one domain, under
# the sanitizer that sees races.
threads := $(patsubst tests/unit/%.c,build$(if $(findstring clang,$(notdir $(CC))),-clang)-tsan/tsan/%,tests/unit/test_meetings.c $(wildcard tests/unit/test_threads*.c))
tsan:
	$(Q)$(MAKE) --no-print-directory TSAN=1 $(threads)
	$(Q)for test in $(threads); do \
		SHR_THREADS_SECONDS=$(or $(T),300) TSAN_OPTIONS=exitcode=99:halt_on_error=1 \
		$$test || exit; done

# Of core alone: a sanitizer for threads has nothing to do in the rest.
$(B)/tsan/%: $(B)/tests/unit/%.o $(call obj,$(core)) | $(need-cmocka)
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka -pthread

valgrind: $(B)/shrinkctl $(unit-tests)
	$(Q)for test in $(unit-tests); do echo "  GRIND $$test"; \
		valgrind -q --leak-check=full --error-exitcode=99 $$test || exit 1; done
	$(Q)echo "  GRIND $(B)/shrinkctl replay $(capture)"; \
		valgrind -q --leak-check=full --error-exitcode=99 \
		$(B)/shrinkctl replay $(capture) >/dev/null || test $$? -eq 1

.PHONY: demo check demo-now check-now check-deep unit unit-tests drivers test golden
.PHONY: check-layers check-headers check-documented valgrind tsan
