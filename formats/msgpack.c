/* msgpack.c: snapshots as MessagePack, by msgpack-c.
 *
 * A file is a stream of pairs: an integer, and a map of as many bytes whose key "part"
 * says what it is.  Any implementation reads it object by object; man/chiwawa-snapshot.5
 * lists the keys.  Objects are packed and unpacked by the library; this file moves them
 * to and from struct snapshot, one part at a time, so that of a memory never more than a
 * chunk is in the process twice.
 */
#include "config.h"

#include "plugin/format.h"

#include "base/alloc.h"
#include "snapshot/chunks.h"

#include <msgpack.h>
#include <string.h>

#define MAGIC "chiwawa snapshot"
#define VERSION_MAJOR 1
#define VERSION_MINOR 1

/* Arrays and maps inside each other: more than any part has. */
#define MAX_DEPTH 16

/* ---- writing ---- */

struct writer {
	msgpack_packer packer;
	struct sink *sink; /* NULL: only the length is wanted */
	uint64_t length;
	const char *part; /* what is being packed */
};

static int write_packed(void *context, const char *bytes, size_t length)
{
	struct writer *writer = context;

	writer->length += length;
	if (writer->sink != NULL)
		sink_bytes(writer->sink, bytes, length);
	return 0;
}

static void put_key(struct writer *writer, const char *key)
{
	msgpack_pack_str_with_body(&writer->packer, key, strlen(key));
}

static void put_number(struct writer *writer, const char *key, uint64_t value)
{
	put_key(writer, key);
	msgpack_pack_uint64(&writer->packer, value);
}

static void put_string(struct writer *writer, const char *key,
		       const char *value)
{
	put_key(writer, key);
	msgpack_pack_str_with_body(&writer->packer, value ? value : "",
				   value ? strlen(value) : 0);
}

static void put_bytes(struct writer *writer, const char *key,
		      const uint8_t *bytes, size_t length)
{
	put_key(writer, key);
	msgpack_pack_bin(&writer->packer, length);
	if (length > 0)
		msgpack_pack_bin_body(&writer->packer, bytes, length);
}

/* A map with its part's name; entries are those that follow. */
static void begin_part(struct writer *writer, const char *part, size_t entries)
{
	writer->part = part;
	msgpack_pack_map(&writer->packer, entries + 1);
	put_string(writer, "part", part);
}

static void put_values(struct writer *writer, const char *key,
		       const struct snapshot_value *values, uint32_t count)
{
	uint32_t i;

	put_key(writer, key);
	msgpack_pack_array(&writer->packer, count);
	for (i = 0; i < count; i++) {
		const char *type = value_type_name(values[i].type);

		msgpack_pack_array(&writer->packer, 2);
		msgpack_pack_str_with_body(&writer->packer, type,
					   strlen(type));
		msgpack_pack_uint64(&writer->packer, values[i].bits);
	}
}

static void put_strings(struct writer *writer, const char *key,
			const struct string_list *list)
{
	size_t i;

	put_key(writer, key);
	msgpack_pack_array(&writer->packer, list->count);
	for (i = 0; i < list->count; i++)
		msgpack_pack_str_with_body(&writer->packer, list->items[i],
					   strlen(list->items[i]));
}

/* One part of a snapshot; extra is the chunk, or the checksum of the end. */
typedef void part_writer(struct writer *writer,
			 const struct snapshot *snapshot, const void *extra);

static void put_header(struct writer *writer, const struct snapshot *snapshot,
		       const void *extra)
{
	(void)extra;
	writer->part = "header";
	msgpack_pack_map(&writer->packer, 5);
	put_string(writer, "magic", MAGIC);
	put_number(writer, "major", VERSION_MAJOR);
	put_number(writer, "minor", VERSION_MINOR);
	put_bytes(writer, "module_hash", snapshot->module_hash,
		  sizeof(snapshot->module_hash));
	put_number(writer, "module_size", snapshot->module_size);
}

static void put_about(struct writer *writer, const struct snapshot *snapshot,
		      const void *extra)
{
	(void)extra;
	begin_part(writer, "about", 5);
	put_string(writer, "creator", snapshot->creator);
	put_number(writer, "time", snapshot->time);
	put_string(writer, "trigger", snapshot->trigger);
	put_string(writer, "label", snapshot->label);
	put_string(writer, "host", snapshot->host);
}

