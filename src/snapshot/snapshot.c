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

void snapshot_fini(struct snapshot *snapshot)
{
	uint32_t i;

	fini_frames(snapshot);
	fini_memories(snapshot);
	fini_fds(snapshot);
	snapshot_free_parts(snapshot->parts, snapshot->nparts);
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

enum error snapshot_set_part(struct snapshot_part **parts, uint32_t *nparts,
			     const char *name, uint8_t *bytes, uint32_t length,
			     struct report *report)
{
	struct snapshot_part part = {alloc_string(name, strlen(name)), bytes,
				     length};
	size_t capacity = *nparts;
	uint32_t i, at = 0;

	if (part.name == NULL ||
	    alloc_grow(parts, &capacity, *nparts + 1u, sizeof(part)) != 0) {
		alloc_free(part.name);
		alloc_free(bytes);
		return report_no_memory(report, length);
	}
	while (at < *nparts && strcmp((*parts)[at].name, name) < 0)
		at++;
	if (at < *nparts && strcmp((*parts)[at].name, name) == 0) {
		alloc_free((*parts)[at].name);
		alloc_free((*parts)[at].bytes);
	} else {
		for (i = (*nparts)++; i > at; i--)
			(*parts)[i] = (*parts)[i - 1];
	}
	(*parts)[at] = part;
	return ERR_NONE;
}

void snapshot_free_parts(struct snapshot_part *parts, uint32_t nparts)
{
	uint32_t i;

	for (i = 0; i < nparts; i++) {
		alloc_free(parts[i].name);
		alloc_free(parts[i].bytes);
	}
	alloc_free(parts);
}

void snapshot_hash_module(const uint8_t *bytes, size_t size, uint8_t hash[16])
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, size));
	memcpy(hash, canonical.digest, sizeof(canonical.digest));
}
