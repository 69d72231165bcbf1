/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/names.h"

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_NAMES = 1 << 20,
	MAX_LEN = 1024,
	MAX_BYTES = 64 << 20,
	MAX_PROBES = 256, /* names made to collide are refused, not searched for */
	CHUNK = 64 << 10,
	FIRST_NAMES = 256,
};

struct name {
	const char *text;
	uint32_t len;
	uint32_t hash;
	uint64_t note;
};

/* Texts lie one after the other in chunks that never move. */
struct chunk {
	struct chunk *prev;
	size_t used;
	char text[];
};

struct shr_names {
	struct name *names; /* owned; names[0] is the empty string */
	uint32_t count;
	uint32_t cap;
	uint32_t *slots;     /* owned; tokens by hash, 0 is free */
	uint32_t slot_mask;  /* slots - 1, and slots is at least 2 * cap */
	struct chunk *chunk; /* owned, with all before it */
	size_t bytes;	     /* in all chunks */
	uint64_t refused;
};

struct shr_names *shr_names_new(struct shr_err *err)
{
	struct shr_names *names = calloc(1, sizeof(*names));

	if (names) {
		names->cap = FIRST_NAMES;
		names->count = 1;
		names->slot_mask = 2 * FIRST_NAMES - 1;
		names->names = calloc(names->cap, sizeof(*names->names));
		names->slots = calloc(names->slot_mask + 1, sizeof(*names->slots));
	}
	if (!names || !names->names || !names->slots) {
		shr_names_free(names);
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	names->names[0].text = "";
	return names;
}

void shr_names_free(struct shr_names *names)
{
	if (!names)
		return;
	while (names->chunk) {
		struct chunk *prev = names->chunk->prev;

		free(names->chunk);
		names->chunk = prev;
	}
	free(names->slots);
	free(names->names);
	free(names);
}

static uint32_t hash_of(struct shr_str text)
{
	uint64_t hash = 0x9e3779b97f4a7c15u ^ text.len;

	while (text.len) {
		size_t step = text.len < 8 ? text.len : 8;
		uint64_t word = 0;

		memcpy(&word, text.ptr, step);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
		text.ptr += step;
		text.len -= step;
	}
	return (uint32_t)hash;
}

static bool is_text(const struct name *name, struct shr_str text)
{
	return name->len == text.len && memcmp(name->text, text.ptr, text.len) == 0;
}

static void place(struct shr_names *names, uint32_t token)
{
	uint32_t slot = names->names[token].hash & names->slot_mask;

	while (names->slots[slot])
		slot = (slot + 1) & names->slot_mask;
	names->slots[slot] = token;
}

static bool grow(struct shr_names *names)
{
	uint32_t cap = names->cap * 2;
	struct name *more = reallocarray(names->names, cap, sizeof(*more));
	uint32_t *slots = calloc(2 * (size_t)cap, sizeof(*slots));

	if (more)
		names->names = more;
	if (!more || !slots) {
		free(slots);
		return false;
	}
	free(names->slots);
	names->cap = cap;
	names->slots = slots;
	names->slot_mask = 2 * cap - 1;
	for (uint32_t token = 1; token < names->count; token++)
		place(names, token);
	return true;
}

static char *keep(struct shr_names *names, struct shr_str text)
{
	struct chunk *chunk = names->chunk;

	if (!chunk || CHUNK - chunk->used < text.len) {
		if (names->bytes + CHUNK > MAX_BYTES)
			return NULL;
		chunk = malloc(sizeof(*chunk) + CHUNK);
		if (!chunk)
			return NULL;
		*chunk = (struct chunk){ .prev = names->chunk };
		names->chunk = chunk;
		names->bytes += CHUNK;
	}

	char *copy = chunk->text + chunk->used;

	memcpy(copy, text.ptr, text.len);
	chunk->used += text.len;
	return copy;
}

static uint32_t add(struct shr_names *names, struct shr_str text, uint32_t hash)
{
	bool full = names->count == names->cap;
	char *copy;

	if (text.len > MAX_LEN || names->count > MAX_NAMES || (full && !grow(names)) ||
	    !(copy = keep(names, text))) {
		names->refused++;
		return 0;
	}

	uint32_t token = names->count++;

	names->names[token] = (struct name){ copy, (uint32_t)text.len, hash, 0 };
	place(names, token);
	return token;
}

uint32_t shr_names_intern(struct shr_names *names, struct shr_str text, uint32_t likely)
{
	if (!text.len)
		return 0;
	if (likely < names->count && is_text(&names->names[likely], text))
		return likely;

	uint32_t hash = hash_of(text);
	uint32_t slot = hash & names->slot_mask;

	for (unsigned probes = 0; names->slots[slot]; probes++) {
		uint32_t token = names->slots[slot];

		if (names->names[token].hash == hash &&
		    is_text(&names->names[token], text))
			return token;
		if (probes == MAX_PROBES) {
			names->refused++;
			return 0;
		}
		slot = (slot + 1) & names->slot_mask;
	}
	return add(names, text, hash);
}

struct shr_str shr_names_text(const struct shr_names *names, uint32_t token)
{
	const struct name *name = &names->names[token < names->count ? token : 0];

	return (struct shr_str){ name->text, name->len };
}

uint64_t shr_names_note(const struct shr_names *names, uint32_t token)
{
	return token < names->count ? names->names[token].note : 0;
}

void shr_names_set_note(struct shr_names *names, uint32_t token, uint64_t note)
{
	if (token && token < names->count)
		names->names[token].note = note;
}

uint64_t shr_names_refused(const struct shr_names *names)
{
	return names->refused;
}
