/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/text_head.h"

#include "cli/record/textbuf.h"
#include "cli/sim/census.h"

#include <inttypes.h>
#include <string.h>

/* Five columns of flags since 5.16, when migrate-disable came. */
static const char five_flags[] =
	"#                                _-----=> irqs-off/BH-disabled\n"
	"#                               / _----=> need-resched\n"
	"#                              | / _---=> hardirq/softirq\n"
	"#                              || / _--=> preempt-depth\n"
	"#                              ||| / _-=> migrate-disable\n"
	"#                              |||| /     delay\n"
	"#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
	"#              | |         |   |||||     |         |\n";

/* The width of a pid grew in 5.11. */
static const char four_flags[] =
	"#                                _-----=> irqs-off\n"
	"#                               / _----=> need-resched\n"
	"#                              | / _---=> hardirq/softirq\n"
	"#                              || / _--=> preempt-depth\n"
	"#                              ||| /     delay\n"
	"#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION\n"
	"#              | |         |   ||||      |         |\n";

static const char narrow_flags[] =
	"#                              _-----=> irqs-off\n"
	"#                             / _----=> need-resched\n"
	"#                            | / _---=> hardirq/softirq\n"
	"#                            || / _--=> preempt-depth\n"
	"#                            ||| /     delay\n"
	"#           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION\n"
	"#              | |       |   ||||       |         |\n";

static int print_trace(struct textbuf *text, const struct census *census)
{
	const char *columns = narrow_flags;

	if (kernel_form_has(&census->form, FORM_VERSION(5, 16), FORM_NEVER))
		columns = five_flags;
	else if (kernel_form_has(&census->form, FORM_VERSION(5, 11), FORM_NEVER))
		columns = four_flags;
	if (textbuf_print(text,
			  "# tracer: nop\n#\n# entries-in-buffer/entries-written: "
			  "%" PRIu64 "/%" PRIu64 "   #P:%" PRIu32 "\n#\n",
			  census->events, census->events, census->cpu_count) < 0)
		return -1;
	return textbuf_add(text, columns, strlen(columns));
}

/* perf script --header, as far as it is of the kernel and not of the machine. */
static int print_perf(struct textbuf *text, const struct census *census)
{
	if (!census->kernel.len)
		return 0;
	return textbuf_print(text,
			     "# ========\n# hostname : shrinkctl\n# os release : %s\n"
			     "# nrcpus online : %" PRIu32 "\n# ========\n#\n",
			     census->kernel.text, census->cpu_count);
}

int text_head_print(struct textbuf *text, const struct census *census,
		    enum text_tool tool)
{
	switch (tool) {
	case TEXT_FTRACE:
		return print_trace(text, census);
	case TEXT_TRACE_CMD:
		return textbuf_print(text, "cpus=%" PRIu32 "\n", census->cpu_count);
	default:
		return print_perf(text, census);
	}
}
