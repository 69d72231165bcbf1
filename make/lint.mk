# SPDX-License-Identifier: GPL-2.0-or-later
#
# What reads the sources instead of running them, and what the tests reach.

c-files      := $(wildcard $(foreach dir,core core/* parsers cli cli/* tests/unit \
                tests/fuzz tests/bench tests/kernels tests/library,$(dir)/*.c))
c-and-h      := $(c-files) $(headers) $(bpf-sources) $(wildcard tests/*/*.h)
scripts      := .ci/run $(shell grep -lE '^.!/(usr/)?bin/(env )?(ba)?sh' tests/* tests/*/* tests/*/*/* 2>/dev/null)
bats-files   := $(wildcard tests/*.bats tests/*.bash)
both          = $(shell nproc 2>/dev/null || echo 2)
tidy-flags    = $(filter-out -Werror,$(ALL)) -Wno-unknown-warning-option

lint: format-check tidy cppcheck shellcheck

format-check:
	@echo "  FORMAT"
	$(Q)clang-format --dry-run --Werror $(c-and-h)

format:
	$(Q)clang-format -i $(or $(FILES),$(error FILES= names what to format))

tidy: | $(need-build)
	@echo "  TIDY"
	$(Q)printf '%s\n' $(c-files) | xargs -P $(both) -n 3 sh -c \
		'clang-tidy --quiet "$$@" -- $(subst ','\'',$(tidy-flags)) 2>/dev/null' tidy

cppcheck:
	@echo "  CPPCHECK"
	$(Q)mkdir -p build/cppcheck
	$(Q)cppcheck --quiet -j $(both) --cppcheck-build-dir=build/cppcheck \
		--enable=warning,performance,portability --inline-suppr \
		--suppressions-list=make/cppcheck.txt --error-exitcode=1 --std=c11 \
		-D__x86_64__ -DSHRINKCTL_VERSION='"0"' -I. $(c-files)

# SC2164: bats stops at the first command that fails, cd too.
shellcheck:
	@echo "  SHELLCHECK"
	$(Q)shellcheck -x $(scripts) completion/shrinkctl.bash
	$(Q)shellcheck -x -s bats -e SC2164 $(bats-files)

# The figures are for reading: no threshold fails.  V=1 names lines nothing reached.
# What hangs is ended, and nothing that a test leaves running holds our output open.
# A fork counts a call as returned less than never, at which gcovr 5.2 hangs if it may.
gcovr         = timeout 120 gcovr -j $(both) -r . --object-directory build-cov -f 'core/' \
                -f 'parsers/' -f 'cli/' --exclude-unreachable-branches \
                --gcov-ignore-parse-errors
coverage:
	$(Q)find build-cov -name '*.gcda' -delete 2>/dev/null; true
	$(Q)$(MAKE) --no-print-directory COV=1 all unit-tests
	$(Q)for test in build-cov/unit/*; do timeout -k 5 180 $$test >/dev/null 2>&1 || \
		echo "coverage: $$test failed"; done
	$(Q)SHRINKCTL=$(CURDIR)/build-cov/shrinkctl timeout -k 5 900 bats \
		$(if $(shell command -v parallel),--jobs 4) tests \
		</dev/null >build-cov/bats.log 2>&1 || echo "coverage: bats failed"
	$(Q)$(gcovr) -s -o build-cov/coverage.txt 2>build-cov/gcovr.log || \
		echo "coverage: gcovr failed"; $(if $(V),cat build-cov/coverage.txt,:)

.PHONY: lint format format-check tidy cppcheck shellcheck coverage
