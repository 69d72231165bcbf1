/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_spool.h"

#include "cli/record/transfer.h"
#include "core/err.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>

/*
 * Moving a CPU's pages keeps the recorder from its buffers for as long as that takes,
 * and events get lost.  Where storage is taken for what is written alone, stretches are
 * so long that nobody gets to their end, and all of them within what any such file
 * system lets a file have.  Elsewhere the first is short: 800,000 events or so.
 */
static const uint64_t sparse_stretch = (uint64_t)64 << 30;
static const uint64_t sparse_most = (uint64_t)1 << 40;
static const uint64_t dense_stretch = (uint64_t)64 << 20;

/* Whether the file can be long and have holes. */
static bool is_sparse(int fd)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       limit.rlim_cur == RLIM_INFINITY &&
	       fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0;
}

static uint64_t choose_stretch(int fd, uint32_t cpu_count)
{
	if (!is_sparse(fd))
		return dense_stretch;
	uint64_t share = sparse_most / cpu_count;

	return share < sparse_stretch ? share : sparse_stretch;
}

static int write_front(struct dat_spool *spool, const struct dat_contents *contents,
		       struct shr_err *err)
{
	struct dat_packer none = { .compression = DAT_NONE };

	if (dat_front_init(&spool->front, contents, &spool->settings, &none, err) < 0)
		return -1;
	spool->end = dat_align(&spool->settings, spool->front.bytes.len);
	return transfer_write_at(spool->fd, spool->front.bytes.data,
				 spool->front.bytes.len, 0, err);
}

int dat_spool_init(struct dat_spool *spool, int fd, const struct dat_contents *contents,
		   const struct dat_settings *settings, struct shr_err *err)
{
	*spool = (struct dat_spool){
		.fd = fd,
		.settings = *settings,
		.option_count = contents->option_count,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	spool->settings.version = 7;
	spool->settings.compression = DAT_NONE;
	if (!settings->stretch)
		spool->settings.stretch = choose_stretch(fd, settings->cpu_count);
	spool->settings.stretch = dat_align(&spool->settings, spool->settings.stretch);
	spool->cpus = calloc(settings->cpu_count, sizeof(*spool->cpus));
	if (!spool->cpus)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return write_front(spool, contents, err);
}

void dat_spool_release(struct dat_spool *spool)
{
	dat_front_release(&spool->front);
	free(spool->cpus);
	*spool = (struct dat_spool){ .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER };
}

/* Only whole pages count: a write can fail inside one. */
static uint64_t whole_pages(const struct dat_spool *spool, const struct spool_cpu *cpu)
{
	uint64_t len = atomic_load(&cpu->len);

	return len - len % spool->settings.page_size;
}

struct dat_row dat_spool_pages(const struct dat_spool *spool, uint32_t cpu)
{
	const struct spool_cpu *from = &spool->cpus[cpu];

	return (struct dat_row){ from->offset, whole_pages(spool, from) };
}

uint64_t dat_spool_size(const struct dat_spool *spool)
{
	uint64_t size = 0;

	for (uint32_t cpu = 0; cpu < spool->settings.cpu_count; cpu++)
		size += atomic_load(&spool->cpus[cpu].len);
	return size;
}

static int write_row(struct dat_spool *spool, uint32_t cpu, struct shr_err *err)
{
	struct dat_row row = dat_spool_pages(spool, cpu);

	row.offset = dat_order_u64(spool->settings.swapped, row.offset);
	row.size = dat_order_u64(spool->settings.swapped, row.size);
	return transfer_write_at(spool->fd, &row, sizeof(row),
				 dat_front_row_at(&spool->front, cpu), err);
}

/* The section of pages reaches to the end of the last stretch. */
static int write_section_size(struct dat_spool *spool, struct shr_err *err)
{
	uint64_t size = spool->end - (spool->front.section_at + sizeof(size));

	size = dat_order_u64(spool->settings.swapped, size);
	return transfer_write_at(spool->fd, &size, sizeof(size),
				 spool->front.section_at, err);
}

/* A longer stretch for what @cpu has, and the table tells of it before the old goes. */
static int move_pages(struct dat_spool *spool, uint32_t number, uint64_t room,
		      struct shr_err *err)
{
	struct spool_cpu *cpu = &spool->cpus[number];
	const struct dat_row old = { cpu->offset, cpu->room };

	if (transfer_copy(spool->fd, old.offset, spool->fd, spool->end,
			  atomic_load(&cpu->len), err) < 0)
		return -1;
	cpu->offset = spool->end;
	cpu->room = room;
	spool->end += room;
	if (write_row(spool, number, err) < 0 || write_section_size(spool, err) < 0)
		return -1;
	/* Where the file system has no holes, the storage stays until the file goes. */
	if (old.size && fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				  (off_t)old.offset, (off_t)old.size) < 0)
		errno = 0;
	return 0;
}

