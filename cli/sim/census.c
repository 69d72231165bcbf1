/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/census.h"

#include "cli/interrupt.h"
#include "core/err.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdlib.h>

/* Kinds of keys in census->known. */
enum known { KNOWN_PID, KNOWN_NAME };

/* CPUs beyond that are damage. */
enum { CPUS_MAX = 8192 };

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static int keep(struct textbuf *text, struct shr_str what)
{
	return textbuf_add(text, what.len ? what.ptr : "", what.len);
}

/* True once for each @what of its kind; *failed where memory has run out. */
static bool is_new(struct census *census, uint64_t what, enum known kind, bool *failed)
{
	static char there;
	void **slot = shr_map_add(&census->known, what, kind);

	if (!slot) {
		*failed = true;
		return false;
	}
	if (*slot)
		return false;
	*slot = &there;
	return true;
}

static void free_callback(struct census_callback *callback)
{
	free(callback->name);
	free(callback->module);
	free(callback);
}

static struct census_callback *new_callback(struct shr_source *source, uint64_t token)
{
	struct census_callback *callback = calloc(1, sizeof(*callback));
	struct shr_symbol symbol = { .address = 0 };

	if (!callback)
		return NULL;
	callback->address = token;
	if (!source->symbol(source, token, &symbol) || !symbol.name.len)
		return callback;
	callback->address = symbol.address;
	callback->name = shr_str_copy(symbol.name);
	if (symbol.module.len)
		callback->module = shr_str_copy(symbol.module);
	if (callback->name && (callback->module || !symbol.module.len))
		return callback;
	free_callback(callback);
	return NULL;
}

static int add_callback(struct census *census, struct shr_source *source,
			uint64_t token)
{
	struct census_callback **order =
		reallocarray(census->order, census->callback_count + 1, sizeof(*order));
	struct census_callback *callback = order ? new_callback(source, token) : NULL;

	if (order)
		census->order = order;
	if (!callback)
		return -1;
	void **slot = shr_map_add(&census->callbacks, token, 0);

	if (!slot) {
		free_callback(callback);
		return -1;
	}
	*slot = order[census->callback_count++] = callback;
	return 0;
}

static int learn_callback(struct census *census, struct shr_source *source,
			  const struct shr_event *event)
{
	if (!(event->has & SHR_HAS_CALLBACK) || event->kind > SHR_END ||
	    census_callback(census, event->callback))
		return 0;
	return add_callback(census, source, event->callback);
}

/* A pid keeps the name it had first. */
static int learn_task(struct census *census, struct shr_source *source,
		      const struct shr_event *event)
{
	bool failed = false;

	if (!(event->has & SHR_HAS_PID) || event->pid <= 0 ||
	    !is_new(census, (uint64_t)event->pid, KNOWN_PID, &failed))
		return failed ? -1 : 0;
	struct shr_str name = source->comm(source, event->pid, event->comm);

	if (!name.len)
		return 0;
	return textbuf_print(&census->tasks, "%d %.*s\n", event->pid, (int)name.len,
			     name.ptr);
}

static int learn_identity(struct census *census, struct shr_source *source,
			  const struct shr_event *event)
{
	bool failed = false;

	census->identity_has |= event->has;
	if (!event->identity.name ||
	    !is_new(census, event->identity.name, KNOWN_NAME, &failed))
		return failed ? -1 : 0;
	struct shr_str name = source->text(source, event->identity.name);

	return textbuf_print(&census->shrinkers, "%.*s\n", (int)name.len, name.ptr);
}

static void learn_time(struct census *census, const struct shr_event *event)
{
	if (!census->events)
		census->first_ns = event->ts_ns;
	census->last_ns = event->ts_ns;
}

static int learn_cpu(struct census *census, const struct shr_event *event,
		     struct shr_err *err)
{
	if (!(event->has & SHR_HAS_CPU))
		return 0;
	if (event->cpu >= CPUS_MAX)
		return shr_fail(err, SHR_ERR_RANGE,
				"CPU %u is beyond what a capture is written of",
				event->cpu);
	if (event->cpu >= census->cpu_count)
		census->cpu_count = event->cpu + 1;
	return 0;
}

static int learn_event(struct census *census, struct shr_source *source,
		       const struct shr_event *event, struct shr_err *err)
{
	if (learn_cpu(census, event, err) < 0)
		return -1;
	census->malformed += event->kind == SHR_MALFORMED;
	if (event->kind == SHR_LOST)
		census->lost += event->lost.count;
	if (event->kind > SHR_CONTEXT)
		return 0;
	learn_time(census, event);
	census->events++;
	census->counts[record_id_of(event)]++;
	if (learn_callback(census, source, event) < 0 ||
	    learn_task(census, source, event) < 0 ||
	    (event->kind == SHR_IDENTITY && learn_identity(census, source, event) < 0))
		return no_memory(err);
	return 0;
}

