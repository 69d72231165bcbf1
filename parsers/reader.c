/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/reader.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/formats.h"
#include "parsers/kallsyms.h"
#include "parsers/text.h"
#include "parsers/trace_dat.h"
#include "parsers/trace_reader.h"

#include <stdlib.h>
#include <string.h>

struct shr_reader {
	struct shr_source *source; /* of the one below */
	struct shr_trace_reader *trace;
	struct shr_text_reader *text;
	struct shr_kallsyms *kallsyms; /* owned; for text */
};

/* Formats that are recognised in order to say what to do with them. */
static const struct foreign {
	const char *magic;
	size_t len;
	const char *hint;
} foreigns[] = {
	{ "PERFILE2", 8,
	  "perf.data is not read: give the output of 'perf script --ns'" },
	{ "2ELIFREP", 8,
	  "perf.data is not read: give the output of 'perf script --ns'" },
	{ "\x1f\x8b", 2, "the file is gzip-compressed: pipe it through 'zcat'" },
	{ "\x28\xb5\x2f\xfd", 4,
	  "the file is zstd-compressed: pipe it through 'zstdcat'" },
	{ "\xfd"
	  "7zXZ",
	  5, "the file is xz-compressed: pipe it through 'xzcat'" },
};

bool shr_input_needs_whole(const uint8_t *head, size_t size)
{
	return shr_trace_dat_is(head, size);
}

static int check_foreign(const struct shr_input *input, struct shr_err *err)
{
	for (size_t i = 0; i < sizeof(foreigns) / sizeof(*foreigns); i++) {
		const struct foreign *foreign = &foreigns[i];

		if (input->size >= foreign->len &&
		    !memcmp(input->data, foreign->magic, foreign->len))
			return shr_fail(err, SHR_ERR_UNSUPPORTED, "%s", foreign->hint);
	}
	return 0;
}

static int open_text(struct shr_reader *reader, const struct shr_input *input,
		     const struct shr_reader_options *options, struct shr_err *err)
{
	struct shr_str kallsyms = { (const char *)options->kallsyms,
				    options->kallsyms_size };

	if (options->instance)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"only a trace.dat has instances to choose from");
	reader->kallsyms = kallsyms.ptr ? shr_kallsyms_new(kallsyms) : NULL;
	if (kallsyms.ptr && !reader->kallsyms)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	reader->text = shr_text_reader_new(input, reader->kallsyms, err);
	if (!reader->text)
		return -1;
	reader->source = shr_text_reader_source(reader->text);
	return 0;
}

static int open_trace(struct shr_reader *reader, const struct shr_input *input,
		      const struct shr_reader_options *options, struct shr_err *err)
{
	if (input->more)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a trace.dat must be whole: it cannot be streamed");
	reader->trace = shr_trace_reader_new(input->data, input->size, options, err);
	if (!reader->trace)
		return -1;
	reader->source = shr_trace_reader_source(reader->trace);
	return 0;
}

struct shr_reader *shr_reader_new(const struct shr_input *input,
				  const struct shr_reader_options *options,
				  struct shr_err *err)
{
	static const struct shr_reader_options defaults;
	struct shr_reader *reader = calloc(1, sizeof(*reader));
	int ret;

	if (!reader) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	options = options ? options : &defaults;
	ret = check_foreign(input, err);
	if (!ret && shr_trace_dat_is(input->data, input->size))
		ret = open_trace(reader, input, options, err);
	else if (!ret)
		ret = open_text(reader, input, options, err);
	if (!ret)
		return reader;
	shr_reader_free(reader);
	return NULL;
}

void shr_reader_free(struct shr_reader *reader)
{
	if (!reader)
		return;
	shr_trace_reader_free(reader->trace);
	shr_text_reader_free(reader->text);
	shr_kallsyms_free(reader->kallsyms);
	free(reader);
}

struct shr_source *shr_reader_source(struct shr_reader *reader)
{
	return reader->source;
}

int shr_reader_layouts(const struct shr_reader_formats *formats, unsigned *layouts,
		       struct shr_err *err)
{
	static const char vmscan[] = "vmscan";
	const struct shr_format_text texts[] = {
		{ { vmscan, strlen(vmscan) }, formats->start },
		{ { vmscan, strlen(vmscan) }, formats->end },
	};
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct shr_formats learned;
	int ret = shr_formats_init(&learned, formats->header_page, texts, 2, big, err);

	if (!ret && (learned.count != 2 || !learned.layouts))
		ret = shr_fail(err, SHR_ERR_UNSUPPORTED,
			       "the formats of mm_shrink_slab_start and _end are none "
			       "that shrinkctl knows");
	*layouts = ret ? 0 : learned.layouts;
	shr_formats_release(&learned);
	return ret;
}