static void put_call(struct writer *writer, const struct snapshot_call *call)
{
	put_key(writer, "call");
	if (!call->is_pending) {
		msgpack_pack_nil(&writer->packer);
		return;
	}
	msgpack_pack_map(&writer->packer, 3);
	put_number(writer, "func", call->func);
	put_values(writer, "arguments", call->arguments, call->narguments);
	put_number(writer, "begun", call->begun);
}

static void put_execution(struct writer *writer,
			  const struct snapshot *snapshot, const void *extra)
{
	uint32_t i;

	(void)extra;
	begin_part(writer, "execution", 7);
	put_number(writer, "phase", snapshot->phase);
	put_string(writer, "entry", snapshot->entry);
	put_values(writer, "arguments", snapshot->arguments,
		   snapshot->narguments);
	put_number(writer, "instructions", snapshot->instructions);
	put_call(writer, &snapshot->call);
	put_string(writer, "trap", snapshot->trap);
	put_key(writer, "frames");
	msgpack_pack_array(&writer->packer, snapshot->nframes);
	for (i = 0; i < snapshot->nframes; i++) {
		const struct snapshot_frame *frame = &snapshot->frames[i];

		msgpack_pack_map(&writer->packer, 4);
		put_number(writer, "func", frame->func);
		put_number(writer, "offset", frame->offset);
		put_values(writer, "locals", frame->locals, frame->nlocals);
		put_values(writer, "operands", frame->operands,
			   frame->noperands);
	}
}

/* Names of bases of memories and of encodings of chunks in the file. */
static const char *const base_names[] = {[BASE_ZERO] = "zero",
					 [BASE_INITIAL] = "initial"};
static const char *const encoding_names[] = {[COMPRESSION_NONE] = "none",
					     [COMPRESSION_LZ4] = "lz4"};

static void put_instance(struct writer *writer,
			 const struct snapshot *snapshot, const void *extra)
{
	uint32_t i, j;

	(void)extra;
	begin_part(writer, "instance", 5);
	put_values(writer, "globals", snapshot->globals, snapshot->nglobals);
	put_key(writer, "tables");
	msgpack_pack_array(&writer->packer, snapshot->ntables);
	for (i = 0; i < snapshot->ntables; i++) {
		const struct snapshot_table *table = &snapshot->tables[i];

		msgpack_pack_map(&writer->packer, 2);
		put_number(writer, "element", table->element);
		put_key(writer, "elements");
		msgpack_pack_array(&writer->packer, table->size);
		for (j = 0; j < table->size; j++)
			msgpack_pack_uint32(&writer->packer,
					    table->elements[j]);
	}
	put_bytes(writer, "dropped_elems", snapshot->dropped_elems,
		  snapshot->nelems);
	put_bytes(writer, "dropped_datas", snapshot->dropped_datas,
		  snapshot->ndatas);
	put_key(writer, "memories");
	msgpack_pack_array(&writer->packer, snapshot->nmemories);
	for (i = 0; i < snapshot->nmemories; i++) {
		msgpack_pack_map(&writer->packer, 2);
		put_number(writer, "pages", snapshot->memories[i].pages);
		put_string(writer, "base",
			   base_names[snapshot->memories[i].base]);
	}
}

static void put_listing(struct writer *writer, const struct listing *listing)
{
	size_t i;

	put_key(writer, "listing");
	if (listing == NULL) {
		msgpack_pack_nil(&writer->packer);
		return;
	}
	msgpack_pack_array(&writer->packer, listing->nentries);
	for (i = 0; i < listing->nentries; i++) {
		msgpack_pack_map(&writer->packer, 3);
		put_string(writer, "name", listing->entries[i].name);
		put_number(writer, "inode", listing->entries[i].inode);
		put_number(writer, "filetype", listing->entries[i].filetype);
	}
}

/* Names of descriptor kinds in the file. */
static const char *const kind_names[] = {[FD_STDIO] = "stdio",
					 [FD_PREOPEN] = "preopen",
					 [FD_OPENED] = "opened"};

static void put_fd(struct writer *writer, const struct snapshot_fd *fd)
{
	msgpack_pack_map(&writer->packer, 13);
	put_number(writer, "fd", fd->fd);
	put_string(writer, "kind", kind_names[fd->kind]);
	put_number(writer, "stdio", fd->stdio);
	put_number(writer, "filetype", fd->filetype);
	put_number(writer, "flags", fd->flags);
	put_number(writer, "rights", fd->rights);
	put_number(writer, "inheriting", fd->inheriting);
	put_string(writer, "root", fd->root);
	put_string(writer, "path", fd->path);
	put_number(writer, "offset", fd->offset);
	put_number(writer, "size", fd->size);
	put_number(writer, "mtim", fd->mtim);
	put_listing(writer, fd->listing);
}

