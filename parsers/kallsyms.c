/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/kallsyms.h"

#include "parsers/text_digits.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	uint64_t address;
	uint32_t offset; /* of the line in the text */
};

struct shr_kallsyms {
	struct shr_str text;
	bool indexed;
	struct entry *entries; /* owned; sorted once indexed */
	size_t count;
};

struct shr_kallsyms *shr_kallsyms_new(struct shr_str text)
{
	struct shr_kallsyms *kallsyms = calloc(1, sizeof(*kallsyms));

	if (kallsyms)
		kallsyms->text = text.len ? text : (struct shr_str){ "", 0 };
	return kallsyms;
}

void shr_kallsyms_free(struct shr_kallsyms *kallsyms)
{
	if (!kallsyms)
		return;
	free(kallsyms->entries);
	free(kallsyms);
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "ffffffff81000000 t name": the name's start, or NULL if it is no such line. */
static const char *parse_line(const char *line, const char *end, uint64_t *address)
{
	/* All addresses of a 64-bit kernel have 16 digits: they are taken at once. */
	if (end - line > 19 && line[16] == ' ' && line[18] == ' ' &&
	    shr_text_digits_address(line, address))
		return line + 19;
	*address = 0;
	while (line < end && hex_of(*line) >= 0)
		*address = *address << 4 | (uint64_t)hex_of(*line++);
	return end - line > 3 && line[0] == ' ' && line[2] == ' ' ? line + 3 : NULL;
}

/* Mapping symbols ($d, $x) and prefixes are marks inside the text, not functions. */
static bool is_function(const char *name, const char *end)
{
	char type = name[-2];
	size_t len = (size_t)(end - name);

	if (type != 't' && type != 'T' && type != 'w' && type != 'W')
		return false;
	return *name != '$' && (len < 6 || memcmp(name, "__pfx_", 6) != 0);
}

static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool add_entry(struct shr_kallsyms *kallsyms, struct entry entry)
{
	if (!(kallsyms->count & (kallsyms->count - 1))) {
		size_t cap = kallsyms->count ? kallsyms->count * 2 : 1;
		void *grown = reallocarray(kallsyms->entries, cap, sizeof(entry));

		if (!grown)
			return false;
		kallsyms->entries = grown;
	}
	kallsyms->entries[kallsyms->count++] = entry;
	return true;
}

static void index_text(struct shr_kallsyms *kallsyms)
{
	const char *base = kallsyms->text.ptr, *line = base;
	const char *end = base + kallsyms->text.len;

	kallsyms->indexed = true;
	while (line < end && line - base < UINT32_MAX) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));
		uint64_t address;

		if (!eol)
			eol = end;
		const char *name = parse_line(line, eol, &address);
		struct entry entry = { address, (uint32_t)(line - base) };

		/* Without privilege every address reads 0: that is no table. */
		if (name && address && is_function(name, eol) &&
		    !add_entry(kallsyms, entry))
			break;
		line = eol + 1;
	}
	if (kallsyms->count)
		qsort(kallsyms->entries, kallsyms->count, sizeof(*kallsyms->entries),
		      by_address);
}

static const struct entry *find_first(const struct shr_kallsyms *kallsyms,
				      uint64_t address)
{
	size_t low = 0, high = kallsyms->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (kallsyms->entries[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == kallsyms->count || kallsyms->entries[low].address != address)
		return NULL;
	return &kallsyms->entries[low];
}

struct shr_str shr_symbol_bare(struct shr_str name)
{
	/* A leading dot belongs to the name (ppc64 entry points). */
	const char *dot = name.len > 1 ? memchr(name.ptr + 1, '.', name.len - 1) : NULL;

	if (dot)
		name.len = (size_t)(dot - name.ptr);
	return name;
}

bool shr_kallsyms_find(struct shr_kallsyms *kallsyms, uint64_t address,
		       struct shr_symbol *symbol)
{
	if (!kallsyms)
		return false;
	if (!kallsyms->indexed)
		index_text(kallsyms);
	const struct entry *entry = find_first(kallsyms, address);

	if (!entry)
		return false;
	const char *end = kallsyms->text.ptr + kallsyms->text.len;
	const char *line = kallsyms->text.ptr + entry->offset;
	const char *eol = memchr(line, '\n', (size_t)(end - line));
	uint64_t again;
	const char *name = parse_line(line, eol ? eol : end, &again);
	size_t rest = (size_t)((eol ? eol : end) - name);
	const char *tab = memchr(name, '\t', rest);

	*symbol = (struct shr_symbol){ .address = address };
	symbol->name = shr_symbol_bare(
		(struct shr_str){ name, tab ? (size_t)(tab - name) : rest });
	if (!tab || tab[1] != '[')
		return true;
	rest -= (size_t)(tab - name);
	const char *close = memchr(tab, ']', rest);

	if (close)
		symbol->module = (struct shr_str){ tab + 2, (size_t)(close - tab - 2) };
	return true;
}
