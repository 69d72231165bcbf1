/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_STEPS = 5 };

struct field {
	const char *name;
	const char *by_name; /* what the kernel's type reader understands */
	char sign;	     /* s, u or x of the type; '"' a string */
	bool of_shrinker;    /* else of the shrink_control */
	size_t steps;	     /* 0: the argument itself */
	enum probe_step path[PATH_STEPS]; /* each but STEP_CSS to what it points to */
};

static const struct field fields_of_ours[PROBE_FIELD_COUNT] = {
	[PROBE_SHR] = { "shr", "shr", 'x', true, 0, { 0 } },
	[PROBE_NID] = { "nid", "sc->nid", 's', false, 1, { STEP_NID } },
	[PROBE_MEMCG] = { "memcg", "sc->memcg", 'x', false, 1, { STEP_MEMCG } },
	[PROBE_CG] = { "cg",
		       "sc->memcg->css.cgroup->kn->id",
		       'u',
		       false,
		       5,
		       { STEP_MEMCG, STEP_CSS, STEP_CGROUP, STEP_KN, STEP_KN_ID } },
	[PROBE_BATCH] = { "batch", "shr->batch", 's', true, 1, { STEP_BATCH } },
	[PROBE_SEEKS] = { "seeks", "shr->seeks", 's', true, 1, { STEP_SEEKS } },
	[PROBE_FLAGS] = { "flags", "shr->flags", 'x', true, 1, { STEP_FLAGS } },
	[PROBE_ID] = { "id", "shr->id", 's', true, 1, { STEP_ID } },
	[PROBE_NAME] = { "name", "shr->name", '"', true, 1, { STEP_NAME } },
};

void probe_layout_read(struct probe_layout *layout, const struct kernel_types *types)
{
	static const char *const members[STEP_COUNT][2] = {
		[STEP_MEMCG] = { "shrink_control", "memcg" },
		[STEP_NID] = { "shrink_control", "nid" },
		[STEP_CSS] = { "mem_cgroup", "css" },
		[STEP_CGROUP] = { "cgroup_subsys_state", "cgroup" },
		[STEP_KN] = { "cgroup", "kn" },
		[STEP_KN_ID] = { "kernfs_node", "id" },
		[STEP_BATCH] = { "shrinker", "batch" },
		[STEP_SEEKS] = { "shrinker", "seeks" },
		[STEP_FLAGS] = { "shrinker", "flags" },
		[STEP_ID] = { "shrinker", "id" },
		[STEP_NAME] = { "shrinker", "name" },
	};

	*layout = (struct probe_layout){ 0 };
	for (size_t i = 0; i < STEP_COUNT; i++)
		if (!btf_find_member(types, members[i][0], members[i][1],
				     &layout->steps[i]))
			layout->steps[i] = (struct member){ 0 };
	layout->pointer = layout->steps[STEP_KN].size;
	layout->control = btf_find_argument(types, "do_shrink_slab", "shrink_control");
	layout->shrinker = btf_find_argument(types, "do_shrink_slab", "shrinker");
}

/* A value that a probe can store: a number of 1 to 8 bytes. */
static bool is_number(const struct member *place)
{
	return place->size == 1 || place->size == 2 || place->size == 4 ||
	       place->size == 8;
}

static bool has_field(const struct probe_layout *layout, const struct field *field)
{
	for (size_t i = 0; i < field->steps; i++) {
		const struct member *place = &layout->steps[field->path[i]];

		if (!place->size || (i + 1 == field->steps && !is_number(place)))
			return false;
	}
	return layout->pointer == 4 || layout->pointer == 8;
}

unsigned probe_layout_fields(const struct probe_layout *layout)
{
	unsigned fields = 0;

	for (unsigned i = 0; i < PROBE_FIELD_COUNT; i++)
		if (has_field(layout, &fields_of_ours[i]))
			fields |= 1u << i;
	return fields;
}

/* A text of limited size that grows at its end. */
struct text {
	char *at;
	size_t left; /* 0: it did not fit */
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text,
						      const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int put = vsnprintf(text->at, text->left, format, ap);

	va_end(ap);
	if (put < 0 || (size_t)put >= text->left) {
		text->left = 0;
		return;
	}
	text->at += put;
	text->left -= (size_t)put;
}

