/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/print_explain.h"
#include "cli/print_formula.h"
#include "cli/print_json.h"
#include "core/replay/explain.h"
#include "core/replay/find.h"
#include "core/stream.h"

static void put_steps(struct json *json, const char *key,
		      const struct shr_explanation *why, bool caps)
{
	json_array(json, key);
	json_formulas(json, &why->delta, caps);
	json_formulas(json, &why->plan, caps);
	json_formulas(json, &why->loop, caps);
	json_formulas(json, &why->store, caps);
	json_end_array(json);
}

static void put_takers(struct json *json, const struct explained *explained)
{
	const struct shr_taker *taker = &explained->find->taker;
	struct shr_source *source = explained->input->source;

	json_array(json, "takers");
	if (explained->find->taken) {
		json_map(json, NULL);
		json_uint(json, "n", taker->n);
		json_int(json, "pid", taker->pid);
		json_str(json, "comm", source->comm(source, taker->pid, taker->comm));
		json_int(json, "amount", taker->amount);
		json_end_map(json);
	}
	json_end_array(json);
}

static void put_other_running(struct json *json, const struct shr_find *find)
{
	json_array(json, "also_running");
	for (uint64_t i = 0; i < SHR_RUNNING && i < find->running; i++)
		json_uint(json, NULL, find->running_n[i]);
	json_end_array(json);
}

void explain_json(struct json *json, const struct explained *explained)
{
	const struct shr_explanation *why = explained->why;

	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.explain/1");
	json_capture(json, "capture", explained->input, explained->summary);
	json_generation(json, "generation", explained->summary);
	json_call(json, "call", explained->input, explained->call);
	put_steps(json, "formulas", why, false);
	put_steps(json, "caps", why, true);
	if (why->store.count)
		json_int(json, "written_off", why->written_off);
	else
		json_null(json, "written_off");
	put_takers(json, explained);
	put_other_running(json, explained->find);
	json_end_map(json);
}
