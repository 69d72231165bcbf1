/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any events at all, in any order: replay must judge or pass over each, and its
 * sums must agree with what it handed out, and every account of the book must
 * balance.  The input is read field by field; pools
 * are small where values have to meet (tasks, shrinkers, counters) and full of edges
 * where they are added and divided.
 */
#include "core/err.h"
#include "core/model/generation.h"
#include "core/replay/book.h"
#include "core/replay/replay.h"
#include "core/replay/settings.h"
#include "core/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BATCH_MAX    32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, taken from the front; zeros once it is used up. */
struct feed {
	const uint8_t *data;
	size_t size;
};

static unsigned take_byte(struct feed *feed)
{
	if (!feed->size)
		return 0;
	feed->size--;
	return *feed->data++;
}

static uint64_t take_bytes(struct feed *feed, unsigned count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | take_byte(feed);
	return value;
}

/* A number: small, short, any, or one that arithmetic trips over. */
static int64_t take_number(struct feed *feed)
{
	static const int64_t edges[] = {
		INT64_MAX,
		INT64_MIN,
		INT64_MAX / 2,
		INT64_MIN / 2,
		INT64_MAX / 4,
		INT64_MAX / 4 + 1,
		INT32_MAX,
		INT32_MIN,
		UINT32_MAX,
		-1,
		-2,
		127,
		128,
		129,
		1024,
		(int64_t)1 << 32,
	};
	unsigned tag = take_byte(feed);

	switch (tag & 7) {
	case 0:
		return (int64_t)take_bytes(feed, 8);
	case 1:
		return edges[tag >> 3 & 15];
	case 2:
		return (int16_t)take_bytes(feed, 2);
	case 3:
		return (int32_t)take_bytes(feed, 4);
	default:
		return tag >> 2;
	}
}

/* What each kind of event can carry; now and then anything is claimed. */
static uint32_t take_has(struct feed *feed, enum shr_kind kind, bool odd)
{
	static const uint32_t usual[] = {
		[SHR_START] = SHR_HAS_DEFERRED | SHR_HAS_TOTAL_SCAN | SHR_HAS_FREEABLE |
			      SHR_HAS_DELTA | SHR_HAS_PRIORITY | SHR_HAS_LRU |
			      SHR_HAS_GFP | SHR_HAS_MAY,
		[SHR_END] = SHR_HAS_DEFERRED | SHR_HAS_TOTAL_SCAN | SHR_HAS_NEW_SCAN |
			    SHR_HAS_RETVAL,
		[SHR_IDENTITY] = SHR_HAS_MEMCG_PTR | SHR_HAS_BATCH | SHR_HAS_SEEKS |
				 SHR_HAS_FLAGS | SHR_HAS_ID | SHR_HAS_NAME,
		[SHR_CONTEXT] = SHR_HAS_MEMCG,
		[SHR_LOST] = SHR_HAS_COUNT,
		[SHR_MALFORMED] = 0,
	};
	const uint32_t head = SHR_HAS_TIME | SHR_HAS_CPU | SHR_HAS_PID |
			      SHR_HAS_SHRINKER | SHR_HAS_CALLBACK | SHR_HAS_NID;

	return odd ? (uint32_t)take_bytes(feed, 4) : usual[kind] | head;
}

static struct shr_start take_start(struct feed *feed)
{
	return (struct shr_start){
		.deferred = take_number(feed),
		.freeable = take_number(feed),
		.delta = (uint64_t)take_number(feed),
		.total_scan = take_number(feed),
		.pgs_scanned = (uint64_t)take_number(feed),
		.lru_pgs = (uint64_t)take_number(feed),
		.gfp = take_byte(feed),
		.priority = (int16_t)take_number(feed),
		.may = (uint16_t)take_byte(feed),
	};
}

static struct shr_identity take_identity(struct feed *feed)
{
	return (struct shr_identity){
		.memcg = take_byte(feed) & 3,
		.batch = take_number(feed),
		.seeks = (int32_t)take_number(feed),
		.flags = take_byte(feed),
		.id = (int32_t)take_number(feed),
		.name = take_byte(feed) & 3,
	};
}

static struct shr_event take_event(struct feed *feed, uint64_t *now)
{
	unsigned op = take_byte(feed);
	unsigned who = take_byte(feed);
	struct shr_event event = {
		.kind = (enum shr_kind)((op & 15) % (SHR_MALFORMED + 1)),
		.shrinker = 0xffff000000000000u + (who & 3),
		.callback = 0xffffffff81000000u + (who >> 1 & 3) * (op >> 7),
		.memcg_id = who >> 6,
		.pid = (int32_t)(who >> 3 & 3),
		.cpu = who >> 5 & 1,
		.nid = (int32_t)(who >> 6 & 1),
	};

