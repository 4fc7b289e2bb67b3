/* page_accesses.c: see page_accesses.h. */
#include "config.h"

#include "page_accesses.h"

#include "base/alloc.h"
#include "base/little_endian.h"
#include "exec/memory.h"

#include <string.h>

/* u32 version 1, and for each page that was touched, ascending: u32 page, u64 loads, u64
 * stores. */
#define PART_VERSION 1
#define HEADER_SIZE 4
#define ENTRY_SIZE 20

struct page_access *page_accesses_at(struct page_accesses *accesses,
				     uint64_t page)
{
	size_t index = (size_t)page;

	if (page >= MEMORY32_MAX_PAGES)
		return NULL;
	if (index >= accesses->count) {
		if (alloc_grow(&accesses->pages, &accesses->capacity, index + 1,
			       sizeof(*accesses->pages)) != 0)
			return NULL;
		memset(accesses->pages + accesses->count, 0,
		       (index + 1 - accesses->count) *
			       sizeof(*accesses->pages));
		accesses->count = index + 1;
	}
	return &accesses->pages[index];
}

enum error page_accesses_save(const struct page_accesses *accesses,
			      uint8_t **bytes, uint32_t *length,
			      struct report *report)
{
	size_t i;
	uint8_t *p;

	*bytes = alloc_array(HEADER_SIZE + accesses->count * ENTRY_SIZE, 1);
	if (*bytes == NULL)
		return report_no_memory(report, accesses->count * ENTRY_SIZE);
	le_write32(*bytes, PART_VERSION);
	p = *bytes + HEADER_SIZE;
	for (i = 0; i < accesses->count; i++) {
		const struct page_access *page = &accesses->pages[i];

		if (page->loads + page->stores == 0)
			continue;
		le_write32(p, (uint32_t)i);
		le_write64(p + 4, page->loads);
		le_write64(p + 12, page->stores);
		p += ENTRY_SIZE;
	}
	*length = (uint32_t)(p - *bytes);
	return ERR_NONE;
}

enum error page_accesses_load(struct page_accesses *accesses,
			      const uint8_t *bytes, uint32_t length,
			      struct report *report)
{
	uint32_t i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % ENTRY_SIZE != 0 ||
	    le_read32(bytes) != PART_VERSION)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part tracer/memory: its length or version "
				    "is wrong");
	for (i = HEADER_SIZE; i < length; i += ENTRY_SIZE) {
		struct page_access *page =
			page_accesses_at(accesses, le_read32(bytes + i));

		if (page == NULL)
			return report_error(report, ERR_BAD_SNAPSHOT,
					    "part tracer/memory: a page is out "
					    "of range");
		page->loads = le_read64(bytes + i + 4);
		page->stores = le_read64(bytes + i + 12);
	}
	return ERR_NONE;
}

void page_accesses_fini(struct page_accesses *accesses)
{
	alloc_free(accesses->pages);
}
