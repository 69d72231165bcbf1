# SPDX-License-Identifier: GPL-2.0-or-later
#
# BPF=1: the programs that the kernel runs for us.  Each becomes an object for it, and
# that a header which carries it into cli.

bpf-sources := $(wildcard cli/*/bpf/*.bpf.c)
skeletons   := $(patsubst %.bpf.c,$(B)/%.skel.h,$(bpf-sources))

ifdef BPF
# Generated, so that warnings are its own affair.
ALL         += -DHAVE_BPF $(addprefix -isystem ,$(sort $(dir $(skeletons))))

$(B)/cli/record/identity_bpf.o: $(skeletons)
endif

$(B)/%.bpf.o: %.bpf.c make/bpf.mk | $(need-build)
	@mkdir -p $(@D)
	@echo "  BPF  $<"
	$(Q)clang -target bpf -g -O2 -Wall -Wextra -Wno-unused-parameter $(WERROR) -c -o $@.new $<
	$(Q)mv $@.new $@

$(B)/%.skel.h: $(B)/%.bpf.o
	@echo "  GEN  $@"
	$(Q)bpftool gen skeleton $< name $(*F)_bpf >$@