/* Registers that pass a function's first arguments, by the kernel's names. */
static const char *register_of(unsigned argument)
{
#if defined(__x86_64__)
	static const char *const names[] = { "%di", "%si", "%dx" };
#elif defined(__aarch64__)
	static const char *const names[] = { "%x0", "%x1", "%x2" };
#elif defined(__s390x__)
	static const char *const names[] = { "%r2", "%r3", "%r4" };
#elif defined(__powerpc64__)
	static const char *const names[] = { "%gpr3", "%gpr4", "%gpr5" };
#elif defined(__riscv)
	static const char *const names[] = { "%a0", "%a1", "%a2" };
#else
	static const char *const names[] = { NULL, NULL, NULL };
#endif

	return argument >= 1 && argument <= 3 ? names[argument - 1] : NULL;
}

/* Where @field's argument is in @form, as the kernel writes it.  False: not known. */
static bool argument_of(const struct probe_layout *layout, enum probe_form form,
			const struct field *field, char text[16])
{
	/* TP_PROTO() of mm_shrink_slab_start: shrinker, shrink_control, ... */
	unsigned argument = field->of_shrinker ? 1 : 2;

	if (form != PROBE_OFFSETS)
		argument = field->of_shrinker ? layout->shrinker : layout->control;
	if (!argument)
		return false;
	if (form != PROBE_REGISTERS)
		return snprintf(text, 16, "$arg%u", argument) < 16;
	const char *name = register_of(argument);

	return name && snprintf(text, 16, "%s", name) < 16;
}

/* "+304(+0(+24($arg2)))": the innermost is read first. */
static void add_path(struct text *text, const struct probe_layout *layout,
		     const struct field *field, const char *argument)
{
	unsigned offsets[PATH_STEPS], count = 0, within = 0;

	for (size_t i = 0; i < field->steps; i++) {
		within += layout->steps[field->path[i]].offset;
		/* Part of its mem_cgroup, not behind a pointer. */
		if (field->path[i] == STEP_CSS)
			continue;
		offsets[count++] = within;
		within = 0;
	}
	if (field->sign == '"')
		add(text, "+0(");
	for (unsigned i = count; i-- > 0;)
		add(text, "+%u(", offsets[i]);
	add(text, "%s", argument);
	for (unsigned i = 0; i < count; i++)
		add(text, ")");
	add(text, field->sign == '"' ? "):string" : "");
}

static bool add_field(struct text *text, const struct probe_layout *layout,
		      enum probe_form form, const struct field *field)
{
	char argument[16];

	add(text, " %s=", field->name);
	if (form == PROBE_NAMES) {
		/* Numbers get the type that the kernel knows them to have. */
		add(text, "%s%s", field->by_name, field->sign == '"' ? ":string" : "");
		return true;
	}
	if (!argument_of(layout, form, field, argument))
		return false;
	add_path(text, layout, field, argument);
	unsigned size = field->steps ? layout->steps[field->path[field->steps - 1]].size
				     : layout->pointer;

	if (field->sign != '"')
		add(text, ":%c%u", field->sign, size * 8);
	return true;
}

bool probe_define(const struct probe_layout *layout, enum probe_form form,
		  unsigned fields, const char *group, char *text, size_t size)
{
	bool on_tracepoint = form == PROBE_NAMES || form == PROBE_OFFSETS;
	struct text to = { text, size };

	if (layout)
		fields &= probe_layout_fields(layout);
	else if (form != PROBE_NAMES)
		return false;
	add(&to, "%c:%s/call %s", on_tracepoint ? 't' : 'p', group,
	    on_tracepoint ? "mm_shrink_slab_start" : "do_shrink_slab");
	for (unsigned i = 0; i < PROBE_FIELD_COUNT; i++)
		if ((fields >> i & 1) &&
		    !add_field(&to, layout, form, &fields_of_ours[i]))
			return false;
	return to.left && (fields & 1u << PROBE_SHR);
}

enum probe_field probe_field_of(const char *word)
{
	for (unsigned i = 0; i < PROBE_FIELD_COUNT; i++) {
		size_t len = strlen(fields_of_ours[i].name);

		if (!strncmp(word, fields_of_ours[i].name, len) && word[len] == '=')
			return i;
	}
	return PROBE_FIELD_COUNT;
}
