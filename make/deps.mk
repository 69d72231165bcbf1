# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the build and the tests need, by Debian package.  Libraries are asked of
# pkg-config; something missing ends the build with one line that names its package.

# Rows of pkg-config name or command, a colon, its package.  A build without one of
# MAY_LIBS does less, and `shrinkctl check` says what; one with BPF=1 needs them, and
# BPF_TOOLS.
LIBS       := libtraceevent:libtraceevent-dev libtracefs:libtracefs-dev \
              libzstd:libzstd-dev zlib:zlib1g-dev yajl:libyajl-dev \
              liburcu-bp:liburcu-dev
MAY_LIBS   := libbpf:libbpf-dev
BPF_TOOLS  := clang:clang bpftool:bpftool
PAGE_TOOLS := scdoc:scdoc
TEST_LIBS  := cmocka:libcmocka-dev
TEST_TOOLS := gcc:build-essential clang:clang bats:bats jq:jq mandoc:mandoc zstd:zstd \
              trace-cmd:trace-cmd
TEST_FILES := bats-support bats-assert bats-file
LINT_TOOLS := clang-format:clang-format clang-tidy:clang-tidy cppcheck:cppcheck \
              shellcheck:shellcheck valgrind:valgrind gcovr:gcovr llvm-symbolizer:llvm
LINT_FILES := libclang-rt-dev git
KERNEL_TOOLS := qemu-system-x86_64:qemu-system-x86 cpio:cpio jq:jq setpriv:util-linux \
              xz:xz-utils zstd:zstd
KERNEL_FILES := busybox-static e2fsprogs
OPTIONAL   := linux-perf parallel $(sort $(foreach row,$(MAY_LIBS) $(BPF_TOOLS),$(call package,$(row))))

PKG_CONFIG ?= pkg-config
cc         := $(firstword $(CC))
cc-package  = $(if $(findstring clang,$(cc)),clang,build-essential)
name        = $(firstword $(subst :, ,$(1)))
package     = $(lastword $(subst :, ,$(1)))

# The rows of $(1) that are not there, as commands and as libraries.
no-command  = $(foreach row,$(1),$(if $(shell command -v $(call name,$(row)) 2>/dev/null),,$(row)))
no-library  = $(foreach row,$(1),$(shell $(PKG_CONFIG) --exists $(call name,$(row)) \
              2>/dev/null || echo $(row)))

# Without pkg-config nobody can say which libraries there are: that comes first.
missing    := $(strip $(call no-command,$(cc):$(cc-package) $(PKG_CONFIG):pkg-config))
ifdef BPF
LIBS       += $(MAY_LIBS)
missing    := $(sort $(missing) $(call no-command,$(BPF_TOOLS)))
endif
ifeq ($(missing),)
missing    := $(strip $(call no-library,$(LIBS)))
endif
ifeq ($(missing),)
with       := $(filter-out $(call no-library,$(MAY_LIBS)),$(MAY_LIBS))
linked     := $(sort $(foreach row,$(LIBS) $(with),$(call name,$(row))))
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(linked)) \
              $(if $(filter libbpf:%,$(with)),-DHAVE_LIBBPF)
# Who needs none of what a library has is not loaded with it.
PKG_LIBS   := -Wl,--as-needed $(shell $(PKG_CONFIG) --libs $(linked))
endif

# Order-only prerequisites of whatever needs them; nothing when all is there.
need-build  = $(if $(missing),need-build)
need-scdoc  = $(if $(call no-command,$(PAGE_TOOLS)),need-scdoc)
need-cmocka = $(if $(call no-library,$(TEST_LIBS)),need-cmocka)
lack        = $(error shrinkctl: missing $(foreach row,$(1),$(call name,$(row))): \
              apt-get install $(foreach row,$(1),$(call package,$(row))), or make deps)
need-build: ;  $(call lack,$(missing))
need-scdoc: ;  $(call lack,$(PAGE_TOOLS))
need-cmocka: ; $(call lack,$(TEST_LIBS))

missing-for-demo  = $(strip $(missing) $(call no-command,$(PAGE_TOOLS)))
missing-for-check = $(strip $(missing-for-demo) $(call no-library,$(TEST_LIBS)) \
                    $(call no-command,$(TEST_TOOLS)) $(call not-installed,$(TEST_FILES)))
missing-for-kernels = $(strip $(missing) $(call no-command,$(KERNEL_TOOLS)) \
                    $(call not-installed,$(KERNEL_FILES)))

# deps-build: what is not installed of what the build needs; deps: and of the rest;
# deps-kernels: of what the build and check-kernels need.
# One retry, for mirrors hiccup; the optional ones may fail.
build-rows  = $(LIBS) $(PAGE_TOOLS) build-essential pkg-config
kernels-rows = $(build-rows) $(KERNEL_TOOLS) $(KERNEL_FILES)
deps-rows   = $(build-rows) $(TEST_LIBS) $(TEST_TOOLS) $(TEST_FILES) $(LINT_TOOLS) $(LINT_FILES)
packages    = $(sort $(foreach row,$($(@:deps-%=%)-rows),$(call package,$(row))))
not-installed = $(if $(shell command -v dpkg-query 2>/dev/null),$(foreach p,$(1),\
              $(shell dpkg-query -W -f '$${db:Status-Abbrev}' $(p) 2>/dev/null | \
              grep -q ^.i || echo $(p))))
apt        := $(if $(filter-out 0,$(shell id -u)),sudo )env DEBIAN_FRONTEND=noninteractive apt-get
install-all = $(apt) install -q -y --no-install-recommends $(1)
wanted      = $(strip $(call not-installed,$(packages)))
extra       = $(if $(filter deps,$@),$(strip $(call not-installed,$(OPTIONAL))))
unwanted   := "  APT  not to be had, and not needed:"

deps deps-build deps-kernels:
	@command -v apt-get >/dev/null || { echo "make $@ needs apt-get; install by hand:" \
		"$(packages)" >&2; exit 1; }
	$(if $(wanted),@echo "  APT  $(wanted)")
	$(if $(wanted),$(Q)fetch() { $(apt) update -q && $(call install-all,$(wanted)); }; \
		fetch || { sleep 5; fetch; })
	$(Q)$(foreach one,$(extra),$(call install-all,$(one)) >/dev/null 2>&1 || \
		echo $(unwanted) $(one);):

.PHONY: deps deps-build deps-kernels need-build need-scdoc need-cmocka