	/* Starts and ends are what matters: the rest of the ops are these. */
	if ((op & 15) > SHR_MALFORMED)
		event.kind = op & 1 ? SHR_START : SHR_END;
	event.has = take_has(feed, event.kind, (op & 0x70) == 0x70);
	if (op & 0x10)
		event.has |= SHR_HAS_MEMCG;
	*now += op & 0x20 ? (uint64_t)take_number(feed) : 1;
	event.ts_ns = *now;
	switch (event.kind) {
	case SHR_START:
		event.start = take_start(feed);
		break;
	case SHR_END:
		event.end = (struct shr_end){ take_number(feed), take_number(feed),
					      take_number(feed), take_number(feed) };
		break;
	case SHR_IDENTITY:
		event.identity = take_identity(feed);
		break;
	case SHR_CONTEXT:
		event.context = (struct shr_context){
			.kind = (enum shr_context_kind)(take_byte(feed) %
							SHR_CONTEXT_COUNT),
			.path = take_byte(feed) & 3,
			.root = take_byte(feed) & 1,
		};
		break;
	case SHR_LOST:
		event.lost = (struct shr_lost){ (uint64_t)take_number(feed),
						(uint64_t)take_number(feed) };
		break;
	case SHR_MALFORMED:
		event.malformed = (struct shr_malformed){ .reason = "expected sense" };
		break;
	}
	return event;
}

/* A source that knows of everything something, and sometimes nothing. */
static struct shr_str str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static int fake_next(struct shr_source *src, struct shr_batch *batch,
		     struct shr_err *err)
{
	(void)src;
	(void)batch;
	(void)err;
	return 0;
}

static bool fake_symbol(struct shr_source *src, uint64_t callback,
			struct shr_symbol *symbol)
{
	static const char *const names[] = {
		"",
		"super_cache_scan",
		"ext4_es_scan",
		"a_function_whose_name_goes_on_until_no_label_has_room_for_it",
	};
	unsigned which = callback & 3;

	(void)src;
	*symbol = (struct shr_symbol){ str(names[which]), { "", 0 }, callback };
	return which != 0;
}

static struct shr_str fake_comm(struct shr_source *src, int32_t pid, uint32_t comm)
{
	(void)src;
	(void)pid;
	return comm ? str("kswapd0") : str("");
}

static void fake_gfp(struct shr_source *src, const struct shr_start *start,
		     bool has_gfp, char *buf, size_t size)
{
	(void)src;
	(void)start;
	(void)has_gfp;
	if (size)
		*buf = '\0';
}

static struct shr_str fake_text(struct shr_source *src, uint32_t token)
{
	static const char *const names[] = { "", "sb-ext4:vda1", "mm-shadow", "x" };

	(void)src;
	return str(names[token & 3]);
}

static const char *take_kernel(struct feed *feed)
{
	static const char *const kernels[] = {
		NULL,	"",	"3.0.39", "3.1",  "3.2", "3.12",     "3.14",   "4.10",
		"4.14", "4.16", "4.19.0", "4.20", "5.0", "6.1.0-49", "7.2.13", "2.6",
	};

	return kernels[take_byte(feed) & 15];
}

static void take_capture(struct feed *feed, struct shr_capture *capture)
{
	static const unsigned longs[] = { 0, 4, 8, 8 };
	const char *kernel = take_kernel(feed);

	*capture = (struct shr_capture){
		.format = "fuzz",
		.kernel = str(kernel ? kernel : ""),
		.layouts = take_byte(feed) & 0x7f,
		.long_size = longs[take_byte(feed) & 3],
	};
}

static void take_options(struct feed *feed, struct shr_replay_options *options,
			 struct shr_setting *setting)
{
	static char pattern[] = "*scan*";
	unsigned flags = take_byte(feed);

	*options = (struct shr_replay_options){ .blind = flags & 1 };
	if (flags & 2)
		options->kernel = take_kernel(feed);
	if (flags & 4) {
		*setting = (struct shr_setting){
			.pattern = pattern,
			.param = flags & 8 ? SHR_SET_SEEKS : SHR_SET_BATCH,
			.value =
				take_number(feed) & INT32_MAX, /* as --set takes them */
		};
		options->settings = setting;
	}
	options->filter.has_nid = flags & 16;
	options->filter.has_memcg = flags & 32;
	options->filter.has_since = flags & 64;
	options->filter.shrinker = flags & 128 ? "super*" : NULL;
}

