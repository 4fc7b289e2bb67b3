/* file.h: snapshots as files.
 *
 * A file is written under a temporary name, synced and renamed, so that at any
 * moment either the old or the new complete snapshot is there.
 */
#ifndef CHIWAWA_SNAPSHOT_FILE_H
#define CHIWAWA_SNAPSHOT_FILE_H

#include "plugin/format.h"

/* What writing a snapshot took. */
struct snapshot_cost {
	uint64_t bytes;	     /* of the file */
	struct stream_section sections[STREAM_SECTIONS_MAX]; /* the format's */
	size_t nsections;
	uint64_t frames;
	uint64_t capture_ns; /* making the struct snapshot; set by the caller */
	uint64_t encode_ns;  /* encoding and write(2) */
	uint64_t sync_ns;    /* fsync(2), close(2) and rename(2) */
};

/* Writes a snapshot; "-" is standard output.  On error nothing changed.  cost may be
 * NULL. */
enum error snapshot_write_file(const struct snapshot *snapshot,
			       const struct format_type *format,
			       const struct plugin_choice *choice,
			       const char *path, struct snapshot_cost *cost,
			       struct report *report);

/* Reads a snapshot of any format that is built in; "-" is standard input.
 * *format (may be NULL) receives which.  Free with snapshot_fini, also after an
 * error. */
enum error snapshot_read_file(struct snapshot *snapshot, const char *path,
			      const struct format_type **format,
			      struct report *report);

#endif
