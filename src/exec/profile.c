/* profile.c: see profile.h.
 *
 * As bytes, little-endian: u32 version 1, u32 set of kinds, and for each counter that is not
 * zero, ascending: u32 function, u32 offset, u32 kind, u32 instructions, u64 count.
 */
#include "config.h"

#include "profile.h"

#include "base/alloc.h"
#include "base/little_endian.h"

#include <stdlib.h>
#include <string.h>

#define PART_VERSION 1
#define HEADER_SIZE 8
#define ENTRY_SIZE 24

void profile_fini(struct profile *profile)
{
	alloc_free(profile->entries);
	alloc_free(profile->counts);
	alloc_free(profile->kept);
	memset(profile, 0, sizeof(*profile));
}

static int compare(const void *a, const void *b)
{
	const struct profile_entry *x = a, *y = b;

	if (x->func != y->func)
		return x->func < y->func ? -1 : 1;
	if (x->site.offset != y->site.offset)
		return x->site.offset < y->site.offset ? -1 : 1;
	return (x->site.kind > y->site.kind) - (x->site.kind < y->site.kind);
}

/* Takes a count out of what is kept; the place stays, with zero. */
static uint64_t take_kept(struct profile *profile,
			  const struct profile_entry *entry)
{
	struct profile_entry *found =
		profile->nkept == 0
			? NULL
			: bsearch(entry, profile->kept, profile->nkept,
				  sizeof(*entry), compare);
	uint64_t count;

	if (found == NULL)
		return 0;
	count = found->count;
	found->count = 0;
	return count;
}

enum error profile_add(struct profile *profile, uint32_t func,
		       const struct count_site *sites, uint32_t nsites,
		       struct report *report)
{
	uint32_t i;

	if (alloc_grow(&profile->entries, &profile->entries_capacity,
		       profile->nentries + nsites,
		       sizeof(*profile->entries)) != 0 ||
	    alloc_grow(&profile->counts, &profile->counts_capacity,
		       profile->nentries + nsites,
		       sizeof(*profile->counts)) != 0)
		return report_no_memory(report, nsites * ENTRY_SIZE);
	for (i = 0; i < nsites; i++) {
		struct profile_entry *entry =
			&profile->entries[profile->nentries];

		*entry = (struct profile_entry){func, sites[i], 0};
		profile->counts[profile->nentries] = take_kept(profile, entry);
		profile->nentries++;
	}
	return ERR_NONE;
}

enum error profile_collect(const struct profile *profile,
			   struct profile_entry **entries, size_t *nentries,
			   struct report *report)
{
	size_t i, n = 0;

	*entries = alloc_array(profile->nentries + profile->nkept,
			       sizeof(**entries));
	if (*entries == NULL)
		return report_no_memory(report,
					profile->nentries * ENTRY_SIZE);
	for (i = 0; i < profile->nentries; i++) {
		if (profile->counts[i] == 0)
			continue;
		(*entries)[n] = profile->entries[i];
		(*entries)[n++].count = profile->counts[i];
	}
	for (i = 0; i < profile->nkept; i++)
		if (profile->kept[i].count > 0)
			(*entries)[n++] = profile->kept[i];
	if (n > 0)
		qsort(*entries, n, sizeof(**entries), compare);
	*nentries = n;
	return ERR_NONE;
}

enum error profile_save(const struct profile *profile, uint32_t kinds,
			uint8_t **bytes, uint32_t *length,
			struct report *report)
{
	struct profile_entry *entries;
	size_t n, i;
	uint8_t *p;

	TRY(profile_collect(profile, &entries, &n, report));
	*bytes = n > UINT32_MAX / ENTRY_SIZE - 1
			 ? NULL
			 : alloc_array(HEADER_SIZE + n * ENTRY_SIZE, 1);
	if (*bytes == NULL) {
		alloc_free(entries);
		return report_no_memory(report, n * ENTRY_SIZE);
	}
	p = *bytes;
	le_write32(p, PART_VERSION);
	le_write32(p + 4, kinds);
	for (i = 0, p += HEADER_SIZE; i < n; i++, p += ENTRY_SIZE) {
		le_write32(p, entries[i].func);
		le_write32(p + 4, entries[i].site.offset);
		le_write32(p + 8, (uint32_t)entries[i].site.kind);
		le_write32(p + 12, entries[i].site.instructions);
		le_write64(p + 16, entries[i].count);
	}
	*length = (uint32_t)(HEADER_SIZE + n * ENTRY_SIZE);
	alloc_free(entries);
	return ERR_NONE;
}

static enum error bad(const char *what, struct report *report)
{
	return report_error(report, ERR_BAD_SNAPSHOT, "part profile: %s", what);
}

enum error profile_load(struct profile *profile, const uint8_t *bytes,
			size_t length, uint32_t *kinds, struct report *report)
{
	size_t n, i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % ENTRY_SIZE != 0)
		return bad("its length is wrong", report);
	if (le_read32(bytes) != PART_VERSION)
		return bad("unknown version", report);
	*kinds = le_read32(bytes + 4);
	n = (length - HEADER_SIZE) / ENTRY_SIZE;
	if (alloc_grow(&profile->kept, &profile->kept_capacity, n,
		       sizeof(*profile->kept)) != 0)
		return report_no_memory(report, length);
	for (i = 0, bytes += HEADER_SIZE; i < n; i++, bytes += ENTRY_SIZE) {
		struct profile_entry *entry = &profile->kept[i];

		entry->func = le_read32(bytes);
		entry->site.offset = le_read32(bytes + 4);
		entry->site.kind = (enum count_kind)le_read32(bytes + 8);
		entry->site.instructions = le_read32(bytes + 12);
		entry->count = le_read64(bytes + 16);
		if (i > 0 && compare(entry - 1, entry) >= 0)
			return bad("counters are out of order", report);
	}
	profile->nkept = n;
	return ERR_NONE;
}
