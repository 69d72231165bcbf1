# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install DESTDIR= prefix=/usr/local, and uninstall: the program, its pages, the
# completions, the scenarios, and core as a library, each where its reader looks.

bindir     ?= $(prefix)/bin
libdir     ?= $(prefix)/lib
includedir ?= $(prefix)/include
pkgdir     ?= $(libdir)/pkgconfig
mandir     ?= $(prefix)/share/man
bashdir    ?= $(prefix)/share/bash-completion/completions
zshdir     ?= $(prefix)/share/zsh/site-functions
fishdir    ?= $(prefix)/share/fish/vendor_completions.d
scenariodir ?= $(prefix)/share/shrinkctl/scenarios

section  = $(subst .,,$(suffix $(1)))
page-at  = $(DESTDIR)$(mandir)/man$(call section,$(1))/$(notdir $(1))

# Public is all of core but what its own files alone have a use for.
private-replay   := aware cgroups children counters doubt estate follow gaps instances judge memo \
                    regroup reparent turns weigh
private-shrinker := ids memcg_bins memcg_walk pass rwsem tracepoint walk_lockless walk_rwsem
public-sim       := scenario sim
private-headers  := $(wildcard core/*/*_parts.h) $(private-replay:%=core/replay/%.h) \
                    $(private-shrinker:%=core/shrinker/%.h) \
                    $(filter-out $(public-sim:%=core/sim/%.h),$(wildcard core/sim/*.h))
public-headers   := $(filter-out $(private-headers),$(wildcard core/*.h core/*/*.h))
scenarios        := $(wildcard fixtures/scenarios/*.scn)
scenario-at       = $(DESTDIR)$(scenariodir)/$(notdir $(1))
# Below a folder of its own, for "core/err.h" is how they name each other.
header-at         = $(DESTDIR)$(includedir)/shrinkctl/$(1)

# Objects of gcc with -flto carry its bytecode, too, which no other compiler and no
# other release of gcc can read: without it they are what all can link.
$(B)/libshrinkctl.a: $(call obj,$(core))
	@echo "  AR   $@"
	$(Q)rm -f $@ && ar rcs $@ $^
	$(Q)objcopy -w -R '.gnu.lto_*' -R '.gnu.debuglto_*' -N '__gnu_lto_*' $@

# As C++ has to read them.
$(B)/include/%.h: %.h make/extern-c.awk
	@mkdir -p $(@D)
	$(Q)awk -f make/extern-c.awk $< >$@.new && mv $@.new $@

install: all $(B)/libshrinkctl.a $(public-headers:%=$(B)/include/%)
	install -D -m 755 $(B)/shrinkctl $(DESTDIR)$(bindir)/shrinkctl
	install -D -m 644 $(B)/libshrinkctl.a $(DESTDIR)$(libdir)/libshrinkctl.a
	$(foreach header,$(public-headers),install -D -m 644 $(B)/include/$(header) $(call header-at,$(header)) &&) :
	install -d $(DESTDIR)$(pkgdir)
	sed 's,@prefix@,$(prefix),; s,@libdir@,$(libdir),; s,@includedir@,$(includedir),; s,@version@,$(VERSION),' \
		make/shrinkctl.pc.in >$(DESTDIR)$(pkgdir)/shrinkctl.pc
	chmod 644 $(DESTDIR)$(pkgdir)/shrinkctl.pc
	$(foreach page,$(pages),install -D -m 644 $(page) $(call page-at,$(page)) &&) :
	$(foreach scenario,$(scenarios),install -D -m 644 $(scenario) $(call scenario-at,$(scenario)) &&) :
	install -D -m 644 completion/shrinkctl.bash $(DESTDIR)$(bashdir)/shrinkctl
	install -D -m 644 completion/_shrinkctl $(DESTDIR)$(zshdir)/_shrinkctl
	install -D -m 644 completion/shrinkctl.fish $(DESTDIR)$(fishdir)/shrinkctl.fish

uninstall:
	rm -f $(DESTDIR)$(bindir)/shrinkctl $(foreach page,$(pages),$(call page-at,$(page))) \
		$(DESTDIR)$(bashdir)/shrinkctl $(DESTDIR)$(zshdir)/_shrinkctl \
		$(DESTDIR)$(fishdir)/shrinkctl.fish $(DESTDIR)$(libdir)/libshrinkctl.a \
		$(DESTDIR)$(pkgdir)/shrinkctl.pc
	rm -rf $(call header-at) $(DESTDIR)$(scenariodir)

.PHONY: install uninstall
