/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of the library's, in C or C++: a cache that GFP_NOFS cannot shrink. */
#include <core/err.h>
#include <core/event.h>
#include <core/shrinker/domain.h>
#include <core/shrinker/shrinker.h>
#include <core/shrinker/slab.h>
#include <stdio.h>

static uint64_t count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	return control->memcg ? 0 : *(uint64_t *)shrinker->private_data;
}

static uint64_t scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	if (!(control->by->may & SHR_MAY_FS))
		return SHR_SHRINK_STOP;
	*(uint64_t *)shrinker->private_data -= control->nr_to_scan;
	return control->nr_to_scan;
}

static void trace(struct shr_tracer *tracer, const struct shr_event *event,
		  const struct shr_shrinker *shrinker,
		  const struct shr_control *control)
{
	if (tracer && control && event->kind == SHR_START)
		printf("%s: deferred %d, planned %d\n", shrinker->name,
		       (int)event->start.deferred, (int)event->start.total_scan);
	if (event->kind == SHR_END)
		printf("%s: freed %d, new deferred %d\n", shrinker->name,
		       (int)event->end.retval, (int)event->end.new_scan);
}

int main(void)
{
	struct shr_tracer tracer = { trace };
	struct shr_domain_options options = {};
	struct shr_reclaimer by = {};
	struct shr_err err;
	uint64_t objects = 4096;

	options.release.major = 6;
	options.release.minor = 12;
	options.tracer = &tracer;
	struct shr_domain *domain = shr_domain_new(&options, &err);
	struct shr_shrinker *shrinker = shr_shrinker_alloc(domain, 0, &err, "cache");

	shrinker->count = count;
	shrinker->scan = scan;
	shrinker->private_data = &objects;
	by.priority = 3;
	int status = shr_shrinker_register(shrinker, &err);

	shr_slab_shrink(domain, &by, 0, NULL);
	by.may = SHR_MAY_FS;
	printf("%d freed\n", (int)shr_slab_shrink(domain, &by, 0, NULL));
	shr_shrinker_free(shrinker);
	shr_domain_free(domain);
	return -status;
}
