/* page_accesses.h: loads and stores counted by page of memory. */
#ifndef CHIWAWA_PAGE_ACCESSES_H
#define CHIWAWA_PAGE_ACCESSES_H

#include "base/report.h"

#include <stddef.h>
#include <stdint.h>

struct page_access {
	uint64_t loads, stores;
};

/* By page number, up to the last that was touched.  Zero at first. */
struct page_accesses {
	struct page_access *pages;
	size_t count, capacity;
};

/* The counts of a page; NULL when memory runs out, or no memory can have that page. */
struct page_access *page_accesses_at(struct page_accesses *accesses,
				     uint64_t page);

/* As the bytes of the part tracer/memory, to be freed with alloc_free, and back. */
enum error page_accesses_save(const struct page_accesses *accesses,
			      uint8_t **bytes, uint32_t *length,
			      struct report *report);
enum error page_accesses_load(struct page_accesses *accesses,
			      const uint8_t *bytes, uint32_t length,
			      struct report *report);

void page_accesses_fini(struct page_accesses *accesses);

#endif
