/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same text in place and through a stream in pieces of any size, and texts with
 * damage at random places: both ways give the same events, and neither ever fails
 * other than with an error that has a place.
 */
#include "tests/unit/text_case.h"

#include <dirent.h>

#define TASK "              dd-7     [000] .....   1.5: "
#define END                                                                            \
	"mm_shrink_slab_end: f+0x0 0xaa: nid: 0 unused scan count 1 new scan count 4 " \
	"total_scan 5 last shrinker return val 6\n"

/* Both ways of reading @bytes give the same. */
static void compare_ways(const char *name, const char *bytes, size_t size, size_t step)
{
	struct text_case whole = read_bytes(bytes, size, 0);
	struct text_case pieces = read_bytes(bytes, size, step);
	char a[SHOWN], b[SHOWN];

	read_case(&whole);
	read_case(&pieces);
	if (whole.count != pieces.count)
		fail_msg("%s by %zu: %zu and %zu events", name, step, whole.count,
			 pieces.count);
	for (size_t i = 0; i < whole.count; i++) {
		if (strcmp(show(&whole, i, a), show(&pieces, i, b)) != 0)
			fail_msg("%s by %zu:\n  %s\n  %s", name, step, a, b);
	}
	if (strcmp(show_capture(&whole, a), show_capture(&pieces, b)) != 0)
		fail_msg("%s by %zu:\n  %s\n  %s", name, step, a, b);
	assert_int_equal(whole.src->capture->consumed, pieces.src->capture->consumed);
	assert_int_equal(whole.src->capture->size, size);
	assert_int_equal(pieces.src->capture->size, 0);
	free_case(&whole);
	free_case(&pieces);
}

typedef void visit(const char *name, const char *bytes, size_t size);

/* Every fixture of text, good and bad. */
static void for_each_fixture(visit *each)
{
	static const char *const folders[] = { "text", "bad" };

	for (size_t i = 0; i < 2; i++) {
		struct dirent *entry;
		char path[300];
		DIR *dir;

		snprintf(path, sizeof(path), "fixtures/%s", folders[i]);
		dir = opendir(path);
		assert_non_null(dir);
		while ((entry = readdir(dir))) {
			size_t size, len = strlen(entry->d_name);
			char *bytes;

			if (len < 5 || strcmp(entry->d_name + len - 4, ".txt") != 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s", folders[i],
				 entry->d_name);
			bytes = load(path, &size);
			each(entry->d_name, bytes, size);
			free(bytes);
		}
		closedir(dir);
	}
}

static void in_pieces(const char *name, const char *bytes, size_t size)
{
	for (size_t step = 1; step <= 7; step++)
		compare_ways(name, bytes, size, step);
	compare_ways(name, bytes, size, 4096);
}

static void test_pieces(void **state)
{
	(void)state;
	for_each_fixture(in_pieces);
}

/* The head of a stream may have been read already, to see what it is. */
static void test_head(void **state)
{
	const char bytes[] = TASK END TASK END TASK END;
	const size_t size = sizeof(bytes) - 1;

	(void)state;
	for (size_t head = 1; head < size; head += 13) {
		struct text_case text = read_bytes(bytes, size, 7);
		struct shr_batch batch;
		size_t count = 0;

		text.pos = head;
		text.input = (struct shr_input){ .data = (const uint8_t *)text.bytes,
						 .size = head,
						 .more = give_more,
						 .ctx = &text };
		text.reader = shr_text_reader_new(&text.input, NULL, &text.err);
		assert_non_null(text.reader);
		text.src = shr_text_reader_source(text.reader);
		while (text.src->next(text.src, &batch, &text.err) > 0)
			count += batch.count;
		assert_int_equal(count, 3);
		assert_int_equal(text.src->capture->consumed, size);
		free_case(&text);
	}
}

static void test_read_error(void **state)
{
	const char bytes[] = TASK END TASK "mm_shrink_slab_e";
	struct text_case text = read_bytes(bytes, sizeof(bytes) - 1, 11);

	(void)state;
	text.fails = true;
	read_case(&text);
	assert_int_equal(text.count, 1);
	assert_int_equal(text.got, -1);
	assert_int_equal(text.err.code, SHR_ERR_IO);
	assert_int_equal(text.err.offset, sizeof(bytes) - 1);
	free_case(&text);
}

enum { LONG_LINE = 40 << 20 };

/* One line of @len bytes of 'x' behind @start, then a good one. */
static struct text_case read_long(const char *start, size_t len, size_t step)
{
	static const char after[] = "\n" TASK END;
	size_t size = strlen(start) + len + sizeof(after);
	struct text_case text = { .size = size, .step = step };

	text.bytes = malloc(size);
	assert_non_null(text.bytes);
	memset(text.bytes, 'x', size);
	memmove(text.bytes, start, strlen(start));
	memcpy(text.bytes + size - sizeof(after), after, sizeof(after));
	text.size--; /* the NUL */
	read_case(&text);
	return text;
}

static void test_long_lines(void **state)
{
	struct text_case text;
	char buf[SHOWN];

	(void)state;
	/* Longer than the window: ours is a fault, another's line is skipped. */
	text = read_long(TASK "mm_shrink_slab_end: f+0x0 0xaa: nid: 0 ", LONG_LINE,
			 1 << 20);
	assert_int_equal(text.count, 2);
	assert_non_null(strstr(show(&text, 0, buf), "line=1: the line is too long"));
	assert_int_equal(text.events[1].kind, SHR_END);
	assert_int_equal(text.src->capture->consumed, text.size);
	free_case(&text);
	text = read_long(TASK "sched_switch: ", LONG_LINE, 1 << 20);
	assert_int_equal(text.count, 1);
	assert_int_equal(text.src->capture->skipped, 1);
	free_case(&text);
	/* It fits, after the window has grown. */
	text = read_long(TASK END, 5 << 20, 4099);
	assert_int_equal(text.count, 2);
	free_case(&text);
}

/* xorshift64: the same mutations every time. */
static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void mutate(char *bytes, size_t size, uint64_t *seed)
{
	static const char likely[] = "\n\n :=[]().-0x9f\"\0\t>|/+\\";
	unsigned count = 1 + (unsigned)(draw(seed) % 8);

	while (count--) {
		size_t at = draw(seed) % size;
		size_t from = draw(seed) % size;
		size_t len = draw(seed) % 64;

		len = len < size - at ? len : size - at;
		len = len < size - from ? len : size - from;
		switch (draw(seed) % 3) {
		case 0:
			bytes[at] = likely[draw(seed) % sizeof(likely)];
			break;
		case 1:
			bytes[at] = (char)draw(seed);
			break;
		default:
			memmove(bytes + at, bytes + from, len);
			break;
		}
	}
}

static void damaged(const char *name, const char *bytes, size_t size)
{
	enum { MUTATIONS = 60 };
	uint64_t seed = 88172645463325252;
	char *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	for (unsigned i = 0; size && i < MUTATIONS; i++) {
		size_t part = 1 + draw(&seed) % size;

		memcpy(copy, bytes, size);
		mutate(copy, size, &seed);
		compare_ways(name, copy, i % 4 ? size : part, 1 + draw(&seed) % 300);
	}
	free(copy);
}

static void test_damage(void **state)
{
	(void)state;
	for_each_fixture(damaged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),	   cmocka_unit_test(test_head),
		cmocka_unit_test(test_read_error), cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