/* Counts what replay hands out, and keeps the book of it. */
struct tally_sink {
	struct shr_call_sink sink;
	struct shr_book book;
	uint64_t calls;
	uint64_t verdicts[SHR_VERDICT_COUNT];
};

static int tally_call(struct shr_call_sink *sink, const struct shr_call *call,
		      struct shr_err *err)
{
	struct tally_sink *tally = (struct tally_sink *)sink;

	assert(call->instance);
	assert(call->verdict < SHR_VERDICT_COUNT);
	tally->calls++;
	tally->verdicts[call->verdict]++;
	return shr_book_enter(&tally->book, call, err);
}

static void check_account(const struct shr_account *account)
{
	const struct shr_movement *moved = &account->sums.moved;
	uint64_t sum = (uint64_t)account->opening + (uint64_t)moved->added;

	if (!account->opening_known || !account->closing_known)
		return;
	sum -= (uint64_t)moved->paid + (uint64_t)moved->written_off;
	sum += (uint64_t)account->moved + (uint64_t)account->unseen;
	assert(sum == (uint64_t)account->closing);
}

static void check_book(struct shr_book *book, const struct shr_summary *summary)
{
	struct shr_err err;
	uint64_t calls = 0;

	if (shr_book_close(book, summary->instances, summary->instance_count, &err) < 0)
		return;
	for (size_t i = 0; i < book->account_count; i++) {
		check_account(&book->accounts[i]);
		calls += book->accounts[i].sums.calls;
	}
	assert(calls == summary->all.calls);
	assert(calls == book->all.sums.calls);
	for (uint32_t i = 0; i < book->parts.count; i++)
		calls -= book->parts.posts[i].sums.calls;
	assert(!book->by || calls == 0);
}

static void check_summary(struct shr_replay *replay, const struct tally_sink *tally)
{
	const struct shr_summary *summary = shr_replay_summary(replay);
	uint64_t calls = 0;

	assert(summary->all.calls == tally->calls);
	assert(!memcmp(summary->all.verdicts, tally->verdicts,
		       sizeof(tally->verdicts)));
	for (size_t i = 0; i < summary->instance_count; i++)
		calls += summary->instances[i]->tally.calls;
	assert(calls == tally->calls);
	for (size_t i = 0; i < COUNT(summary->scores); i++)
		assert(summary->scores[i].equal <= summary->scores[i].checked);
}

static int feed_events(struct feed *feed, struct shr_replay *replay,
		       struct shr_err *err)
{
	struct shr_event events[BATCH_MAX];
	uint64_t now = take_byte(feed) & 1 ? 0 : 1000000000;

	while (feed->size) {
		size_t want = 1 + take_byte(feed) % BATCH_MAX;
		struct shr_batch batch = { .events = events };

		while (batch.count < want && feed->size)
			events[batch.count++] = take_event(feed, &now);
		if (batch.count && shr_replay_batch(replay, &batch, err) < 0)
			return -1;
	}
	return shr_replay_finish(replay, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed feed = { data, size };
	struct tally_sink tally = { .sink.call = tally_call };
	struct shr_setting settings[2] = { { 0 } };
	struct shr_replay_options options;
	struct shr_capture capture;
	struct shr_source src = { &capture,  fake_next, fake_symbol,
				  fake_comm, fake_gfp,	fake_text };
	struct shr_err err;

	take_capture(&feed, &capture);
	take_options(&feed, &options, settings);
	shr_book_init(&tally.book, &src, (enum shr_by)(size % SHR_BY_COUNT),
		      !options.filter.has_nid && !options.filter.has_memcg &&
			      !options.filter.has_since);
	struct shr_replay *replay = shr_replay_new(&src, &options, &tally.sink, &err);

	if (!replay) {
		assert(options.kernel || err.code == SHR_ERR_NOMEM);
		return 0;
	}
	if (feed_events(&feed, replay, &err) == 0) {
		check_summary(replay, &tally);
		check_book(&tally.book, shr_replay_summary(replay));
	} else {
		assert(err.code == SHR_ERR_NOMEM);
	}
	shr_book_release(&tally.book);
	shr_replay_free(replay);
	return 0;
}