static void put_wasi(struct writer *writer, const struct snapshot *snapshot,
		     const void *extra)
{
	uint32_t i;

	(void)extra;
	begin_part(writer, "wasi", 4);
	put_strings(writer, "arguments", &snapshot->program_arguments);
	put_strings(writer, "environment", &snapshot->environment);
	put_key(writer, "clocks");
	msgpack_pack_array(&writer->packer, WASI_CLOCK_COUNT);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		msgpack_pack_uint64(&writer->packer, snapshot->clocks[i]);
	put_key(writer, "descriptors");
	msgpack_pack_array(&writer->packer, snapshot->nfds);
	for (i = 0; i < snapshot->nfds; i++)
		put_fd(writer, &snapshot->fds[i]);
}

static void put_chunk(struct writer *writer, const struct snapshot *snapshot,
		      const void *extra)
{
	const struct chunk *chunk = extra;

	(void)snapshot;
	begin_part(writer, "chunk", 5);
	put_number(writer, "memory", chunk->memory);
	put_number(writer, "first", chunk->first);
	put_number(writer, "count", chunk->count);
	put_string(writer, "encoding", encoding_names[chunk->encoding]);
	put_bytes(writer, "data", chunk->bytes, chunk->length);
}

static void put_plugin(struct writer *writer, const struct snapshot *snapshot,
		       const void *extra)
{
	const struct snapshot_part *part = extra;

	(void)snapshot;
	begin_part(writer, "plugin", 2);
	put_string(writer, "name", part->name);
	put_bytes(writer, "data", part->bytes, part->length);
}

static void put_end(struct writer *writer, const struct snapshot *snapshot,
		    const void *extra)
{
	(void)snapshot;
	begin_part(writer, "end", 1);
	put_bytes(writer, "checksum", extra, STREAM_CHECKSUM_SIZE);
}

/* Packs a part twice: for its length, and then for good. */
static void write_part(struct sink *sink, part_writer *part,
		       const struct snapshot *snapshot, const void *extra)
{
	struct writer writer = {.sink = NULL};

	msgpack_packer_init(&writer.packer, &writer, write_packed);
	part(&writer, snapshot, extra);
	sink_section(sink, writer.part);
	writer.sink = sink;
	msgpack_pack_uint64(&writer.packer, writer.length);
	part(&writer, snapshot, extra);
}

static enum error encode(const struct snapshot *snapshot,
			 const struct plugin_choice *choice, struct sink *sink,
			 struct report *report)
{
	static part_writer *const parts[] = {put_header, put_about,
					     put_execution, put_instance,
					     put_wasi};
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	struct chunk_writer writer;
	struct chunk chunk;
	size_t i;

	(void)choice;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		write_part(sink, parts[i], snapshot, NULL);
	TRY(chunk_writer_init(&writer, snapshot, report));
	while (chunk_next(&writer, &chunk))
		write_part(sink, put_chunk, snapshot, &chunk);
	chunk_writer_fini(&writer);
	for (i = 0; i < snapshot->nparts; i++)
		write_part(sink, put_plugin, snapshot, &snapshot->parts[i]);
	sink_checksum(sink, sum);
	write_part(sink, put_end, snapshot, sum);
	return ERR_NONE;
}

/* ---- reading: parts ---- */

struct reader_state {
	struct source *source;
	struct snapshot *snapshot;
	struct report *report;
	uint8_t *bytes;
	size_t length, capacity;
	msgpack_unpacked part;
	uint64_t minor; /* version of the file */
	struct chunk_reader chunks;
};

static bool failed(const struct reader_state *state)
{
	return source_error(state->source) != ERR_NONE;
}

static void bad(struct reader_state *state, const char *what)
{
	source_bad(state->source, what);
}

/* An unsigned integer as msgpack writes it, of at most 8 bytes. */
static uint64_t read_integer(struct reader_state *state)
{
	uint8_t head = source_u8(state->source);
	uint64_t value = 0;
	unsigned n;

	if (head < 0x80)
		return head;
	if (head < 0xcc || head > 0xcf) {
		bad(state, "not the length of a part");
		return 0;
	}
	for (n = 1u << (head - 0xcc); n > 0; n--)
		value = value << 8 | source_u8(state->source);
	return value;
}

/* Big-endian number of n bytes at p. */
static uint64_t big_endian(const uint8_t *p, unsigned n)
{
	uint64_t value = 0;

	while (n-- > 0)
		value = value << 8 | *p++;
	return value;
}

