/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"

#include "cli/cmd.h"
#include "cli/options.h"
#include "core/err.h"
#include "core/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD_SIZE = 64 << 10, /* enough to recognise any format */
	MALFORMED_SHOWN = 5,  /* then only their number */
	CHECK_EVERY = 64,     /* batches between looks at signals and the clock */
};

int complain(const char *name, const struct shr_err *err)
{
	fprintf(stderr, "shrinkctl: %s:", name);
	if (err->line)
		fprintf(stderr, "%" PRIu64 ":", err->line);
	fprintf(stderr, " %s", err->reason);
	if (err->offset != SHR_NO_OFFSET)
		fprintf(stderr, " (byte %" PRIu64 ")", err->offset);
	fputc('\n', stderr);
	return EXIT_TROUBLE;
}

static int complain_errno(const char *what, const char *name)
{
	fprintf(stderr, "shrinkctl: cannot %s '%s': %s\n", what, name, strerror(errno));
	return EXIT_TROUBLE;
}

/* Map the whole of @fd; an empty file maps to nothing. */
static int map_fd(int fd, size_t size, const char *name, struct mapping *map)
{
	if (!size)
		return EXIT_GOOD;
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (data == MAP_FAILED)
		return complain_errno("map", name);
	madvise(data, size, MADV_SEQUENTIAL);
	*map = (struct mapping){ data, size };
	return EXIT_GOOD;
}

static void unmap(struct mapping *map)
{
	if (map->data)
		munmap(map->data, map->size);
	*map = (struct mapping){ 0 };
}

/* /proc files have no size and cannot be mapped: read as one string without NUL. */
static int load_kallsyms(struct input *input, const char *path)
{
	FILE *in = path ? fopen(path, "re") : NULL;
	size_t cap = 0;

	if (!path)
		return EXIT_GOOD;
	if (!in)
		return complain_errno("open", path);
	ssize_t len = getdelim(&input->kallsyms, &cap, '\0', in);
	bool failed = ferror(in);

	fclose(in);
	if (failed)
		return complain_errno("read", path);
	input->kallsyms_size = len > 0 ? (size_t)len : 0;
	return EXIT_GOOD;
}

/* Fill @buf from a pipe: what arrives until it is full, the end, or a signal. */
static ssize_t read_full(struct input *input, uint8_t *buf, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = interrupt_read(&input->interrupt, input->fd, buf + have,
					     size - have);

		if (got < 0)
			return -1;
		if (!got)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static int open_spool(void)
{
	const char *dir = getenv("TMPDIR");

	return open(dir && *dir ? dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC,
		    0600);
}

static bool write_full(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t put = write(fd, data, size);

		if (put < 0)
			return false;
		data += put;
		size -= (size_t)put;
	}
	return true;
}

/* Copy the pipe, whose first @have bytes are in input->head, to a file, and map it. */
static int spool(struct input *input, size_t have)
{
	int fd = open_spool();
	size_t total = 0;
	ssize_t got = (ssize_t)have;
	bool written = fd >= 0;

	while (written && got > 0) {
		written = write_full(fd, input->head, (size_t)got);
		total += (size_t)got;
		got = written ? read_full(input, input->head, HEAD_SIZE) : 0;
	}
	if (!written || got < 0) {
		fprintf(stderr,
			"shrinkctl: %s: a trace.dat must be whole to be read, and after "
			"%zu bytes it could not be kept in %s: %s; save it to a file\n",
			input->name, total, getenv("TMPDIR") ? "$TMPDIR" : "/var/tmp",
			strerror(errno));
		if (fd >= 0)
			close(fd);
		return EXIT_TROUBLE;
	}
	int status = map_fd(fd, total, input->name, &input->map);

	close(fd);
	return status;
}

static ssize_t more(void *ctx, void *buf, size_t cap)
{
	struct input *input = ctx;

	return interrupt_read(&input->interrupt, input->fd, buf, cap);
}

/* A pipe: look at its head, then spool it or go on reading as it comes. */
static int open_stream(struct input *input, struct shr_input *bytes)
{
	input->head = malloc(HEAD_SIZE);
	if (!input->head)
		return complain_errno("read", input->name);
	/* One read: a trace_pipe would not fill more for a long time. */
	ssize_t got =
		interrupt_read(&input->interrupt, input->fd, input->head, HEAD_SIZE);

	if (got > 0 && got < 16) {
		ssize_t rest = read_full(input, input->head + got, 16 - (size_t)got);

		got = rest < 0 ? rest : got + rest;
	}
	if (got < 0)
		return complain_errno("read", input->name);
	if (shr_input_needs_whole(input->head, (size_t)got)) {
		int status = spool(input, (size_t)got);

		*bytes = (struct shr_input){ input->map.data, input->map.size, NULL,
					     NULL };
		return status;
	}
	*bytes = (struct shr_input){ input->head, (size_t)got, more, input };
	return EXIT_GOOD;
}

