/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/unpack.h"

#include "core/err.h"
#include "tests/unit/maker.h"

#include <zlib.h>
#include <zstd.h>

enum { SIZE = 10000 };

struct pack {
	const char *name;
	struct shr_unpacker *unpacker;
	uint8_t plain[SIZE];
	uint8_t packed[2 * SIZE];
	size_t packed_size;
};

static size_t compress_as(const char *name, const void *from, size_t len, void *to,
			  size_t cap)
{
	uLongf got = cap;

	if (!strcmp(name, "zstd"))
		return ZSTD_compress(to, cap, from, len, 1);
	assert_int_equal(compress(to, &got, from, len), Z_OK);
	return got;
}

static void open_pack(struct pack *pack, const char *name)
{
	struct shr_err err;

	*pack = (struct pack){ .name = name };
	for (size_t i = 0; i < SIZE; i++)
		pack->plain[i] = (uint8_t)(i * i >> 7);
	pack->packed_size = compress_as(name, pack->plain, SIZE, pack->packed,
					sizeof(pack->packed));
	pack->unpacker = shr_unpacker_new(str(name), &err);
	assert_non_null(pack->unpacker);
}

/* One block as it stands in a file, with whatever sizes it claims. */
static struct maker block_of(const struct pack *pack, uint32_t packed_size,
			     uint32_t size)
{
	struct maker maker = { 0 };

	put(&maker, packed_size, 4);
	put(&maker, size, 4);
	put_bytes(&maker, pack->packed, pack->packed_size);
	return maker;
}

static int unpack(const struct pack *pack, struct maker *maker, size_t limit,
		  struct shr_block *block, struct shr_err *err)
{
	struct shr_bytes bytes = made(maker);

	bytes.base = 5000;
	return shr_unpack(pack->unpacker, &bytes, limit, block, err);
}

/* What a block that is not right gives: one error, with the place of the block. */
static void expect_error(const struct pack *pack, struct maker maker, size_t limit,
			 enum shr_err_code code)
{
	struct shr_block block = { 0 };
	struct shr_err err = { 0 };

	assert_int_equal(unpack(pack, &maker, limit, &block, &err), -1);
	assert_int_equal(err.code, code);
	assert_int_equal(err.offset, 5000);
	shr_block_release(&block);
	maker_release(&maker);
}

static void unpacks(const char *name)
{
	struct pack pack;
	struct shr_block block = { 0 };
	struct shr_err err;

	open_pack(&pack, name);
	struct maker maker = block_of(&pack, (uint32_t)pack.packed_size, SIZE);

	/* Twice: the block's memory is used again. */
	for (int i = 0; i < 2; i++) {
		struct shr_bytes bytes = made(&maker);

		assert_int_equal(shr_unpack(pack.unpacker, &bytes, SIZE, &block, &err),
				 0);
		assert_int_equal(block.size, SIZE);
		assert_memory_equal(block.data, pack.plain, SIZE);
		assert_int_equal(bytes.pos, bytes.size);
	}
	shr_block_release(&block);
	assert_null(block.data);
	assert_int_equal(block.size, 0);
	maker_release(&maker);
	shr_unpacker_free(pack.unpacker);
}

static void test_zstd(void **state)
{
	(void)state;
	unpacks("zstd");
}

static void test_zlib(void **state)
{
	(void)state;
	unpacks("zlib");
}

