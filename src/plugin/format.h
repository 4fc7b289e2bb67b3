/* format.h: plugins that encode and decode snapshots.
 *
 * A format is one file formats/NAME.c, static except for one
 * `const struct format_type format_NAME` at its end.  It sees struct snapshot and a
 * byte stream, never the interpreter.  Law: decode(encode(s)) equals s.
 */
#ifndef CHIWAWA_FORMAT_H
#define CHIWAWA_FORMAT_H

#include "plugin/options.h"
#include "snapshot/snapshot.h"
#include "snapshot/stream.h"

/* Bytes of a file's beginning that detect is shown. */
#define FORMAT_DETECT_SIZE 25

struct format_type {
	const char *name;
	const char *help;		     /* one line */
	const struct plugin_option *options; /* NULL: none */

	/* Whether a file that begins with these bytes is of this format. */
	bool (*detect)(const uint8_t *bytes, size_t length);

	/* Writes the snapshot.  The stream's own errors are sticky and need not be
	 * returned. */
	enum error (*encode)(const struct snapshot *snapshot,
			     const struct plugin_choice *choice,
			     struct sink *sink, struct report *report);

	/* Reads a snapshot into one that snapshot_init prepared; parts read before
	 * an error are freed by the caller.  Every count is checked before it
	 * sizes an allocation, and the checksum before returning. */
	enum error (*decode)(struct source *source, struct snapshot *snapshot,
			     struct report *report);
};

#endif
