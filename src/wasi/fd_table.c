/* fd_table.c: see fd_table.h. */
#include "config.h"

#include "fd_table.h"

#include "base/alloc.h"

#include <string.h>

void fd_entry_fini(struct fd_entry *entry)
{
	alloc_free(entry->root);
	alloc_free(entry->path);
	listing_free(entry->listing);
	memset(entry, 0, sizeof(*entry));
}

void fd_table_fini(struct fd_table *table)
{
	size_t i;

	for (i = 0; i < table->nentries; i++)
		fd_entry_fini(&table->entries[i]);
	alloc_free(table->entries);
	memset(table, 0, sizeof(*table));
}

struct fd_entry *fd_table_get(struct fd_table *table, uint32_t fd)
{
	if (fd >= table->nentries || table->entries[fd].kind == FD_FREE)
		return NULL;
	return &table->entries[fd];
}

wasi_errno fd_table_put(struct fd_table *table, uint32_t fd,
			const struct fd_entry *entry)
{
	if (fd >= FD_TABLE_MAX)
		return WASI_MFILE;
	if (alloc_grow(&table->entries, &table->capacity, (size_t)fd + 1,
		       sizeof(*entry)) != 0)
		return WASI_NOMEM;
	for (; table->nentries <= fd; table->nentries++)
		memset(&table->entries[table->nentries], 0, sizeof(*entry));
	table->entries[fd] = *entry;
	return WASI_SUCCESS;
}

wasi_errno fd_table_add(struct fd_table *table, const struct fd_entry *entry,
			uint32_t *fd)
{
	uint32_t number = 0;
	wasi_errno err;

	while (fd_table_get(table, number) != NULL)
		number++;
	err = fd_table_put(table, number, entry);
	if (err == WASI_SUCCESS)
		*fd = number;
	return err;
}

char *fd_entry_join(const struct fd_entry *directory, const char *path,
		    size_t length)
{
	size_t below = directory->path == NULL ? 0 : strlen(directory->path);
	size_t slash = below > 0 ? 1 : 0;
	char *joined = alloc_array(below + slash + length + 1, 1);

	if (joined == NULL)
		return NULL;
	if (below > 0) {
		memcpy(joined, directory->path, below);
		joined[below] = '/';
	}
	memcpy(joined + below + slash, path, length);
	/* "d/" and "d" are the same directory. */
	for (length += below + slash; length > 1 && joined[length - 1] == '/';)
		joined[--length] = '\0';
	return joined;
}

void fd_table_renamed(struct fd_table *table, const char *root,
		      const char *from, const char *to_root, const char *to)
{
	size_t length = strlen(from);
	size_t i;

	for (i = 0; i < table->nentries; i++) {
		struct fd_entry *entry = &table->entries[i];
		struct fd_entry renamed = {.path = (char *)(uintptr_t)to};
		char *path, *new_root;
		const char *rest;

		if (entry->kind != FD_OPENED || strcmp(entry->root, root) != 0 ||
		    strncmp(entry->path, from, length) != 0 ||
		    (entry->path[length] != '\0' && entry->path[length] != '/'))
			continue;
		rest = entry->path + length;
		rest += strspn(rest, "/");
		path = *rest == '\0' ? alloc_string(to, strlen(to))
				     : fd_entry_join(&renamed, rest,
						     strlen(rest));
		new_root = alloc_string(to_root, strlen(to_root));
		if (path == NULL || new_root == NULL) {
			/* The old path stays; capture notices that it is gone. */
			alloc_free(path);
			alloc_free(new_root);
			continue;
		}
		alloc_free(entry->path);
		alloc_free(entry->root);
		entry->path = path;
		entry->root = new_root;
	}
}

void listing_free(struct listing *listing)
{
	size_t i;

	if (listing == NULL)
		return;
	for (i = 0; i < listing->nentries; i++)
		alloc_free(listing->entries[i].name);
	alloc_free(listing->entries);
	alloc_free(listing);
}

bool listing_add(struct listing *listing, const char *name, size_t length,
		 uint64_t inode, uint8_t filetype)
{
	char *copy;

	if (length > UINT32_MAX ||
	    alloc_grow(&listing->entries, &listing->capacity,
		       listing->nentries + 1, sizeof(*listing->entries)) != 0)
		return false;
	copy = alloc_string(name, length);
	if (copy == NULL)
		return false;
	listing->entries[listing->nentries++] =
		(struct listing_entry){.name = copy,
				       .length = (uint32_t)length,
				       .inode = inode,
				       .filetype = filetype};
	return true;
}

static bool add_entry(void *context, const char *name, size_t length,
		      uint64_t inode, uint8_t filetype)
{
	return listing_add(context, name, length, inode, filetype);
}

wasi_errno listing_read(host_handle handle, struct listing **listing)
{
	struct listing *read = alloc_array(1, sizeof(*read));
	wasi_errno err;

	if (read == NULL)
		return WASI_NOMEM;
	err = host_list(handle, add_entry, read);
	if (err == WASI_SUCCESS)
		*listing = read;
	else
		listing_free(read);
	return err;
}