/* Proves that every array and map has as many items as it says, so that the library,
 * which allocates by the count, allocates no more than the bytes justify.  Returns
 * what follows the object, or NULL. */
static const uint8_t *check_object(const uint8_t *p, const uint8_t *end,
				   int depth)
{
	uint64_t items = 0, skip = 0;
	uint8_t head;

	if (p == end || depth == MAX_DEPTH)
		return NULL;
	head = *p++;
	if (head >= 0x80 && head <= 0x8f)
		items = 2u * (head & 15);
	else if (head >= 0x90 && head <= 0x9f)
		items = head & 15;
	else if (head >= 0xa0 && head <= 0xbf)
		skip = head & 31;
	else if ((head >= 0xc4 && head <= 0xc6) ||
		 (head >= 0xd9 && head <= 0xdb) || head >= 0xdc) {
		unsigned n = head >= 0xe0	? 0
			     : head >= 0xdc ? 2u << (head & 1)
			     : head >= 0xd9 ? 1u << (head - 0xd9)
					    : 1u << (head - 0xc4);
		uint64_t count;

		if ((size_t)(end - p) < n)
			return NULL;
		count = big_endian(p, n);
		p += n;
		if (head < 0xdc)
			skip = count;
		else if (head < 0xe0)
			items = head >= 0xde ? 2 * count : count;
	} else if (head >= 0xcc && head <= 0xcf) {
		skip = 1u << (head - 0xcc);
	} else if (head >= 0x80 && head != 0xc0) {
		return NULL; /* no part has signed numbers, floats or extensions */
	}
	if (skip > (size_t)(end - p) || items > (size_t)(end - p))
		return NULL;
	for (p += skip; items > 0 && p != NULL; items--)
		p = check_object(p, end, depth + 1);
	return p;
}

/* Reads the next part, a map, into state->part. */
static void read_part(struct reader_state *state)
{
	uint64_t length = read_integer(state);
	size_t used = 0;

	msgpack_unpacked_destroy(&state->part);
	msgpack_unpacked_init(&state->part);
	if (!failed(state))
		chunk_read_payload(state->source, length, &state->bytes,
				   &state->capacity);
	if (failed(state))
		return;
	state->length = (size_t)length;
	if (length == 0 ||
	    check_object(state->bytes, state->bytes + state->length, 0) !=
		    state->bytes + state->length) {
		bad(state, "not one object of the length that was given");
		return;
	}
	switch (msgpack_unpack_next(&state->part, (const char *)state->bytes,
				    state->length, &used)) {
	case MSGPACK_UNPACK_SUCCESS:
	case MSGPACK_UNPACK_EXTRA_BYTES:
		if (state->part.data.type != MSGPACK_OBJECT_MAP)
			bad(state, "a part is not a map");
		break;
	case MSGPACK_UNPACK_NOMEM_ERROR:
		source_no_memory(state->source, state->length);
		break;
	default:
		bad(state, "not a MessagePack object");
		break;
	}
}

/* ---- reading: values of a map ---- */

static bool string_is(const msgpack_object *object, const char *text)
{
	return object->type == MSGPACK_OBJECT_STR &&
	       object->via.str.size == strlen(text) &&
	       memcmp(object->via.str.ptr, text, strlen(text)) == 0;
}

/* The value of a key; what is missing gives nil and an error. */
static const msgpack_object *get(struct reader_state *state,
				 const msgpack_object *map, const char *key)
{
	static const msgpack_object nil = {.type = MSGPACK_OBJECT_NIL};
	uint32_t i;

	for (i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size;
	     i++)
		if (string_is(&map->via.map.ptr[i].key, key))
			return &map->via.map.ptr[i].val;
	bad(state, "a key is missing");
	return &nil;
}

/* A map must have just the keys that are read. */
static void expect_map(struct reader_state *state, const msgpack_object *map,
		       uint32_t size)
{
	if (map->type != MSGPACK_OBJECT_MAP || map->via.map.size != size)
		bad(state, "a map with other keys");
}

static void expect_part(struct reader_state *state, const char *name,
			uint32_t entries)
{
	read_part(state);
	if (failed(state))
		return;
	expect_map(state, &state->part.data, entries + 1);
	if (!string_is(get(state, &state->part.data, "part"), name))
		bad(state, "unexpected part");
}

static uint64_t number_of(struct reader_state *state,
			  const msgpack_object *object, uint64_t max)
{
	if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
	    object->via.u64 <= max)
		return object->via.u64;
	bad(state, "not a number in range");
	return 0;
}