static int grow(struct dat_spool *spool, uint32_t number, size_t len,
		struct shr_err *err)
{
	struct spool_cpu *cpu = &spool->cpus[number];
	uint64_t need = atomic_load(&cpu->len) + len;
	uint64_t room = cpu->room ? cpu->room : spool->settings.stretch;

	while (room < need)
		room *= 2;
	if (!cpu->room || cpu->offset + cpu->room != spool->end)
		return move_pages(spool, number, room, err);
	spool->end = cpu->offset + room;
	cpu->room = room;
	return write_section_size(spool, err);
}

/* Where @len more bytes of CPU @number go: that is its own thread's affair alone. */
static int make_room(struct dat_spool *spool, uint32_t number, size_t len,
		     uint64_t *offset, struct shr_err *err)
{
	struct spool_cpu *cpu = &spool->cpus[number];
	int ret = 0;

	assert(number < spool->settings.cpu_count);
	if (atomic_load(&cpu->len) + len > cpu->room) {
		pthread_mutex_lock(&spool->lock);
		ret = grow(spool, number, len, err);
		pthread_mutex_unlock(&spool->lock);
	}
	*offset = cpu->offset + atomic_load(&cpu->len);
	return ret;
}

int dat_spool_add(struct dat_spool *spool, uint32_t cpu, const void *pages, size_t len,
		  struct shr_err *err)
{
	uint64_t offset;

	if (make_room(spool, cpu, len, &offset, err) < 0 ||
	    transfer_write_at(spool->fd, pages, len, offset, err) < 0)
		return -1;
	atomic_fetch_add(&spool->cpus[cpu].len, len);
	return 0;
}

int dat_spool_splice(struct dat_spool *spool, uint32_t cpu, int pipe, size_t len,
		     struct shr_err *err)
{
	uint64_t offset, moved = 0;

	if (make_room(spool, cpu, len, &offset, err) < 0)
		return -1;
	int ret = transfer_splice(pipe, spool->fd, offset, len, &moved, err);

	atomic_fetch_add(&spool->cpus[cpu].len, moved);
	return ret;
}

static int write_rows(struct dat_spool *spool, struct shr_err *err)
{
	for (uint32_t cpu = 0; cpu < spool->settings.cpu_count; cpu++)
		if (spool->cpus[cpu].room && write_row(spool, cpu, err) < 0)
			return -1;
	return 0;
}

int dat_spool_flush(struct dat_spool *spool, struct shr_err *err)
{
	pthread_mutex_lock(&spool->lock);
	int ret = write_rows(spool, err);

	pthread_mutex_unlock(&spool->lock);
	return ret;
}

/* A place at the end of the file, as CPUs have theirs, for @len bytes. */
static uint64_t take_place(struct dat_spool *spool, uint64_t len)
{
	pthread_mutex_lock(&spool->lock);
	uint64_t at = spool->end;

	spool->end = dat_align(&spool->settings, at + len);
	pthread_mutex_unlock(&spool->lock);
	return at;
}

/* Write a section to @at, then let the u64 at @link tell of it. */
static int put_section(struct dat_spool *spool, const struct dat_bytes *bytes,
		       uint64_t at, uint64_t link, struct shr_err *err)
{
	if (transfer_write_at(spool->fd, bytes->data, bytes->len, at, err) < 0)
		return -1;
	at = dat_order_u64(spool->settings.swapped, at);
	return transfer_write_at(spool->fd, &at, sizeof(at), link, err);
}

int dat_spool_rename(struct dat_spool *spool, const struct dat_contents *contents,
		     struct shr_err *err)
{
	/* Not over those that the file tells of: a writer can be killed halfway. */
	struct dat_row *place = &spool->names[spool->renamed++ % 2];
	struct dat_bytes bytes = { .swapped = spool->settings.swapped };

	dat_put_names_section(&bytes, contents);
	if (bytes.len > place->size) {
		place->size = 2 * bytes.len;
		place->offset = take_place(spool, place->size);
	}
	int ret = bytes.failed ? shr_fail(err, SHR_ERR_NOMEM, "out of memory")
			       : put_section(spool, &bytes, place->offset,
					     spool->front.names_at, err);

	dat_bytes_release(&bytes);
	return ret;
}

static int add_options(struct dat_spool *spool, const struct dat_contents *contents,
		       struct shr_err *err)
{
	struct dat_bytes bytes = { .swapped = spool->settings.swapped };

	dat_put_more_options(&bytes, contents, spool->option_count);
	int ret = bytes.failed
			  ? shr_fail(err, SHR_ERR_NOMEM, "out of memory")
			  : put_section(spool, &bytes, take_place(spool, bytes.len),
					spool->front.done_at, err);

	dat_bytes_release(&bytes);
	return ret;
}

int dat_spool_complete(struct dat_spool *spool, const struct dat_contents *contents,
		       struct shr_err *err)
{
	if (dat_spool_flush(spool, err) < 0 ||
	    dat_spool_rename(spool, contents, err) < 0)
		return -1;
	return add_options(spool, contents, err);
}
