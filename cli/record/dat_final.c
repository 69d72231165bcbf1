/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_final.h"

#include "cli/record/dat_contents.h"
#include "cli/record/dat_front.h"
#include "cli/record/dat_section.h"
#include "cli/record/dat_spool.h"
#include "cli/record/transfer.h"
#include "core/err.h"

#include <stdlib.h>

enum { WRITE_AT_ONCE = 1 << 20 };

struct final {
	int fd;
	const struct dat_spool *spool;
	const struct dat_settings *settings;
	struct dat_packer packer;
	struct dat_front front;
	uint8_t *chunk;		 /* owned: pages to pack */
	struct dat_bytes packed; /* not written yet; they go to: */
	uint64_t at;
};

static int write_packed(struct final *final, struct shr_err *err)
{
	if (final->packed.failed)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (transfer_write_at(final->fd, final->packed.data, final->packed.len,
			      final->at, err) < 0)
		return -1;
	final->at += final->packed.len;
	final->packed.len = 0;
	return 0;
}

static int pack_chunk(struct final *final, uint64_t from, uint64_t len,
		      struct shr_err *err)
{
	if (transfer_read_at(final->spool->fd, final->chunk, len, from, err) < 0 ||
	    dat_pack(&final->packer, final->chunk, len, &final->packed, err) < 0)
		return -1;
	return final->packed.len < WRITE_AT_ONCE ? 0 : write_packed(final, err);
}

/* The number of chunks, and the chunks. */
static int write_chunks(struct final *final, struct dat_row from, struct shr_err *err)
{
	uint64_t chunk = (uint64_t)DAT_PAGES_PER_CHUNK * final->settings->page_size;
	uint64_t count = (from.size + chunk - 1) / chunk;

	if (count > UINT32_MAX)
		return shr_fail(
			err, SHR_ERR_RANGE,
			"a CPU has more pages than a compressed file can count");
	dat_put_u32(&final->packed, (uint32_t)count);
	for (uint64_t done = 0; done < from.size; done += chunk) {
		uint64_t rest = from.size - done;

		if (pack_chunk(final, from.offset + done, rest < chunk ? rest : chunk,
			       err) < 0)
			return -1;
	}
	return write_packed(final, err);
}

static int write_plain(struct final *final, struct dat_row from, struct shr_err *err)
{
	if (transfer_copy(final->spool->fd, from.offset, final->fd, final->at,
			  from.size, err) < 0)
		return -1;
	final->at += from.size;
	return 0;
}

static int write_cpu(struct final *final, uint32_t cpu, struct shr_err *err)
{
	struct dat_row from = dat_spool_pages(final->spool, cpu), row;
	uint64_t row_at = dat_front_row_at(&final->front, cpu);

	if (!from.size)
		return 0;
	final->at = dat_align(final->settings, final->at);
	row.offset = final->at;
	int ret = final->packer.compression == DAT_NONE
			  ? write_plain(final, from, err)
			  : write_chunks(final, from, err);

	if (ret < 0)
		return -1;
	row.size = final->at - row.offset;
	dat_set_u64(&final->front.bytes, row_at, row.offset);
	dat_set_u64(&final->front.bytes, row_at + sizeof(uint64_t), row.size);
	return 0;
}

/* Pages first, and then the front, with the table of where they are. */
static int write_all(struct final *final, struct shr_err *err)
{
	struct dat_bytes *front = &final->front.bytes;

	final->at = front->len;
	for (uint32_t cpu = 0; cpu < final->settings->cpu_count; cpu++)
		if (write_cpu(final, cpu, err) < 0)
			return -1;
	if (final->settings->version != 6)
		dat_set_u64(front, final->front.section_at, final->at - front->len);
	return transfer_write_at(final->fd, front->data, front->len, 0, err);
}

int dat_final_write(int fd, const struct dat_spool *spool,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err)
{
	struct final final = { .fd = fd,
			       .spool = spool,
			       .settings = settings,
			       .packed = { .swapped = settings->swapped } };
	int ret = -1;

	if (dat_packer_init(&final.packer, settings->compression, err) < 0)
		return -1;
	final.chunk = reallocarray(NULL, settings->page_size, DAT_PAGES_PER_CHUNK);
	if (!final.chunk)
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	else if (dat_front_init(&final.front, contents, settings, &final.packer, err) ==
		 0)
		ret = write_all(&final, err);
	free(final.chunk);
	dat_bytes_release(&final.packed);
	dat_front_release(&final.front);
	dat_packer_release(&final.packer);
	return ret;
}
