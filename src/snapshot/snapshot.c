/* snapshot.c: life of a struct snapshot. */
#include "config.h"

#include "snapshot.h"

#include "base/alloc.h"

#include <string.h>
#include <xxhash.h>

void snapshot_init(struct snapshot *snapshot)
{
	memset(snapshot, 0, sizeof(*snapshot));
}

static void fini_frames(struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nframes; i++) {
		alloc_free(snapshot->frames[i].locals);
		alloc_free(snapshot->frames[i].operands);
	}
	alloc_free(snapshot->frames);
}

static void fini_memories(struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nmemories; i++) {
		alloc_free(snapshot->memories[i].runs);
		if (snapshot->memories[i].is_owned)
			memory_fini(&snapshot->memories[i].owned);
	}
	alloc_free(snapshot->memories);
}

static void fini_fds(struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++) {
		alloc_free(snapshot->fds[i].root);
		alloc_free(snapshot->fds[i].path);
		listing_free(snapshot->fds[i].listing);
	}
	alloc_free(snapshot->fds);
}

static void fini_parts(struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nparts; i++) {
		alloc_free(snapshot->parts[i].name);
		alloc_free(snapshot->parts[i].bytes);
	}
	alloc_free(snapshot->parts);
}

void snapshot_fini(struct snapshot *snapshot)
{
	uint32_t i;

	fini_frames(snapshot);
	fini_memories(snapshot);
	fini_fds(snapshot);
	fini_parts(snapshot);
	for (i = 0; i < snapshot->ntables; i++)
		alloc_free(snapshot->tables[i].elements);
	alloc_free(snapshot->tables);
	alloc_free(snapshot->creator);
	alloc_free(snapshot->host);
	alloc_free(snapshot->trap);
	alloc_free(snapshot->call.arguments);
	alloc_free(snapshot->trigger);
	alloc_free(snapshot->label);
	alloc_free(snapshot->entry);
	alloc_free(snapshot->arguments);
	alloc_free(snapshot->globals);
	alloc_free(snapshot->dropped_elems);
	alloc_free(snapshot->dropped_datas);
	string_list_fini(&snapshot->environment);
	string_list_fini(&snapshot->program_arguments);
	snapshot_init(snapshot);
}

const struct snapshot_part *snapshot_find_part(const struct snapshot_part *parts,
					       uint32_t nparts, const char *name)
{
	uint32_t i;

	for (i = 0; i < nparts; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

void snapshot_hash_module(const uint8_t *bytes, size_t size, uint8_t hash[16])
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, size));
	memcpy(hash, canonical.digest, sizeof(canonical.digest));
}