static uint64_t get_number(struct reader_state *state,
			   const msgpack_object *map, const char *key,
			   uint64_t max)
{
	return number_of(state, get(state, map, key), max);
}

static char *string_of(struct reader_state *state,
		       const msgpack_object *object)
{
	char *copy;

	if (object->type != MSGPACK_OBJECT_STR ||
	    (object->via.str.size > 0 &&
	     memchr(object->via.str.ptr, '\0', object->via.str.size) != NULL)) {
		bad(state, "not a string");
		return NULL;
	}
	copy = alloc_string(object->via.str.ptr, object->via.str.size);
	if (copy == NULL)
		source_no_memory(state->source, object->via.str.size);
	return copy;
}

static char *get_string(struct reader_state *state, const msgpack_object *map,
			const char *key)
{
	return string_of(state, get(state, map, key));
}

/* The items of an array, which is empty after an error. */
static uint32_t get_array(struct reader_state *state,
			  const msgpack_object *map, const char *key,
			  const msgpack_object **items)
{
	const msgpack_object *object = get(state, map, key);

	if (object->type != MSGPACK_OBJECT_ARRAY) {
		bad(state, "not an array");
		return 0;
	}
	*items = object->via.array.ptr;
	return object->via.array.size;
}

static void *allocated(struct reader_state *state, size_t count, size_t size)
{
	void *array = alloc_array(count, size);

	if (array == NULL)
		source_no_memory(state->source, count * size);
	return array;
}

static uint8_t type_of(struct reader_state *state,
		       const msgpack_object *object)
{
	unsigned type;

	for (type = 1; type < 128; type++)
		if (value_type_is_valid((uint8_t)type) &&
		    string_is(object, value_type_name((uint8_t)type)))
			return (uint8_t)type;
	bad(state, "unknown type of value");
	return TYPE_UNKNOWN;
}

/* The index of a name in names[count]. */
static uint64_t name_of(struct reader_state *state,
			const msgpack_object *object,
			const char *const *names, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (string_is(object, names[i]))
			return i;
	bad(state, "unknown name");
	return 0;
}

static void get_values(struct reader_state *state, const msgpack_object *map,
		       const char *key, struct snapshot_value **values,
		       uint32_t *count)
{
	const msgpack_object *items = NULL;
	uint32_t i, n = get_array(state, map, key, &items);

	*values = allocated(state, n, sizeof(**values));
	if (*values == NULL)
		return;
	*count = n;
	for (i = 0; i < n && !failed(state); i++) {
		const msgpack_object *pair = &items[i];

		if (pair->type != MSGPACK_OBJECT_ARRAY ||
		    pair->via.array.size != 2) {
			bad(state, "a value is not a pair");
			return;
		}
		(*values)[i].type = type_of(state, &pair->via.array.ptr[0]);
		(*values)[i].bits = number_of(
			state, &pair->via.array.ptr[1], UINT64_MAX);
	}
}

static void get_strings(struct reader_state *state, const msgpack_object *map,
			const char *key, struct string_list *list)
{
	const msgpack_object *items = NULL;
	uint32_t i, n = get_array(state, map, key, &items);

	for (i = 0; i < n && !failed(state); i++) {
		char *string = string_of(state, &items[i]);

		if (string != NULL &&
		    string_list_add(list, string, strlen(string),
				    state->report) != ERR_NONE)
			source_no_memory(state->source, strlen(string));
		alloc_free(string);
	}
}

static const msgpack_object *get_bytes(struct reader_state *state,
				       const msgpack_object *map,
				       const char *key)
{
	const msgpack_object *object = get(state, map, key);

	if (object->type == MSGPACK_OBJECT_BIN)
		return object;
	bad(state, "not bytes");
	return NULL;
}

static void get_flags(struct reader_state *state, const msgpack_object *map,
		      const char *key, uint8_t **flags, uint32_t *count)
{
	const msgpack_object *object = get_bytes(state, map, key);
	uint32_t i;

	if (object == NULL)
		return;
	*flags = allocated(state, object->via.bin.size, 1);
	if (*flags == NULL)
		return;
	*count = object->via.bin.size;
	copy_bytes(*flags, object->via.bin.ptr, *count);
	for (i = 0; i < *count; i++)
		if ((*flags)[i] > 1)
			bad(state, "a flag is neither 0 nor 1");
}

/* ---- reading: to struct snapshot ---- */

