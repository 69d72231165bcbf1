/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/record_text.h"

#include "cli/record/textbuf.h"
#include "cli/sim/census.h"
#include "cli/sim/record_source.h"
#include "core/model/gfp.h"
#include "core/stream.h"

#include <inttypes.h>
#include <string.h>

enum { GFP_TEXT = 1024 };

/* What is printed, of what, by whom. */
struct printing {
	struct textbuf *text;
	const struct record *record;
	const struct census *census;
	struct shr_source *source;
	enum text_tool tool;
};

/* Functions are as long as their name makes of it, for nobody tells. */
static unsigned length_of(const char *name)
{
	unsigned sum = 0;

	for (; *name; name++)
		sum = sum * 31 + (unsigned char)*name;
	return 0x60 + sum % 0x60 * 0x10;
}

static int print_function(const struct printing *on, const char *name,
			  const char *module)
{
	if (on->tool != TEXT_FTRACE)
		return textbuf_print(on->text, "%s+0x0", name);
	return textbuf_print(on->text, "%s+0x0/0x%x%s%s%s", name, length_of(name),
			     module ? " [" : "", module ? module : "",
			     module ? "]" : "");
}

static int print_symbol(const struct printing *on)
{
	const struct census_callback *callback = on->record->callback;

	if (callback && callback->name)
		return print_function(on, callback->name, callback->module);
	return textbuf_print(on->text, "0x%" PRIx64, on->record->extra.callback);
}

/* A probe's place: by its name in the kernel, as an address in libtraceevent. */
static int print_place(const struct printing *on)
{
	if (on->tool != TEXT_FTRACE)
		return textbuf_print(on->text, "(%" PRIx64 ")", on->census->probe);
	if (textbuf_add(on->text, "(", 1) < 0 ||
	    print_function(on, "do_shrink_slab", NULL) < 0)
		return -1;
	return textbuf_add(on->text, ")", 1);
}

/*
 * From 4.15 on the kernel hides addresses behind 32 bits that are theirs alone
 * (ad67b74d2469 "printk: hash addresses printed with %p").
 */
static uint64_t hash(uint64_t address)
{
	uint64_t mixed = address + 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return (mixed ^ mixed >> 31) & UINT32_MAX;
}

static int print_pointer(const struct printing *on, uint64_t address)
{
	const struct kernel_form *form = &on->census->form;
	bool hides = kernel_form_has(form, FORM_VERSION(4, 15), FORM_NEVER);

	if (on->tool != TEXT_FTRACE)
		return textbuf_print(on->text, "0x%" PRIx64, address);
	if (hides && !on->census->capture.hashed_pointers)
		address = hash(address);
	return textbuf_print(on->text, "%0*" PRIx64, form->long_size == 8 ? 16 : 8,
			     address);
}

static int print_gfp(const struct printing *on)
{
	const struct shr_event *event = on->record->event;
	char names[GFP_TEXT];

	if (event->kind == SHR_START)
		on->source->gfp(on->source, &event->start, event->has & SHR_HAS_GFP,
				names, sizeof(names));
	else
		shr_gfp_print(on->census->form.release, 0, names, sizeof(names));
	return textbuf_print(on->text, "%s", names);
}

static int print_text(const struct printing *on, const char *quote)
{
	struct shr_str text = on->record->extra.text;

	return textbuf_print(on->text, "%s%.*s%s", quote, (int)text.len, text.ptr,
			     quote);
}

/* An address is no wider than a long. */
static uint64_t cut(const struct printing *on, uint64_t value, enum record_print print)
{
	bool narrow = on->census->form.long_size == 4;

	return narrow && (print == PRINT_POINTER || print == PRINT_HEX_LONG)
		       ? (uint32_t)value
		       : value;
}

static int print_phrase(const struct printing *on, const struct record_phrase *phrase)
{
	uint64_t value = cut(
		on, record_value(on->record->event, &on->record->extra, phrase->value),
		phrase->print);

	switch (phrase->print) {
	case PRINT_SYMBOL:
		return print_symbol(on);
	case PRINT_POINTER:
		return print_pointer(on, value);
	case PRINT_PLACE:
		return print_place(on);
	case PRINT_GFP:
		return print_gfp(on);
	case PRINT_TEXT:
		return print_text(on, "");
	case PRINT_QUOTED:
		return print_text(on, "\"");
	case PRINT_INT:
		return textbuf_print(on->text, "%" PRId32, (int32_t)value);
	case PRINT_LONG:
	case PRINT_LLONG:
	case PRINT_PROBE_SIGNED:
		return textbuf_print(on->text, "%" PRId64, (int64_t)value);
	case PRINT_ULONG:
	case PRINT_ULLONG:
	case PRINT_PROBE:
		return textbuf_print(on->text, "%" PRIu64, value);
	case PRINT_HEX:
	case PRINT_HEX_LONG:
		return textbuf_print(on->text, "0x%" PRIx64, value);
	case PRINT_IRQ: /* nobody reclaims in an interrupt */
		return 0;
	}
	return 0;
}

/* A field by itself: what is a long, and not signed, prints as an address would. */
static int print_field(const struct printing *on, const struct record_field *field)
{
	uint64_t value =
		record_value(on->record->event, &on->record->extra, field->value);
	bool is_long = strstr(field->type, "long") || strchr(field->type, '*');

	if (field->size == 4)
		value = field->is_signed ? (uint64_t)(int32_t)value : (uint32_t)value;
	if (is_long && (!field->is_signed || field->size == 4))
		return textbuf_print(on->text, " %s=0x%" PRIx64, field->name,
				     field->size == 4 ? (uint32_t)value : value);
	if (field->is_signed)
		return textbuf_print(on->text, " %s=%" PRId64, field->name,
				     (int64_t)value);
	return textbuf_print(on->text, " %s=%" PRIu64, field->name, value);
}

static int print_fields(const struct printing *on)
{
	const struct record_layout *layout = on->record->layout;

	if (textbuf_print(on->text, "[FAILED TO PARSE]") < 0)
		return -1;
	for (size_t i = 0; i < layout->field_count; i++)
		if (print_field(on, &layout->fields[i]) < 0)
			return -1;
	return 0;
}

int record_text_print(struct textbuf *text, const struct record *record,
		      const struct census *census, struct shr_source *source,
		      enum text_tool tool)
{
	const struct printing on = { text, record, census, source, tool };
	const struct record_layout *layout = record->layout;

	if (layout->foreign && tool != TEXT_FTRACE)
		return print_fields(&on);
	for (size_t i = 0; i < layout->phrase_count; i++) {
		const struct record_phrase *phrase = &layout->phrases[i];

		if (textbuf_add(text, phrase->text, strlen(phrase->text)) < 0 ||
		    print_phrase(&on, phrase) < 0)
			return -1;
	}
	return 0;
}
