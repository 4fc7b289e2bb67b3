/* profile.h: the counters of a run: a number for each site that the translator marked.
 *
 * Sites are named by function, offset in the module's file and kind, so that counts mean the
 * same in every build and are carried in snapshots.
 */
#ifndef CHIWAWA_PROFILE_H
#define CHIWAWA_PROFILE_H

#include "base/report.h"
#include "code/code.h"

/* The snapshot part that profile_save writes. */
#define PROFILE_PART "profile"

struct profile_entry {
	uint32_t func;
	struct count_site site;
	uint64_t count;
};

struct profile {
	struct profile_entry *entries; /* in order of translation; NULL counts apart */
	uint64_t *counts;	       /* one for each entry, what COUNTER adds to */
	size_t nentries, entries_capacity, counts_capacity;
	/* From a snapshot, for functions not translated yet; by function, offset, kind. */
	struct profile_entry *kept;
	size_t nkept, kept_capacity;
};

void profile_fini(struct profile *profile);

/* Adds a function's sites; their counters begin with what is kept for them. */
enum error profile_add(struct profile *profile, uint32_t func,
		       const struct count_site *sites, uint32_t nsites,
		       struct report *report);

/* All that was counted, by function, offset and kind, without zeros; free *entries with
 * alloc_free. */
enum error profile_collect(const struct profile *profile,
			   struct profile_entry **entries, size_t *nentries,
			   struct report *report);

/* The same as bytes for a snapshot, and back into an empty profile.  kinds: the set of enum
 * count_kind that was counted.  ERR_BAD_SNAPSHOT names what is wrong. */
enum error profile_save(const struct profile *profile, uint32_t kinds,
			uint8_t **bytes, uint32_t *length,
			struct report *report);
enum error profile_load(struct profile *profile, const uint8_t *bytes,
			size_t length, uint32_t *kinds, struct report *report);

#endif
