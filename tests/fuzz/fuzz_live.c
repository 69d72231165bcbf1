/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the pages of two CPUs, handed in by and by: the live reader must give
 * events in the order of time, keep nothing once it is told that there is no more, and
 * fail, if it does, for good.
 */
#include "core/err.h"
#include "core/stream.h"
#include "parsers/live.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE_BYTES = 256, CPUS = 2 };

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

/* Short, so that records of it are found soon. */
static const char format[] =
	"name: mm_shrink_slab_end\nID: 1\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:struct shrinker * shr;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:int nid;\toffset:16;\tsize:4;\tsigned:1;\n"
	"\tfield:void * shrink;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:long unused_scan;\toffset:32;\tsize:8;\tsigned:1;\n"
	"\tfield:long new_scan;\toffset:40;\tsize:8;\tsigned:1;\n"
	"\tfield:int retval;\toffset:48;\tsize:4;\tsigned:1;\n"
	"\tfield:long total_scan;\toffset:56;\tsize:8;\tsigned:1;\n\n"
	"print fmt: \"\"\n";

static struct shr_live *open_live(void)
{
	static const struct shr_format_text formats[] = {
		{ { "vmscan", 6 }, { format, sizeof(format) - 1 } }
	};
	struct shr_live_texts texts = {
		.header_page = { header_page, sizeof(header_page) - 1 },
		.formats = formats,
		.format_count = 1,
		.kallsyms = { "", 0 },
		.kernel = { "", 0 },
		.clock = { "mono", 4 },
		.page_size = PAGE_BYTES,
		.cpu_count = CPUS,
	};
	struct shr_err err;

	return shr_live_new(&texts, &err);
}

/* All there is now; *last_ns is the time of the last event.  What next() ended with. */
static int take_all(struct shr_source *src, uint64_t *last_ns)
{
	struct shr_batch batch;
	struct shr_err err;
	int got;

	while ((got = src->next(src, &batch, &err)) > 0) {
		assert(batch.count > 0);
		for (size_t i = 0; i < batch.count; i++) {
			const struct shr_event *event = &batch.events[i];

			if (event->kind == SHR_LOST)
				continue;
			assert(event->ts_ns >= *last_ns);
			assert(event->cpu < CPUS);
			*last_ns = event->ts_ns;
		}
	}
	assert(!got || err.code != SHR_ERR_NONE);
	return got;
}

/* One page, behind a byte that says whose it is, and what is known then. */
static size_t hand_in(struct shr_live *live, const uint8_t *data, size_t size)
{
	uint8_t what = *data++;
	size_t len = --size < PAGE_BYTES ? size : PAGE_BYTES;
	struct shr_err err;

	if (shr_live_add(live, what & 1, data, len, &err) < 0)
		return 1 + len;
	if (what & 2)
		shr_live_busy(live, what >> 2 & 1);
	if (what & 8)
		shr_live_settle(live, shr_live_newest(live) >> (what >> 4));
	return 1 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shr_live *live = open_live();
	uint64_t last_ns = 0;

	assert(live);
	struct shr_source *src = shr_live_source(live);

	for (size_t at = 0; at < size;) {
		at += hand_in(live, data + at, size - at);
		take_all(src, &last_ns);
	}
	shr_live_finish(live);
	int got = take_all(src, &last_ns);

	assert(take_all(src, &last_ns) == got);
	assert(shr_live_waiting(live) == 0);
	shr_live_free(live);
	return 0;
}
