/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/btf.h"

#include "core/err.h"

#include <stddef.h>

#ifdef HAVE_LIBBPF

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The kernel's are three deep; a file may claim anything. */
enum { DEEPEST = 16 };

/* struct kernel_types is libbpf's struct btf under a name of ours. */
static const struct btf *btf_of(const struct kernel_types *types)
{
	return (const struct btf *)types;
}

bool btf_supported(void)
{
	return true;
}

struct kernel_types *btf_open(const char *path, struct shr_err *err)
{
	if (!path)
		path = BTF_PATH;
	if (access(path, F_OK) != 0) {
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
		return NULL;
	}
	libbpf_set_print(NULL);
	errno = 0;
	struct btf *btf = btf__parse(path, NULL);
	int why = errno;

	if (!btf || libbpf_get_error(btf) != 0) {
		shr_fail(err, why == ENOMEM ? SHR_ERR_NOMEM : SHR_ERR_SYNTAX,
			 "the kernel's BTF cannot be read: %s", strerror(why));
		return NULL;
	}
	return (struct kernel_types *)btf;
}

void btf_close(struct kernel_types *types)
{
	btf__free((struct btf *)types);
}

/* Past typedef, const and volatile. */
static const struct btf_type *resolved(const struct btf *btf, uint32_t id)
{
	int base = btf__resolve_type(btf, id);

	return base < 0 ? NULL : btf__type_by_id(btf, (uint32_t)base);
}

static bool is_nameless(const struct btf *btf, const struct btf_type *type, unsigned i)
{
	const char *name = btf__name_by_offset(btf, btf_members(type)[i].name_off);

	return !name || !*name;
}

/* What @type's member @i is, @base bytes into the outermost struct. */
static bool place_member(const struct btf *btf, const struct btf_type *type, unsigned i,
			 uint32_t base, struct member *place)
{
	long long size = btf__resolve_size(btf, btf_members(type)[i].type);
	uint32_t bit = btf_member_bit_offset(type, i);

	if (size <= 0 || size > UINT32_MAX || bit % 8 != 0 ||
	    btf_member_bitfield_size(type, i))
		return false;
	*place = (struct member){ .offset = base + bit / 8, .size = (uint32_t)size };
	return true;
}

static bool search(const struct btf *btf, const struct btf_type *type,
		   const char *member, uint32_t base, unsigned deep,
		   struct member *place)
{
	if (!type || !btf_is_composite(type) || deep == DEEPEST)
		return false;
	for (unsigned i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *m = &btf_members(type)[i];
		const char *name = btf__name_by_offset(btf, m->name_off);
		uint32_t offset = base + btf_member_bit_offset(type, i) / 8;

		if (name && !strcmp(name, member))
			return place_member(btf, type, i, base, place);
		if (is_nameless(btf, type, i) &&
		    search(btf, resolved(btf, m->type), member, offset, deep + 1,
			   place))
			return true;
	}
	return false;
}

bool btf_find_member(const struct kernel_types *types, const char *type,
		     const char *member, struct member *place)
{
	const struct btf *btf = btf_of(types);
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);

	return id > 0 &&
	       search(btf, btf__type_by_id(btf, (uint32_t)id), member, 0, 0, place);
}

static bool points_to(const struct btf *btf, uint32_t id, const char *name)
{
	const struct btf_type *type = resolved(btf, id);

	if (!type || !btf_is_ptr(type))
		return false;
	type = resolved(btf, type->type);
	const char *of = type ? btf__name_by_offset(btf, type->name_off) : NULL;

	return of && btf_is_struct(type) && !strcmp(of, name);
}

unsigned btf_find_argument(const struct kernel_types *types, const char *function,
			   const char *type)
{
	const struct btf *btf = btf_of(types);
	int id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	const struct btf_type *func =
		id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	const struct btf_type *proto = func ? btf__type_by_id(btf, func->type) : NULL;

	if (!proto || !btf_is_func_proto(proto))
		return 0;
	for (unsigned i = 0; i < btf_vlen(proto); i++)
		if (points_to(btf, btf_params(proto)[i].type, type))
			return i + 1;
	return 0;
}

#else

bool btf_supported(void)
{
	return false;
}

struct kernel_types *btf_open(const char *path, struct shr_err *err)
{
	(void)path;
	shr_fail(err, SHR_ERR_UNSUPPORTED,
		 "this shrinkctl was built without libbpf and cannot read BTF");
	return NULL;
}

void btf_close(struct kernel_types *types)
{
	(void)types;
}

bool btf_find_member(const struct kernel_types *types, const char *type,
		     const char *member, struct member *place)
{
	(void)types, (void)type, (void)member, (void)place;
	return false;
}

unsigned btf_find_argument(const struct kernel_types *types, const char *function,
			   const char *type)
{
	(void)types, (void)function, (void)type;
	return 0;
}

#endif