static void read_header(struct reader_state *state)
{
	struct snapshot *snapshot = state->snapshot;
	const msgpack_object *map = &state->part.data, *hash;

	read_part(state);
	if (failed(state))
		return;
	expect_map(state, map, 5);
	if (!string_is(get(state, map, "magic"), MAGIC))
		bad(state, "not a snapshot");
	state->minor = get_number(state, map, "minor", UINT64_MAX);
	if (get_number(state, map, "major", UINT64_MAX) != VERSION_MAJOR ||
	    state->minor > VERSION_MINOR)
		bad(state, "unknown format version");
	snapshot->module_size =
		get_number(state, map, "module_size", UINT64_MAX);
	hash = get_bytes(state, map, "module_hash");
	if (hash == NULL ||
	    hash->via.bin.size != sizeof(snapshot->module_hash)) {
		bad(state, "the module's hash has not 16 bytes");
		return;
	}
	memcpy(snapshot->module_hash, hash->via.bin.ptr, hash->via.bin.size);
}

static void read_about(struct reader_state *state)
{
	const msgpack_object *map = &state->part.data;

	expect_part(state, "about", state->minor >= 1 ? 5 : 4);
	if (failed(state))
		return;
	state->snapshot->creator = get_string(state, map, "creator");
	state->snapshot->time = get_number(state, map, "time", UINT64_MAX);
	state->snapshot->trigger = get_string(state, map, "trigger");
	state->snapshot->label = get_string(state, map, "label");
	if (state->minor >= 1)
		state->snapshot->host = get_string(state, map, "host");
	else
		state->snapshot->host = allocated(state, 1, 1);
}

static void get_call(struct reader_state *state, const msgpack_object *map,
		     struct snapshot_call *call)
{
	if (map->type == MSGPACK_OBJECT_NIL)
		return;
	expect_map(state, map, 3);
	call->is_pending = true;
	call->func = (uint32_t)get_number(state, map, "func", UINT32_MAX);
	get_values(state, map, "arguments", &call->arguments,
		   &call->narguments);
	call->begun = get_number(state, map, "begun", UINT64_MAX);
}

static void read_execution(struct reader_state *state)
{
	struct snapshot *snapshot = state->snapshot;
	const msgpack_object *map = &state->part.data, *items = NULL;
	uint32_t i, n;

	expect_part(state, "execution", state->minor >= 1 ? 7 : 5);
	if (failed(state))
		return;
	snapshot->phase = (uint8_t)get_number(state, map, "phase", UINT8_MAX);
	snapshot->entry = get_string(state, map, "entry");
	get_values(state, map, "arguments", &snapshot->arguments,
		   &snapshot->narguments);
	snapshot->instructions =
		get_number(state, map, "instructions", UINT64_MAX);
	if (state->minor >= 1)
		get_call(state, get(state, map, "call"), &snapshot->call);
	if (state->minor >= 1)
		snapshot->trap = get_string(state, map, "trap");
	else
		snapshot->trap = allocated(state, 1, 1);
	n = get_array(state, map, "frames", &items);
	snapshot->frames = allocated(state, n, sizeof(*snapshot->frames));
	if (snapshot->frames == NULL)
		return;
	snapshot->nframes = n;
	for (i = 0; i < n && !failed(state); i++) {
		struct snapshot_frame *frame = &snapshot->frames[i];

		expect_map(state, &items[i], 4);
		frame->func = (uint32_t)get_number(state, &items[i], "func",
						   UINT32_MAX);
		frame->offset = (uint32_t)get_number(state, &items[i],
						     "offset", UINT32_MAX);
		get_values(state, &items[i], "locals", &frame->locals,
			   &frame->nlocals);
		get_values(state, &items[i], "operands", &frame->operands,
			   &frame->noperands);
	}
}

static void read_table(struct reader_state *state, const msgpack_object *map,
		       struct snapshot_table *table)
{
	const msgpack_object *items = NULL;
	uint32_t i, n;

	expect_map(state, map, 2);
	table->element =
		(uint8_t)get_number(state, map, "element", UINT8_MAX);
	n = get_array(state, map, "elements", &items);
	table->elements = allocated(state, n, sizeof(*table->elements));
	if (table->elements == NULL)
		return;
	table->size = n;
	for (i = 0; i < n && !failed(state); i++)
		table->elements[i] =
			(uint32_t)number_of(state, &items[i], UINT32_MAX);
}

static void read_memory(struct reader_state *state, const msgpack_object *map,
			struct snapshot_memory *memory)
{
	uint64_t base = BASE_ZERO;

