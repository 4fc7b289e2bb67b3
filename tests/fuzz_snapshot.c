/* fuzz_snapshot.c: libFuzzer target for one snapshot format (FUZZ_FORMAT).
 *
 * The checksum at the end is made right, so that the decoder's own checks have to find
 * what is wrong.  What decodes must encode to something that decodes to the same, and is
 * then checked against a module (FUZZ_MODULE, an environment variable) as --restore does.
 */
#include "config.h"

#include "base/alloc.h"
#include "cli/cli.h"
#include "plugin/registry.h"
#include "snapshot/initial.h"
#include "snapshot/restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

extern const struct format_type FUZZ_FORMAT;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	uint8_t *data;
	size_t length, capacity, position;
};

static bool put(void *context, const uint8_t *data, size_t length)
{
	struct bytes *bytes = context;

	if (alloc_grow(&bytes->data, &bytes->capacity, bytes->length + length,
		       1) != 0)
		return false;
	memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
	return true;
}

static long take(void *context, uint8_t *to, size_t length)
{
	struct bytes *bytes = context;
	size_t left = bytes->length - bytes->position;

	if (length > left)
		length = left;
	memcpy(to, bytes->data + bytes->position, length);
	bytes->position += length;
	return (long)length;
}

/* Bytes from the end of what the checksum covers to the end of the file. */
static size_t trailer_length(void)
{
	static const struct {
		const char *name;
		size_t length;
	} trailers[] = {
		{"raw", 16}, {"protobuf", 20}, {"msgpack", 38}};
	size_t i;

	for (i = 0; i < sizeof(trailers) / sizeof(*trailers); i++)
		if (strcmp(FUZZ_FORMAT.name, trailers[i].name) == 0)
			return trailers[i].length;
	abort();
}

static void fix_checksum(uint8_t *data, size_t size)
{
	XXH128_canonical_t sum;

	XXH128_canonicalFromHash(&sum,
				 XXH3_128bits(data, size - trailer_length()));
	memcpy(data + size - sizeof(sum.digest), sum.digest,
	       sizeof(sum.digest));
}

static enum error decode(struct bytes *bytes, struct snapshot *snapshot)
{
	struct report report;
	struct source *source;
	enum error err;

	report_init(&report);
	snapshot_init(snapshot);
	source = source_new(take, bytes, &report);
	if (source == NULL)
		abort();
	source_set_size(source, bytes->length);
	err = FUZZ_FORMAT.decode(source, snapshot, &report);
	source_free(source);
	if (err != ERR_NONE && report.text[0] == '\0')
		abort();
	return err;
}

static struct bytes encode(const struct snapshot *snapshot)
{
	struct plugin_choice choice = {0};
	struct bytes bytes = {0};
	struct report report;
	struct sink *sink;

	report_init(&report);
	sink = sink_new(put, &bytes, &report);
	if (sink == NULL ||
	    FUZZ_FORMAT.encode(snapshot, &choice, sink, &report) != ERR_NONE ||
	    sink_flush(sink) != ERR_NONE)
		abort();
	sink_free(sink);
	return bytes;
}

static void check_round_trip(const struct snapshot *snapshot)
{
	struct bytes first = encode(snapshot), second;
	struct snapshot again;

	if (decode(&first, &again) != ERR_NONE)
		abort();
	/* Whether anything was compressed is known only from chunks that were. */
	again.compression = snapshot->compression;
	second = encode(&again);
	if (first.length != second.length ||
	    memcmp(first.data, second.data, first.length) != 0)
		abort();
	snapshot_fini(&again);
	alloc_free(first.data);
	alloc_free(second.data);
}

static void check_against_module(struct snapshot *snapshot)
{
	static const struct code_options code_options;
	static struct module *module;
	static uint8_t *bytes;
	static size_t size;
	const char *path = getenv("FUZZ_MODULE");
	struct report report;

	report_init(&report);
	if (path == NULL)
		return;
	if (module == NULL &&
	    (cli_read_file(path, &bytes, &size, &report) != ERR_NONE ||
	     module_load(bytes, size, FEATURES_ALL, &module, &report) != ERR_NONE)) {
		fprintf(stderr, "%s: %s\n", path, report.text);
		exit(2);
	}
	snapshot_hash_module(bytes, size, snapshot->module_hash);
	snapshot->module_size = size;
	if (snapshot_check(snapshot, module, &code_options, &report) ==
	    ERR_NONE)
		(void)initial_fill(snapshot, module, &report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {0};
	struct snapshot snapshot;

	if (size <= trailer_length())
		return 0;
	if (!put(&bytes, data, size))
		return 0;
	fix_checksum(bytes.data, size);
	if (decode(&bytes, &snapshot) == ERR_NONE) {
		check_round_trip(&snapshot);
		check_against_module(&snapshot);
	}
	snapshot_fini(&snapshot);
	alloc_free(bytes.data);
	return 0;
}
