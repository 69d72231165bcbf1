# SPDX-License-Identifier: GPL-2.0-or-later
#
# shrinkctl - record, replay and explain the kernel's slab shrinkers
#
#   make                 build build/shrinkctl and the man pages
#   make demo            install what is missing, build, replay and diff a capture
#   make check           everything a commit must pass; ends "N passed, N failed"
#   make check-deep      what CI runs (.ci/run), then valgrind and fuzzing (T=60)
#   make unit, test      the cmocka tests alone, the bats tests alone
#   make check-layers, check-headers, check-documented   who includes what, and says so
#   make golden          rewrite tests/golden; then review the diff
#   make lint            format-check, tidy, cppcheck, shellcheck; or one of them
#   make coverage        lines and branches the tests reach
#   make fuzz T=600      every fuzzer for T seconds
#   make tsan T=300      shrinkers on many threads for T seconds, watched by a sanitizer
#   make check-kernels   boot kernels in QEMU, record in them, replay here; KERNELS='DIR...'
#   make bench           time against cat, wc and trace-cmd; CAPTURE=FILE.dat
#   make bench-record    as root: what recording costs, and what gets lost
#   make deps            apt-get what the build and the tests need; deps-kernels, QEMU
#   make install         program, pages, library; DESTDIR= prefix=/usr/local; make uninstall
#   make clean, help
#
#   V=1 show commands     CC=clang     SAN=1 address + undefined sanitizers
#   COV=1 gcov            WERROR= let warnings pass     CFLAGS, LDFLAGS add to ours
#   BPF=1 record --identity bpf, with libbpf, clang and bpftool: builds build-bpf

.DEFAULT_GOAL := all

ifeq ($(origin CC),default)
CC       := gcc
endif
include make/deps.mk

prefix   ?= /usr/local
CFLAGS   ?= -O3 -g
WERROR   ?= -Werror
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wcast-qual $(WERROR)
VERSION  := $(shell cat VERSION)
ALL      := $(CFLAGS) $(WARN) -std=gnu11 -D_GNU_SOURCE -I. -pthread \
            -DSHRINKCTL_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
B        := build$(if $(findstring clang,$(notdir $(CC))),-clang)$(if $(SAN),-san)$(if $(TSAN),-tsan)$(if $(COV),-cov)$(if $(BPF),-bpf)
Q        := $(if $(V),,@)

ifdef SAN
ALL      += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
ifdef TSAN
ALL      += -O1 -fsanitize=thread -fno-omit-frame-pointer
endif
ifdef COV
ALL      += -O0 --coverage
endif
ifdef FUZZ
B        := build-fuzz
ALL      += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
endif

# Every event goes through a dozen files: gcc inlines across them, 15 % of replay's time.
ifeq ($(SAN)$(TSAN)$(COV)$(FUZZ),)
LTO      := $(if $(findstring gcc,$(notdir $(CC))),-flto=auto)
endif

core     := $(wildcard core/*.c core/*/*.c)
parsers  := $(wildcard parsers/*.c)
cli      := $(wildcard cli/*.c cli/*/*.c)
pages    := $(patsubst man/%.scd,build/man/%,$(wildcard man/*.scd))
obj       = $(patsubst %.c,$(B)/%.o,$(1))
shrinker := $(wildcard core/shrinker/*.c)
sim      := $(wildcard core/sim/*.c)
library  := $(call obj,$(parsers) $(filter-out $(shrinker) $(sim),$(core))) \
            $(B)/sim.a $(B)/shrinker.a

all: $(B)/shrinkctl $(pages)

$(B)/shrinkctl: $(call obj,$(cli)) $(library) | $(need-build)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(LTO) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# Archives, so that who has no use for one needs neither it nor liburcu.
$(B)/sim.a: $(call obj,$(sim))
$(B)/shrinker.a: $(call obj,$(shrinker))
$(B)/sim.a $(B)/shrinker.a:
	@echo "  AR   $@"
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c Makefile VERSION | $(need-build)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(ALL) $(if $(LTO),$(LTO) -ffat-lto-objects) -MMD -MP -c -o $@ $<

build/man/%: man/%.scd | $(need-scdoc)
	@mkdir -p $(@D)
	@echo "  MAN  $@"
	$(Q)scdoc < $< > $@.new && mv $@.new $@

include make/bpf.mk make/check.mk make/kernels.mk make/lint.mk make/fuzz.mk make/install.mk

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

clean:
	rm -rf build build-*

.PHONY: all help clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(patsubst %.o,%.d,$(call obj,$(cli) $(parsers) $(core)) $(test-objects))