/* Signals are held back, so that nothing here may wait for a FIFO's writer. */
static int open_fd(const char *path)
{
	if (!strcmp(path, "-"))
		return dup(STDIN_FILENO);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_RDONLY);
	return fd;
}

static int open_bytes(struct input *input, struct shr_input *bytes)
{
	struct stat stat;

	input->fd = open_fd(input->path);
	if (input->fd < 0 || fstat(input->fd, &stat) < 0)
		return complain_errno("open", input->path);
	if (S_ISDIR(stat.st_mode)) {
		errno = EISDIR;
		return complain_errno("read", input->path);
	}
	if (!S_ISREG(stat.st_mode) || !stat.st_size)
		return open_stream(input, bytes);
	int status = map_fd(input->fd, (size_t)stat.st_size, input->name, &input->map);

	*bytes = (struct shr_input){ input->map.data, input->map.size, NULL, NULL };
	return status;
}

/* Nothing is wrong with an input of which a signal left nothing. */
static int complain_of_input(const struct input *input, struct shr_err *err)
{
	if (input->interrupt.seen && !input->events)
		shr_fail(err, SHR_ERR_TRUNCATED, "interrupted before the first event");
	return complain(input->name, err);
}

int input_begin(struct input *input, const char *path, const struct options *options)
{
	*input = (struct input){ .path = path,
				 .name = strcmp(path, "-") ? path : "standard input",
				 .fd = -1 };
	interrupt_open(&input->interrupt);
	return load_kallsyms(input, options->kallsyms);
}

int input_open(struct input *input, const char *path, const struct options *options)
{
	struct shr_err err;

	if (input_begin(input, path, options) != EXIT_GOOD ||
	    open_bytes(input, &input->bytes) != EXIT_GOOD)
		return EXIT_TROUBLE;
	input->how = (struct shr_reader_options){ options->instance,
						  (const uint8_t *)input->kallsyms,
						  input->kallsyms_size };
	input->reader = shr_reader_new(&input->bytes, &input->how, &err);
	if (!input->reader)
		return complain_of_input(input, &err);
	input->source = shr_reader_source(input->reader);
	progress_open(&input->progress, input->source->capture->size);
	return EXIT_GOOD;
}

void input_close(struct input *input)
{
	shr_reader_free(input->reader);
	free(input->head);
	unmap(&input->map);
	free(input->kallsyms);
	if (input->fd >= 0)
		close(input->fd);
	interrupt_close(&input->interrupt);
	*input = (struct input){ .fd = -1, .interrupt = { .fd = -1 } };
}

static void tell_malformed(struct input *input, const struct shr_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct shr_event *event = &batch->events[i];
		struct shr_err err = { .offset = event->malformed.offset,
				       .line = event->malformed.line };

		if (event->kind != SHR_MALFORMED)
			continue;
		if (++input->malformed_told > MALFORMED_SHOWN)
			return;
		progress_close(&input->progress);
		snprintf(err.reason, sizeof(err.reason), "%s", event->malformed.reason);
		complain(input->name, &err);
	}
}

int input_take(struct input *input, const struct shr_batch *batch,
	       input_consumer *consume, void *consumer, struct shr_err *err)
{
	input->events += batch->count;
	if (input->source->capture->malformed > input->malformed_told)
		tell_malformed(input, batch);
	return consume(consumer, batch, err);
}

static int read_batches(struct input *input, input_consumer *consume, void *consumer)
{
	struct shr_source *src = input->source;
	struct shr_batch batch;
	struct shr_err err;
	uint64_t batches = 0;
	int got;

	while ((got = src->next(src, &batch, &err)) > 0) {
		if (input_take(input, &batch, consume, consumer, &err) < 0)
			return complain(input->name, &err);
		if (++batches % CHECK_EVERY)
			continue;
		progress_show(&input->progress, src->capture->consumed,
			      src->capture->size, input->events);
		/* On a signal, or when nobody reads what is printed any more. */
		if (interrupt_check(&input->interrupt) || ferror(stdout))
			break;
	}
	progress_close(&input->progress);
	input->partial = input->interrupt.seen;
	/* What a signal has cut short is no fault of the input. */
	if (got < 0 &&
	    !(input->events && input->partial && err.code == SHR_ERR_TRUNCATED))
		return complain_of_input(input, &err);
	return EXIT_GOOD;
}

int input_read(struct input *input, input_consumer *consume, void *consumer)
{
	return input_status(input, read_batches(input, consume, consumer));
}

int input_status(const struct input *input, int status)
{
	uint64_t malformed = input->source->capture->malformed;

	if (malformed > MALFORMED_SHOWN)
		fprintf(stderr,
			"shrinkctl: %s: %" PRIu64 " more events are malformed\n",
			input->name, malformed - MALFORMED_SHOWN);
	return malformed ? EXIT_TROUBLE : status;
}
