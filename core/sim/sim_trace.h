/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_trace - what is recorded of a simulation, and what of it is lost.
 */
#ifndef CORE_SIM_SIM_TRACE_H
#define CORE_SIM_SIM_TRACE_H

#include "core/event.h"

struct shr_control;
struct shr_shrinker;
struct shr_sim;
struct shr_tracer;
struct shr_sim_group;

/* The domain's tracer, which is in a simulation. */
void shr_sim_trace(struct shr_tracer *tracer, const struct shr_event *event,
		   const struct shr_shrinker *shrinker,
		   const struct shr_control *control);

/* If context is recorded: the running task comes to @kind, of @group (or NULL). */
void shr_sim_trace_context(struct shr_sim *sim, enum shr_context_kind kind,
			   const struct shr_sim_group *group);

#endif /* CORE_SIM_SIM_TRACE_H */
