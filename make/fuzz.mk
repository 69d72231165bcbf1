# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzzing and timing.  Seeds are the fixtures; what libFuzzer finds becomes a fixture
# and a test.  A driver is the same target with a plain main, for files by name.

T            ?= 600
FUZZERS      ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(fuzzers))
# Not the captures: a megabyte of kallsyms a run finds nothing and takes seconds.
seeds-trace_dat = fixtures/trace fixtures/bad
seeds-text      = fixtures/text fixtures/bad
seeds-live      = fixtures/tracefs/recorder/instance/per_cpu/cpu0
seeds-scenario  = fixtures/scenarios
fuzz-limits  := -max_len=1048576 -rss_limit_mb=2048 -timeout=20
fuzz-env     := LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(library) $(if $(FUZZ),,$(B)/tests/fuzz/driver.o)
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(if $(FUZZ),-fsanitize=fuzzer) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

fuzz:
	$(Q)$(MAKE) --no-print-directory -k FUZZ=1 CC=clang $(FUZZERS:%=fuzz/%)

# One fuzzer: new inputs go to build-fuzz/corpus/NAME, crashes beside them.
fuzz/%: $(B)/fuzz/fuzz_%
	@mkdir -p build-fuzz/corpus/$* build-fuzz/found
	@echo "  FUZZ $* for $(T) s"
	$(Q)$(fuzz-env) $< $(fuzz-limits) -max_total_time=$(T) -print_final_stats=1 \
		-artifact_prefix=build-fuzz/found/$*- build-fuzz/corpus/$* \
		$(wildcard $(seeds-$*)) >build-fuzz/$*.log 2>&1; status=$$?; \
		grep -E '^(stat::number_of_exec|SUMMARY|Test unit written)|: DONE|DEADLYSIGNAL|: Assert' \
		build-fuzz/$*.log; exit $$status

# CAPTURE=FILE.dat, else one is made of a bundled capture.
bench: $(B)/shrinkctl bench-tools
	$(Q)tests/bench/run $(B) $(CAPTURE)

bench-tools: $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

# What recording costs on the running kernel, as root.
bench-record: $(B)/shrinkctl bench-tools
	$(Q)tests/bench/record $(B)

$(B)/bench/%: $(B)/tests/bench/%.o
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(LDFLAGS) -o $@ $^

.PHONY: fuzz bench bench-tools bench-record