	expect_map(state, map, state->minor >= 1 ? 2 : 1);
	if (state->minor >= 1)
		base = name_of(state, get(state, map, "base"), base_names, 2);
	chunk_memory_init(memory,
			  get_number(state, map, "pages", UINT64_MAX), base,
			  state->source, state->report);
}

static void read_instance(struct reader_state *state)
{
	struct snapshot *snapshot = state->snapshot;
	const msgpack_object *map = &state->part.data, *items = NULL;
	uint32_t i, n;

	expect_part(state, "instance", 5);
	if (failed(state))
		return;
	get_values(state, map, "globals", &snapshot->globals,
		   &snapshot->nglobals);
	get_flags(state, map, "dropped_elems", &snapshot->dropped_elems,
		  &snapshot->nelems);
	get_flags(state, map, "dropped_datas", &snapshot->dropped_datas,
		  &snapshot->ndatas);
	n = get_array(state, map, "tables", &items);
	snapshot->tables = allocated(state, n, sizeof(*snapshot->tables));
	snapshot->ntables = snapshot->tables == NULL ? 0 : n;
	for (i = 0; i < snapshot->ntables && !failed(state); i++)
		read_table(state, &items[i], &snapshot->tables[i]);
	n = get_array(state, map, "memories", &items);
	snapshot->memories = allocated(state, n, sizeof(*snapshot->memories));
	snapshot->nmemories = snapshot->memories == NULL ? 0 : n;
	for (i = 0; i < snapshot->nmemories && !failed(state); i++)
		read_memory(state, &items[i], &snapshot->memories[i]);
}

static void read_listing(struct reader_state *state,
			 const msgpack_object *map, struct listing **listing)
{
	const msgpack_object *items = NULL;
	uint32_t i, n;

	if (get(state, map, "listing")->type == MSGPACK_OBJECT_NIL)
		return;
	n = get_array(state, map, "listing", &items);
	*listing = allocated(state, 1, sizeof(**listing));
	for (i = 0; i < n && !failed(state); i++) {
		char *name = get_string(state, &items[i], "name");
		uint64_t inode =
			get_number(state, &items[i], "inode", UINT64_MAX);
		uint64_t filetype =
			get_number(state, &items[i], "filetype", UINT8_MAX);

		expect_map(state, &items[i], 3);
		if (name != NULL && !listing_add(*listing, name, strlen(name),
						 inode, (uint8_t)filetype))
			source_no_memory(state->source, strlen(name));
		alloc_free(name);
	}
}

static uint8_t fd_kind_of(struct reader_state *state,
			  const msgpack_object *object)
{
	uint8_t kind;

	for (kind = FD_STDIO; kind <= FD_OPENED; kind++)
		if (string_is(object, kind_names[kind]))
			return kind;
	bad(state, "unknown kind of descriptor");
	return FD_FREE;
}

static void read_fd(struct reader_state *state, const msgpack_object *map,
		    struct snapshot_fd *fd)
{
	expect_map(state, map, 13);
	fd->fd = (uint32_t)get_number(state, map, "fd", UINT32_MAX);
	fd->kind = fd_kind_of(state, get(state, map, "kind"));
	fd->stdio = (uint32_t)get_number(state, map, "stdio", UINT32_MAX);
	fd->filetype = (uint8_t)get_number(state, map, "filetype", UINT8_MAX);
	fd->flags = (uint16_t)get_number(state, map, "flags", UINT16_MAX);
	fd->rights = get_number(state, map, "rights", UINT64_MAX);
	fd->inheriting = get_number(state, map, "inheriting", UINT64_MAX);
	fd->root = get_string(state, map, "root");
	fd->path = get_string(state, map, "path");
	fd->offset = get_number(state, map, "offset", UINT64_MAX);
	fd->size = get_number(state, map, "size", UINT64_MAX);
	fd->mtim = get_number(state, map, "mtim", UINT64_MAX);
	read_listing(state, map, &fd->listing);
}

static void read_wasi(struct reader_state *state)
{
	struct snapshot *snapshot = state->snapshot;
	const msgpack_object *map = &state->part.data, *items = NULL;
	uint32_t i, n;

	expect_part(state, "wasi", 4);
	if (failed(state))
		return;
	get_strings(state, map, "arguments", &snapshot->program_arguments);
	get_strings(state, map, "environment", &snapshot->environment);
	n = get_array(state, map, "clocks", &items);
	if (n != WASI_CLOCK_COUNT)
		bad(state, "wrong number of clocks");
	for (i = 0; i < WASI_CLOCK_COUNT && !failed(state); i++)
		snapshot->clocks[i] = number_of(state, &items[i], UINT64_MAX);
	n = get_array(state, map, "descriptors", &items);
	snapshot->fds = allocated(state, n, sizeof(*snapshot->fds));
	if (snapshot->fds == NULL)
		return;
	snapshot->nfds = n;
	for (i = 0; i < n && !failed(state); i++)
		read_fd(state, &items[i], &snapshot->fds[i]);
}

