/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/record_format.h"

#include "cli/record/textbuf.h"
#include "cli/sim/kernel_form.h"
#include "cli/sim/record_fields.h"
#include "cli/sim/ring_pages.h"
#include "core/model/gfp.h"

#include <inttypes.h>

const char record_format_event[] = "# compressed entry header\n"
				   "\ttype_len    :    5 bits\n"
				   "\ttime_delta  :   27 bits\n"
				   "\tarray       :   32 bits\n"
				   "\n"
				   "\tpadding     : type == 29\n"
				   "\ttime_extend : type == 30\n"
				   "\ttime_stamp : type == 31\n"
				   "\tdata max type_len  == 28\n";

static int print_field(struct textbuf *text, const char *type, const char *name,
		       size_t offset, size_t size, bool is_signed)
{
	return textbuf_print(text,
			     "\tfield:%s %s;\toffset:%zu;\tsize:%zu;\tsigned:%d;\n",
			     type, name, offset, size, is_signed);
}

/* What every event begins with. */
static int print_common(struct textbuf *text)
{
	if (print_field(text, "unsigned short", "common_type", 0, 2, false) < 0 ||
	    print_field(text, "unsigned char", "common_flags", 2, 1, false) < 0 ||
	    print_field(text, "unsigned char", "common_preempt_count", 3, 1, false) <
		    0 ||
	    print_field(text, "int", "common_pid", 4, 4, true) < 0)
		return -1;
	return textbuf_add(text, "\n", 1);
}

/* The conversion of a phrase, as the print fmt has it. */
static const char *conversion(const struct kernel_form *form, enum record_print print)
{
	static const char *const all[] = {
		[PRINT_SYMBOL] = "%pS",
		[PRINT_POINTER] = "%p",
		[PRINT_INT] = "%d",
		[PRINT_LONG] = "%ld",
		[PRINT_LLONG] = "%lld",
		[PRINT_ULONG] = "%lu",
		[PRINT_ULLONG] = "%llu",
		[PRINT_HEX] = "0x%x",
		[PRINT_HEX_LONG] = "0x%Lx",
		[PRINT_PROBE_SIGNED] = "%Ld",
		[PRINT_PROBE] = "%Lu",
		[PRINT_PLACE] = "(%lx)",
		[PRINT_GFP] = "%s",
		[PRINT_TEXT] = "%s",
		[PRINT_QUOTED] = "\\\"%s\\\"",
		[PRINT_IRQ] = "%s",
	};

	/* Both mean the same (e0d7a3ca0f0f merge "for-5.2-pf-removal", 5.2). */
	if (print == PRINT_SYMBOL && form->layout < SHR_LAYOUT_T5)
		return "%pF";
	return all[print];
}

/* The table of names that readers look a mask up in. */
static int print_gfp(struct textbuf *text, const struct kernel_form *form,
		     const char *name)
{
	struct shr_gfp_name names[SHR_GFP_NAMES_MAX];
	size_t count = shr_gfp_names(form->release, names);

	if (textbuf_print(text, "(REC->%s) ? __print_flags(REC->%s, \"|\", ", name,
			  name) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (textbuf_print(text, "%s{(unsigned long)0x%" PRIx64 ", \"%s\"}",
				  i ? ", " : "", names[i].mask, names[i].name) < 0)
			return -1;
	return textbuf_print(text, ") : \"%s\"", shr_gfp_nothing(form->release));
}

static int print_argument(struct textbuf *text, const struct kernel_form *form,
			  const struct record_phrase *phrase)
{
	switch (phrase->print) {
	case PRINT_GFP:
		return print_gfp(text, form, phrase->name);
	case PRINT_TEXT:
	case PRINT_QUOTED:
		return textbuf_print(text, "__get_str(%s)", phrase->name);
	case PRINT_IRQ:
		return textbuf_print(text, "(REC->%s & 0x18) ? \"(in-irq)\" : \"\"",
				     phrase->name);
	default:
		return textbuf_print(text, "REC->%s", phrase->name);
	}
}

static int print_sentence(struct textbuf *text, const struct record_layout *layout,
			  const struct kernel_form *form)
{
	if (textbuf_print(text, "\nprint fmt: \"") < 0)
		return -1;
	for (size_t i = 0; i < layout->phrase_count; i++)
		if (textbuf_print(text, "%s%s", layout->phrases[i].text,
				  conversion(form, layout->phrases[i].print)) < 0)
			return -1;
	if (textbuf_add(text, "\"", 1) < 0)
		return -1;
	for (size_t i = 0; i < layout->phrase_count; i++)
		if (textbuf_add(text, ", ", 2) < 0 ||
		    print_argument(text, form, &layout->phrases[i]) < 0)
			return -1;
	return textbuf_add(text, "\n", 1);
}

int record_format_print(const struct record_layout *layout,
			const struct kernel_form *form, struct textbuf *text)
{
	if (textbuf_print(text, "name: %s\nID: %u\nformat:\n", layout->name,
			  layout->id) < 0 ||
	    print_common(text) < 0)
		return -1;
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct record_field *field = &layout->fields[i];

		if (print_field(text, field->type, field->name, field->offset,
				field->size, field->is_signed) < 0)
			return -1;
	}
	return print_sentence(text, layout, form);
}

int record_format_page(const struct kernel_form *form, struct textbuf *text)
{
	size_t size = form->long_size, data = RING_PAGE_TIME + size;

	return textbuf_print(
		text,
		"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		"\tfield: local_t commit;\toffset:8;\tsize:%zu;\tsigned:1;\n"
		"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
		"\tfield: char data;\toffset:%zu;\tsize:%zu;\tsigned:1;\n",
		size, data, RING_PAGE_SIZE - data);
}
