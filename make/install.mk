# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install DESTDIR= prefix=/usr/local, and uninstall: the program, its pages and
# the completions, each where its reader looks.

bindir  ?= $(prefix)/bin
mandir  ?= $(prefix)/share/man
bashdir ?= $(prefix)/share/bash-completion/completions
zshdir  ?= $(prefix)/share/zsh/site-functions
fishdir ?= $(prefix)/share/fish/vendor_completions.d

section  = $(subst .,,$(suffix $(1)))
page-at  = $(DESTDIR)$(mandir)/man$(call section,$(1))/$(notdir $(1))

install: all
	install -D -m 755 $(B)/shrinkctl $(DESTDIR)$(bindir)/shrinkctl
	$(foreach page,$(pages),install -D -m 644 $(page) $(call page-at,$(page)) &&) :
	install -D -m 644 completion/shrinkctl.bash $(DESTDIR)$(bashdir)/shrinkctl
	install -D -m 644 completion/_shrinkctl $(DESTDIR)$(zshdir)/_shrinkctl
	install -D -m 644 completion/shrinkctl.fish $(DESTDIR)$(fishdir)/shrinkctl.fish

uninstall:
	rm -f $(DESTDIR)$(bindir)/shrinkctl $(foreach page,$(pages),$(call page-at,$(page))) \
		$(DESTDIR)$(bashdir)/shrinkctl $(DESTDIR)$(zshdir)/_shrinkctl \
		$(DESTDIR)$(fishdir)/shrinkctl.fish

.PHONY: install uninstall