static int list_cgroups(struct census *census, struct shr_source *source)
{
	const struct shr_capture *capture = source->capture;

	for (size_t i = 0; i < capture->cgroup_count; i++) {
		const struct shr_listed_cgroup *cgroup = &capture->cgroups[i];
		struct shr_str path = source->text(source, cgroup->path);

		if (textbuf_print(&census->cgroups, "%" PRIu64 " %.*s\n", cgroup->id,
				  (int)path.len, path.ptr) < 0)
			return -1;
	}
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct census_callback *x = *(struct census_callback *const *)a;
	const struct census_callback *y = *(struct census_callback *const *)b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* The next address where kernels have their text, or modules theirs. */
static uint64_t make_up(const struct census *census, bool module, uint64_t number)
{
	bool wide = census->form.long_size == 8;
	uint64_t base = wide ? UINT64_C(0xffffffff81200000) : 0xc1200000;

	if (module)
		base = wide ? UINT64_C(0xffffffffc0000000) : 0xf8000000;
	return base + 0x1000 * number;
}

static void place_callbacks(struct census *census)
{
	census->probe = make_up(census, false, 0);
	for (size_t i = 0; i < census->callback_count; i++) {
		struct census_callback *callback = census->order[i];

		if (callback->name && !callback->address)
			callback->address = make_up(census, callback->module, i + 1);
		if (census->form.long_size == 4)
			callback->address &= UINT32_MAX;
	}
	if (census->callback_count)
		qsort(census->order, census->callback_count, sizeof(*census->order),
		      by_address);
}

static int list_symbol(struct census *census, uint64_t address, const char *name,
		       const char *module)
{
	return textbuf_print(&census->symbols, "%0*" PRIx64 " t %s%s%s%s\n",
			     census->form.long_size == 8 ? 16 : 8, address, name,
			     module ? "\t[" : "", module ? module : "",
			     module ? "]" : "");
}

static int list_symbols(struct census *census)
{
	if (census->counts[RECORD_IDENTITY] &&
	    list_symbol(census, census->probe, "do_shrink_slab", NULL) < 0)
		return -1;
	for (size_t i = 0; i < census->callback_count; i++) {
		const struct census_callback *callback = census->order[i];

		if (callback->name && list_symbol(census, callback->address,
						  callback->name, callback->module) < 0)
			return -1;
	}
	return 0;
}

/* Events that this kernel does not have are not written. */
static void leave_out(struct census *census)
{
	struct record_layout layout;

	for (enum record_id id = 0; id < RECORD_COUNT; id++) {
		if (!census->counts[id] ||
		    record_layout_init(&layout, &census->form, id, 0))
			continue;
		census->unknown[id] = true;
		census->left_out += census->counts[id];
		census->events -= census->counts[id];
	}
}

static int finish(struct census *census, struct shr_source *source, bool big,
		  struct shr_err *err)
{
	census->form = kernel_form_of(source->capture, big);
	census->capture = *source->capture;
	census->capture.cgroups = NULL;
	if (!census->cpu_count)
		census->cpu_count = 1;
	leave_out(census);
	place_callbacks(census);
	if (keep(&census->kernel, source->capture->kernel) < 0 ||
	    keep(&census->clock, source->capture->clock) < 0 ||
	    list_cgroups(census, source) < 0 || list_symbols(census) < 0)
		return no_memory(err);
	return 0;
}

int census_take(struct census *census, struct shr_source *source, bool big,
		struct interrupt *interrupt, struct shr_err *err)
{
	struct shr_batch batch;
	int got;

	*census = (struct census){ .events = 0 };
	while ((got = source->next(source, &batch, err)) > 0) {
		if (interrupt && interrupt_check(interrupt))
			return shr_fail(err, SHR_ERR_IO, "interrupted");
		for (size_t i = 0; i < batch.count; i++)
			if (learn_event(census, source, &batch.events[i], err) < 0)
				return -1;
	}
	return got < 0 ? -1 : finish(census, source, big, err);
}

const struct census_callback *census_callback(const struct census *census,
					      uint64_t token)
{
	return shr_map_find(&census->callbacks, token, 0);
}

void census_release(struct census *census)
{
	struct textbuf *texts[] = { &census->kernel,	&census->clock,
				    &census->tasks,	&census->cgroups,
				    &census->shrinkers, &census->symbols };

	for (size_t i = 0; i < census->callback_count; i++)
		free_callback(census->order[i]);
	free(census->order);
	shr_map_release(&census->callbacks);
	shr_map_release(&census->known);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		textbuf_release(texts[i]);
	*census = (struct census){ .events = 0 };
}