static void read_chunk(struct reader_state *state)
{
	const msgpack_object *map = &state->part.data, *data;
	struct chunk chunk = {0};

	expect_map(state, map, state->minor >= 1 ? 6 : 4);
	chunk.memory = (uint32_t)get_number(state, map, "memory", UINT32_MAX);
	chunk.first = (uint32_t)get_number(state, map, "first", UINT32_MAX);
	data = get_bytes(state, map, "data");
	if (data == NULL)
		return;
	chunk.bytes = (const uint8_t *)data->via.bin.ptr;
	chunk.length = data->via.bin.size;
	chunk.count = chunk.length / SNAPSHOT_BLOCK_SIZE;
	if (state->minor >= 1) {
		chunk.count =
			(uint32_t)get_number(state, map, "count", UINT32_MAX);
		chunk.encoding = (uint8_t)name_of(
			state, get(state, map, "encoding"), encoding_names, 2);
	}
	chunk_put(state->snapshot, &state->chunks, &chunk, state->source);
}

static void read_plugin(struct reader_state *state)
{
	const msgpack_object *map = &state->part.data, *data;
	struct snapshot_part part = {NULL, NULL, 0};

	expect_map(state, map, 3);
	data = get_bytes(state, map, "data");
	if (failed(state))
		return;
	part.name = get_string(state, map, "name");
	part.length = data->via.bin.size;
	part.bytes = allocated(state, part.length, 1);
	if (part.bytes != NULL)
		copy_bytes(part.bytes, data->via.bin.ptr, part.length);
	snapshot_add_part(state->snapshot, &part, state->source);
}

/* Chunks, parts of plugins, and the part that ends the file. */
static void read_rest(struct reader_state *state)
{
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	const msgpack_object *map = &state->part.data, *checksum;

	for (;;) {
		const msgpack_object *part;

		source_checksum(state->source, sum);
		read_part(state);
		if (failed(state))
			return;
		part = get(state, map, "part");
		if (string_is(part, "chunk") && state->snapshot->nparts == 0)
			read_chunk(state);
		else if (string_is(part, "plugin") && state->minor >= 1)
			read_plugin(state);
		else
			break;
	}
	expect_map(state, map, 2);
	if (!string_is(get(state, map, "part"), "end"))
		bad(state, "unexpected part");
	checksum = get_bytes(state, map, "checksum");
	if (checksum == NULL || checksum->via.bin.size != sizeof(sum) ||
	    memcmp(checksum->via.bin.ptr, sum, sizeof(sum)) != 0)
		bad(state, "the checksum does not match: the file is damaged");
	if (!failed(state) && !source_at_end(state->source))
		bad(state, "bytes behind the end");
}

static enum error decode(struct source *source, struct snapshot *snapshot,
			 struct report *report)
{
	static void (*const readers[])(struct reader_state * state) = {
		read_header,   read_about, read_execution,
		read_instance, read_wasi,  read_rest};
	struct reader_state state = {
		.source = source, .snapshot = snapshot, .report = report};
	size_t i;

	msgpack_unpacked_init(&state.part);
	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!failed(&state))
			readers[i](&state);
	msgpack_unpacked_destroy(&state.part);
	alloc_free(state.bytes);
	return source_error(source);
}

/* The length in one byte, a map of 5, "magic", the magic. */
static bool detect(const uint8_t *bytes, size_t length)
{
	static const uint8_t head[] = {0x85, 0xa5, 'm', 'a', 'g', 'i', 'c',
				       0xa0 | (sizeof(MAGIC) - 1)};
	const char *magic = MAGIC;

	return length >= FORMAT_DETECT_SIZE &&
	       memcmp(bytes + 1, head, sizeof(head)) == 0 &&
	       memcmp(bytes + 1 + sizeof(head), magic, strlen(magic)) == 0;
}

const struct format_type format_msgpack = {
	.name = "msgpack",
	.help = "MessagePack, self-describing maps",
	.detect = detect,
	.encode = encode,
	.decode = decode,
};
