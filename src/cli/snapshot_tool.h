/* snapshot_tool.h: what the tools of `chiwawa snapshot` share. */
#ifndef CHIWAWA_CLI_SNAPSHOT_TOOL_H
#define CHIWAWA_CLI_SNAPSHOT_TOOL_H

#include "cli/cli.h"
#include "module/module.h"
#include "plugin/registry.h"
#include "snapshot/snapshot.h"

/* Each runs on the command line without "snapshot NAME": word(options, 0) is its first.
 * Returns an exit status. */
#define TOOL(FUNCTION, NAME, ARGUMENTS, MIN, MAX, OPTIONS, HELP)               \
	int snapshot_##FUNCTION(const struct options *options);
#include "snapshot_tools.def"

/* The tool's n-th word, or NULL. */
const char *tool_word(const struct options *options, size_t n);

/* A snapshot, and the module that it is of, when one is given. */
struct tool_input {
	const char *path;
	struct snapshot snapshot;
	const struct format_type *format;
	struct module *module;
	uint8_t *bytes; /* of the module */
};

/* Reads both; module_path may be NULL.  Bytes of memories that are as in the module are
 * then filled in; a module that is not the snapshot's is refused.  Prints what fails, and
 * returns the exit status, 0 for success.  Free with tool_input_fini, also after an
 * error. */
int tool_input_read(struct tool_input *input, const char *path,
		    const char *module_path);
void tool_input_fini(struct tool_input *input);

/* Writes a snapshot as --to, --snapshot-compress and --output say; format is used when
 * --to is not given. */
enum error tool_write(const struct options *options, struct snapshot *snapshot,
		      const struct format_type *format, struct report *report);

/* Writes to --output, by default standard output. */
enum error tool_write_bytes(const struct options *options, const void *bytes,
			    size_t length, struct report *report);

/* Bytes that a memory's runs cover. */
uint64_t tool_saved_bytes(const struct snapshot_memory *memory);
/* Name of a descriptor's kind. */
const char *tool_fd_kind(const struct snapshot_fd *fd);
/* 33 bytes: a hash as text. */
void tool_hash(const uint8_t hash[16], char text[33]);

/* What snapshot diff finds, one line each to standard output; the number of lines. */
unsigned long tool_diff(const struct tool_input *a, const struct tool_input *b);

#endif
