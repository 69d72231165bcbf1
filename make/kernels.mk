# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-kernels: record inside of real kernels, replay here.  tests/kernels/run says how,
# and which variables choose among kernels, workloads and checks.

check-kernels:
	$(if $(missing-for-kernels),$(Q)$(MAKE) --no-print-directory deps-kernels)
	$(Q)$(MAKE) --no-print-directory check-kernels-now

check-kernels-now: $(B)/shrinkctl $(B)/kernels/press
	$(Q)SHRINKCTL=$< PRESS=$(word 2,$^) tests/kernels/run

$(B)/kernels/press: $(B)/tests/kernels/press.o
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) $(ALL) $(LDFLAGS) -o $@ $^

.PHONY: check-kernels check-kernels-now
