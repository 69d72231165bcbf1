/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring_pages - the pages of one CPU's ring buffer, filled record by record.
 *
 * As the kernel leaves them: times are differences from the page's, a difference too
 * long for its 27 bits has a record of its own, and a page says how many bytes it has,
 * and what was lost before it.  A loss therefore begins a page.
 *
 *	ring_pages_init(&pages, &form);
 *	if (!ring_pages_put(&pages, ts_ns, record, len)) {
 *		write(ring_pages_close(&pages));
 *		ring_pages_put(&pages, ts_ns, record, len);
 *	}
 */
#ifndef CLI_SIM_RING_PAGES_H
#define CLI_SIM_RING_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_form;

enum {
	RING_PAGE_SIZE = 4096,
	RING_PAGE_TIME = 8, /* bytes of the time that a page begins with */
	RING_RECORD_MAX = 2048,
};

struct ring_pages {
	/* Private. */
	uint8_t page[RING_PAGE_SIZE];
	size_t head; /* bytes before the first record */
	size_t used; /* of page, head and all; 0: it has not begun */
	uint64_t last_ts;
	unsigned long_size;
	bool big;
	bool lost, counted; /* before the page */
	uint64_t lost_count;
};

/* An empty page of a kernel of @form. */
void ring_pages_init(struct ring_pages *pages, const struct kernel_form *form);

/*
 * Put a record of @len bytes, RING_RECORD_MAX at most, at @ts.  False: the page is
 * full, and has to be closed before.
 */
bool ring_pages_put(struct ring_pages *pages, uint64_t ts, const void *record,
		    size_t len);

/* Whether the page has records. */
bool ring_pages_has_records(const struct ring_pages *pages);

/* Whether there is something to close: records, or a loss that none has followed. */
bool ring_pages_is_open(const struct ring_pages *pages);

/*
 * Say how much of the page is used, which is whole then: RING_PAGE_SIZE bytes until the
 * next call.  The next page is empty.
 */
const uint8_t *ring_pages_close(struct ring_pages *pages);

/*
 * Events were lost here, so many, or nobody knows where @count is 0: the page, if it
 * has records, has to be closed before.
 */
void ring_pages_lose(struct ring_pages *pages, uint64_t count, bool counted);

#endif /* CLI_SIM_RING_PAGES_H */