static void refuses_lies(const char *name)
{
	struct pack pack;

	open_pack(&pack, name);
	uint32_t packed = (uint32_t)pack.packed_size;

	/* More or less than it unpacks to. */
	expect_error(&pack, block_of(&pack, packed, SIZE - 1), SIZE, SHR_ERR_SYNTAX);
	expect_error(&pack, block_of(&pack, packed, SIZE + 1), 2 * SIZE,
		     SHR_ERR_SYNTAX);
	expect_error(&pack, block_of(&pack, packed, 0), SIZE, SHR_ERR_SYNTAX);
	/* Packed data cut short, none, and beyond the end of the file. */
	expect_error(&pack, block_of(&pack, packed - 1, SIZE), SIZE, SHR_ERR_SYNTAX);
	expect_error(&pack, block_of(&pack, 1, SIZE), SIZE, SHR_ERR_SYNTAX);
	expect_error(&pack, block_of(&pack, 0, SIZE), SIZE, SHR_ERR_SYNTAX);
	expect_error(&pack, block_of(&pack, packed + 1, SIZE), SIZE, SHR_ERR_TRUNCATED);
	expect_error(&pack, block_of(&pack, UINT32_MAX, SIZE), SIZE, SHR_ERR_TRUNCATED);
	/* Above the limit: nothing is allocated. */
	expect_error(&pack, block_of(&pack, packed, SIZE), SIZE - 1, SHR_ERR_RANGE);
	expect_error(&pack, block_of(&pack, packed, UINT32_MAX), SIZE, SHR_ERR_RANGE);
	/* No block at all. */
	struct maker stub = { 0 };

	put(&stub, 1, 4);
	put(&stub, 1, 3);
	expect_error(&pack, stub, SIZE, SHR_ERR_TRUNCATED);
	/* Other bytes than were packed. */
	memset(pack.packed, 0x5a, 16);
	expect_error(&pack, block_of(&pack, packed, SIZE), SIZE, SHR_ERR_SYNTAX);
	shr_unpacker_free(pack.unpacker);
}

static void test_zstd_lies(void **state)
{
	(void)state;
	refuses_lies("zstd");
}

static void test_zlib_lies(void **state)
{
	(void)state;
	refuses_lies("zlib");
}

/* A block unpacks after one that would not. */
static void test_goes_on_after_a_fault(void **state)
{
	struct pack pack;
	struct shr_block block = { 0 };
	struct shr_err err;

	(void)state;
	open_pack(&pack, "zstd");
	struct maker bad = block_of(&pack, (uint32_t)pack.packed_size - 7, SIZE);
	struct maker good = block_of(&pack, (uint32_t)pack.packed_size, SIZE);

	assert_int_equal(unpack(&pack, &bad, SIZE, &block, &err), -1);
	assert_int_equal(unpack(&pack, &good, SIZE, &block, &err), 0);
	assert_memory_equal(block.data, pack.plain, SIZE);
	shr_block_release(&block);
	maker_release(&bad);
	maker_release(&good);
	shr_unpacker_free(pack.unpacker);
}

static void test_empty_block(void **state)
{
	struct pack pack;
	struct shr_block block = { 0 };
	struct shr_err err;

	(void)state;
	open_pack(&pack, "zstd");
	pack.packed_size = ZSTD_compress(pack.packed, sizeof(pack.packed), "", 0, 1);
	struct maker maker = block_of(&pack, (uint32_t)pack.packed_size, 0);

	assert_int_equal(unpack(&pack, &maker, SIZE, &block, &err), 0);
	assert_int_equal(block.size, 0);
	shr_block_release(&block);
	maker_release(&maker);
	shr_unpacker_free(pack.unpacker);
}

/* A file that names no compression has no compressed blocks. */
static void test_none(void **state)
{
	static const char *const names[] = { "none", "" };
	struct pack pack = { .packed_size = 100 };
	struct shr_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		pack.unpacker = shr_unpacker_new(str(names[i]), &err);
		assert_non_null(pack.unpacker);
		expect_error(&pack, block_of(&pack, 100, 100), SIZE, SHR_ERR_SYNTAX);
		shr_unpacker_free(pack.unpacker);
	}
	shr_unpacker_free(NULL);
}

static void test_wrong_name(void **state)
{
	static const char *const names[] = { "lz4", "ZSTD", "zst", "zstd1", "gzip" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct shr_err err = { 0 };

		assert_null(shr_unpacker_new(str(names[i]), &err));
		assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
		assert_non_null(strstr(err.reason, names[i]));
	}
}

/* A name that fills the file is not told in full. */
static void test_endless_name(void **state)
{
	char name[5000];
	struct shr_err err;

	(void)state;
	memset(name, 'z', sizeof(name));
	assert_null(shr_unpacker_new((struct shr_str){ name, sizeof(name) }, &err));
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	assert_true(strlen(err.reason) < 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zstd),
		cmocka_unit_test(test_zlib),
		cmocka_unit_test(test_zstd_lies),
		cmocka_unit_test(test_zlib_lies),
		cmocka_unit_test(test_goes_on_after_a_fault),
		cmocka_unit_test(test_empty_block),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_wrong_name),
		cmocka_unit_test(test_endless_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
