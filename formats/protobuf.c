/* protobuf.c: snapshots as Protocol Buffers, by protobuf-c; schema in snapshot.proto.
 *
 * Messages are packed and unpacked by the library.  This file moves them to and from
 * struct snapshot, and reads and writes the outermost message field by field, so that
 * of a memory never more than a chunk is in the process twice.
 */
#include "config.h"

#include "plugin/format.h"

#include "base/alloc.h"
#include "snapshot/chunks.h"
#include "snapshot.pb-c.h"

#include <string.h>

#define MAGIC "chiwawa snapshot"
#define VERSION_MAJOR 1
#define VERSION_MINOR 1

/* Numbers of the fields of message Snapshot. */
enum field {
	FIELD_HEADER = 1,
	FIELD_ABOUT = 2,
	FIELD_EXECUTION = 3,
	FIELD_INSTANCE = 4,
	FIELD_WASI = 5,
	FIELD_CHUNK = 6,
	FIELD_PART = 7,
	FIELD_END = 15,
};

#define WIRE_LENGTH_DELIMITED 2

/* Kinds of descriptors in the file. */
enum file_fd_kind { FILE_STDIO = 1, FILE_PREOPEN = 2, FILE_OPENED = 3 };

/* ---- memory for messages that are being built ---- */

struct arena_block {
	struct arena_block *next;
};

/* Everything is freed together; after a failure take gives NULL for ever. */
struct arena {
	struct arena_block *blocks;
	bool failed;
};

static void *take(struct arena *arena, size_t count, size_t size)
{
	struct arena_block *block;

	if (arena->failed || (size != 0 && count > SIZE_MAX / size / 2)) {
		arena->failed = true;
		return NULL;
	}
	block = alloc_array(1, sizeof(*block) + 8 + count * size);
	if (block == NULL) {
		arena->failed = true;
		return NULL;
	}
	block->next = arena->blocks;
	arena->blocks = block;
	return block + 1;
}

static void arena_fini(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;

		alloc_free(arena->blocks);
		arena->blocks = next;
	}
}

/* ---- writing: the outermost message ---- */

struct sink_buffer {
	ProtobufCBuffer base;
	struct sink *sink;
};

static void append(ProtobufCBuffer *buffer, size_t length, const uint8_t *data)
{
	sink_bytes(((struct sink_buffer *)buffer)->sink, data, length);
}

static void write_varint(struct sink *sink, uint64_t value)
{
	while (value >= 0x80) {
		sink_u8(sink, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	sink_u8(sink, (uint8_t)value);
}

static void write_field(struct sink *sink, enum field number,
			const ProtobufCMessage *message)
{
	static const char *const names[] = {
		[FIELD_HEADER] = "header",
		[FIELD_ABOUT] = "about",
		[FIELD_EXECUTION] = "execution",
		[FIELD_INSTANCE] = "instance",
		[FIELD_WASI] = "wasi",
		[FIELD_CHUNK] = "chunk",
		[FIELD_PART] = "part",
		[FIELD_END] = "end",
	};
	struct sink_buffer buffer = {.base = {.append = append}, .sink = sink};

	sink_section(sink, names[number]);
	write_varint(sink, (uint64_t)number << 3 | WIRE_LENGTH_DELIMITED);
	write_varint(sink, protobuf_c_message_get_packed_size(message));
	protobuf_c_message_pack_to_buffer(message, &buffer.base);
}

/* ---- writing: from struct snapshot ---- */

static char *text(const char *string)
{
	static char empty[] = "";

	return string == NULL ? empty : (char *)(uintptr_t)string;
}

static Chiwawa__Values *make_values(struct arena *arena,
				    const struct snapshot_value *values,
				    uint32_t count)
{
	Chiwawa__Values *made = take(arena, 1, sizeof(*made));
	uint8_t *types = take(arena, count, 1);
	uint64_t *bits = take(arena, count, sizeof(*bits));
	uint32_t i;

	if (arena->failed)
		return NULL;
	chiwawa__values__init(made);
	for (i = 0; i < count; i++) {
		types[i] = values[i].type;
		bits[i] = values[i].bits;
	}
	made->types.data = types;
	made->types.len = count;
	made->bits = bits;
	made->n_bits = count;
	return made;
}

static void write_header(struct sink *sink, const struct snapshot *snapshot)
{
	Chiwawa__Header header = CHIWAWA__HEADER__INIT;

	header.magic = text(MAGIC);
	header.major = VERSION_MAJOR;
	header.minor = VERSION_MINOR;
	header.module_hash.data = (uint8_t *)(uintptr_t)snapshot->module_hash;
	header.module_hash.len = sizeof(snapshot->module_hash);
	header.module_size = snapshot->module_size;
	write_field(sink, FIELD_HEADER, &header.base);
}

static void write_about(struct sink *sink, const struct snapshot *snapshot)
{
	Chiwawa__About about = CHIWAWA__ABOUT__INIT;

	about.creator = text(snapshot->creator);
	about.time = snapshot->time;
	about.trigger = text(snapshot->trigger);
	about.label = text(snapshot->label);
	about.host = text(snapshot->host);
	write_field(sink, FIELD_ABOUT, &about.base);
}

static void write_execution(struct sink *sink, const struct snapshot *snapshot,
			    struct arena *arena)
{
	Chiwawa__Execution execution = CHIWAWA__EXECUTION__INIT;
	Chiwawa__Call call = CHIWAWA__CALL__INIT;
	Chiwawa__Frame *frames =
		take(arena, snapshot->nframes, sizeof(*frames));
	Chiwawa__Frame **pointers =
		take(arena, snapshot->nframes, sizeof(*pointers));
	uint32_t i;

	execution.phase = snapshot->phase;
	execution.entry = text(snapshot->entry);
	execution.arguments = make_values(arena, snapshot->arguments,
					  snapshot->narguments);
	execution.instructions = snapshot->instructions;
	execution.trap = text(snapshot->trap);
	if (snapshot->call.is_pending) {
		call.func = snapshot->call.func;
		call.arguments = make_values(arena, snapshot->call.arguments,
					     snapshot->call.narguments);
		call.begun = snapshot->call.begun;
		execution.call = &call;
	}
	for (i = 0; i < snapshot->nframes && !arena->failed; i++) {
		const struct snapshot_frame *frame = &snapshot->frames[i];

		chiwawa__frame__init(&frames[i]);
		frames[i].func = frame->func;
		frames[i].offset = frame->offset;
		frames[i].locals =
			make_values(arena, frame->locals, frame->nlocals);
		frames[i].operands =
			make_values(arena, frame->operands, frame->noperands);
		pointers[i] = &frames[i];
	}
	execution.frames = pointers;
	execution.n_frames = snapshot->nframes;
	if (!arena->failed)
		write_field(sink, FIELD_EXECUTION, &execution.base);
}

static void write_instance(struct sink *sink, const struct snapshot *snapshot,
			   struct arena *arena)
{
	Chiwawa__Instance instance = CHIWAWA__INSTANCE__INIT;
	uint32_t ntables = snapshot->ntables, nmemories = snapshot->nmemories;
	Chiwawa__Table *tables = take(arena, ntables, sizeof(*tables));
	Chiwawa__Table **table_pointers =
		take(arena, ntables, sizeof(*table_pointers));
	Chiwawa__Memory *memories = take(arena, nmemories, sizeof(*memories));
	Chiwawa__Memory **memory_pointers =
		take(arena, nmemories, sizeof(*memory_pointers));
	uint32_t i;

	instance.globals =
		make_values(arena, snapshot->globals, snapshot->nglobals);
	if (arena->failed)
		return;
	for (i = 0; i < ntables; i++) {
		chiwawa__table__init(&tables[i]);
		tables[i].element = snapshot->tables[i].element;
		tables[i].elements = snapshot->tables[i].elements;
		tables[i].n_elements = snapshot->tables[i].size;
		table_pointers[i] = &tables[i];
	}
	for (i = 0; i < nmemories; i++) {
		chiwawa__memory__init(&memories[i]);
		memories[i].pages = snapshot->memories[i].pages;
		memories[i].base_kind = snapshot->memories[i].base;
		memory_pointers[i] = &memories[i];
	}
	instance.tables = table_pointers;
	instance.n_tables = ntables;
	instance.memories = memory_pointers;
	instance.n_memories = nmemories;
	instance.dropped_elems.data = snapshot->dropped_elems;
	instance.dropped_elems.len = snapshot->nelems;
	instance.dropped_datas.data = snapshot->dropped_datas;
	instance.dropped_datas.len = snapshot->ndatas;
	write_field(sink, FIELD_INSTANCE, &instance.base);
}

static Chiwawa__Listing *make_listing(struct arena *arena,
				      const struct listing *listing)
{
	Chiwawa__Listing *made = take(arena, 1, sizeof(*made));
	Chiwawa__DirectoryEntry *entries =
		take(arena, listing->nentries, sizeof(*entries));
	Chiwawa__DirectoryEntry **pointers =
		take(arena, listing->nentries, sizeof(*pointers));
	size_t i;

	if (arena->failed)
		return NULL;
	chiwawa__listing__init(made);
	for (i = 0; i < listing->nentries; i++) {
		chiwawa__directory_entry__init(&entries[i]);
		entries[i].name = listing->entries[i].name;
		entries[i].inode = listing->entries[i].inode;
		entries[i].filetype = listing->entries[i].filetype;
		pointers[i] = &entries[i];
	}
	made->entries = pointers;
	made->n_entries = listing->nentries;
	return made;
}

static void make_descriptor(struct arena *arena, const struct snapshot_fd *fd,
			    Chiwawa__Descriptor *made)
{
	static const uint8_t kinds[] = {[FD_STDIO] = FILE_STDIO,
					[FD_PREOPEN] = FILE_PREOPEN,
					[FD_OPENED] = FILE_OPENED};

	chiwawa__descriptor__init(made);
	made->fd = fd->fd;
	made->kind = kinds[fd->kind];
	made->stdio = fd->stdio;
	made->filetype = fd->filetype;
	made->flags = fd->flags;
	made->rights = fd->rights;
	made->inheriting = fd->inheriting;
	made->root = text(fd->root);
	made->path = text(fd->path);
	made->offset = fd->offset;
	made->size = fd->size;
	made->mtim = fd->mtim;
	if (fd->listing != NULL)
		made->listing = make_listing(arena, fd->listing);
}

static void write_wasi(struct sink *sink, const struct snapshot *snapshot,
		       struct arena *arena)
{
	Chiwawa__Wasi wasi = CHIWAWA__WASI__INIT;
	uint32_t n = snapshot->nfds, i;
	Chiwawa__Descriptor *fds = take(arena, n, sizeof(*fds));
	Chiwawa__Descriptor **pointers = take(arena, n, sizeof(*pointers));

	for (i = 0; i < n && !arena->failed; i++) {
		make_descriptor(arena, &snapshot->fds[i], &fds[i]);
		pointers[i] = &fds[i];
	}
	if (arena->failed)
		return;
	wasi.arguments = snapshot->program_arguments.items;
	wasi.n_arguments = snapshot->program_arguments.count;
	wasi.environment = snapshot->environment.items;
	wasi.n_environment = snapshot->environment.count;
	wasi.clocks = (uint64_t *)(uintptr_t)snapshot->clocks;
	wasi.n_clocks = WASI_CLOCK_COUNT;
	wasi.descriptors = pointers;
	wasi.n_descriptors = n;
	write_field(sink, FIELD_WASI, &wasi.base);
}

static enum error write_chunks(struct sink *sink,
			       const struct snapshot *snapshot,
			       struct report *report)
{
	struct chunk_writer writer;
	struct chunk chunk;

	TRY(chunk_writer_init(&writer, snapshot, report));
	while (chunk_next(&writer, &chunk)) {
		Chiwawa__MemoryChunk message = CHIWAWA__MEMORY_CHUNK__INIT;

		message.memory = chunk.memory;
		message.first = chunk.first;
		message.data.data = (uint8_t *)(uintptr_t)chunk.bytes;
		message.data.len = chunk.length;
		message.encoding = chunk.encoding;
		message.count = chunk.count;
		write_field(sink, FIELD_CHUNK, &message.base);
	}
	chunk_writer_fini(&writer);
	return ERR_NONE;
}

static void write_parts(struct sink *sink, const struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nparts; i++) {
		Chiwawa__Part part = CHIWAWA__PART__INIT;

		part.name = snapshot->parts[i].name;
		part.data.data = snapshot->parts[i].bytes;
		part.data.len = snapshot->parts[i].length;
		write_field(sink, FIELD_PART, &part.base);
	}
}

static enum error encode(const struct snapshot *snapshot,
			 const struct plugin_choice *choice, struct sink *sink,
			 struct report *report)
{
	Chiwawa__End end = CHIWAWA__END__INIT;
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	struct arena arena = {NULL, false};

	(void)choice;
	write_header(sink, snapshot);
	write_about(sink, snapshot);
	write_execution(sink, snapshot, &arena);
	write_instance(sink, snapshot, &arena);
	write_wasi(sink, snapshot, &arena);
	arena_fini(&arena);
	if (arena.failed)
		return report_no_memory(report, sizeof(end));
	TRY(write_chunks(sink, snapshot, report));
	write_parts(sink, snapshot);
	sink_checksum(sink, sum);
	end.checksum.data = sum;
	end.checksum.len = sizeof(sum);
	write_field(sink, FIELD_END, &end.base);
	return ERR_NONE;
}

/* ---- reading: the outermost message ---- */

struct decoder {
	struct source *source;
	struct snapshot *snapshot;
	struct report *report;
	uint8_t *bytes; /* of the field being read */
	size_t capacity;
	bool out_of_memory;
	struct chunk_reader chunks;
};

/* The library's allocations go through the one front, too. */
static void *allocate(void *context, size_t size)
{
	struct decoder *decoder = context;
	void *bytes = alloc_array(1, size);

	if (bytes == NULL)
		decoder->out_of_memory = true;
	return bytes;
}

static void release(void *context, void *bytes)
{
	(void)context;
	alloc_free(bytes);
}

static uint64_t read_varint(struct source *source)
{
	uint64_t value = 0;
	unsigned shift;

	for (shift = 0; shift < 64; shift += 7) {
		uint8_t byte = source_u8(source);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	source_bad(source, "a number is too long");
	return 0;
}

/* Reads a field that must be number, and unpacks it.  The message is to be freed with
 * free_message. */
static void *read_field(struct decoder *decoder, enum field number,
			const ProtobufCMessageDescriptor *type)
{
	ProtobufCAllocator allocator = {allocate, release, decoder};
	struct source *source = decoder->source;
	uint64_t tag = read_varint(source);
	uint64_t length = read_varint(source);
	ProtobufCMessage *message;

	if (source_error(source) != ERR_NONE)
		return NULL;
	if (tag != ((uint64_t)number << 3 | WIRE_LENGTH_DELIMITED)) {
		source_bad(source, "unexpected field");
		return NULL;
	}
	chunk_read_payload(source, length, &decoder->bytes,
			   &decoder->capacity);
	if (source_error(source) != ERR_NONE)
		return NULL;
	message = protobuf_c_message_unpack(type, &allocator, (size_t)length,
					    decoder->bytes);
	if (message == NULL && decoder->out_of_memory)
		source_no_memory(source, length);
	else if (message == NULL)
		source_bad(source, "not a message of this field");
	else if (message->n_unknown_fields > 0)
		source_bad(source, "unknown fields");
	return message;
}

static void free_message(struct decoder *decoder, void *message)
{
	ProtobufCAllocator allocator = {allocate, release, decoder};

	if (message != NULL)
		protobuf_c_message_free_unpacked(message, &allocator);
}

/* ---- reading: to struct snapshot ---- */

static bool failed(const struct decoder *decoder)
{
	return source_error(decoder->source) != ERR_NONE;
}

static void bad(struct decoder *decoder, const char *what)
{
	source_bad(decoder->source, what);
}

static void *allocated(struct decoder *decoder, size_t count, size_t size)
{
	void *array = alloc_array(count, size);

	if (array == NULL)
		source_no_memory(decoder->source, count * size);
	return array;
}

static char *read_text(struct decoder *decoder, const char *string)
{
	char *copy = alloc_string(string, strlen(string));

	if (copy == NULL)
		source_no_memory(decoder->source, strlen(string));
	return copy;
}

static void read_values(struct decoder *decoder, const Chiwawa__Values *from,
			struct snapshot_value **values, uint32_t *count)
{
	uint32_t i;

	if (from == NULL) {
		*values = allocated(decoder, 0, sizeof(**values));
		return;
	}
	if (from->types.len != from->n_bits || from->n_bits > UINT32_MAX) {
		bad(decoder, "values without types");
		return;
	}
	*values = allocated(decoder, from->n_bits, sizeof(**values));
	if (*values == NULL)
		return;
	*count = (uint32_t)from->n_bits;
	for (i = 0; i < *count; i++) {
		(*values)[i].type = from->types.data[i];
		(*values)[i].bits = from->bits[i];
	}
}

static void read_flags(struct decoder *decoder,
		       const ProtobufCBinaryData *from, uint8_t **flags,
		       uint32_t *count)
{
	size_t i;

	for (i = 0; i < from->len; i++)
		if (from->data[i] > 1)
			bad(decoder, "a flag is neither 0 nor 1");
	*flags = allocated(decoder, from->len, 1);
	if (*flags == NULL)
		return;
	*count = (uint32_t)from->len;
	copy_bytes(*flags, from->data, from->len);
}

static void read_header(struct decoder *decoder)
{
	struct snapshot *snapshot = decoder->snapshot;
	Chiwawa__Header *header = read_field(decoder, FIELD_HEADER,
					     &chiwawa__header__descriptor);

	if (failed(decoder)) {
		free_message(decoder, header);
		return;
	}
	if (strcmp(header->magic, MAGIC) != 0)
		bad(decoder, "not a snapshot");
	else if (header->major != VERSION_MAJOR ||
		 header->minor > VERSION_MINOR)
		bad(decoder, "unknown format version");
	else if (header->module_hash.len != sizeof(snapshot->module_hash))
		bad(decoder, "the module's hash has not 16 bytes");
	else
		memcpy(snapshot->module_hash, header->module_hash.data,
		       sizeof(snapshot->module_hash));
	snapshot->module_size = header->module_size;
	free_message(decoder, header);
}

static void read_about(struct decoder *decoder)
{
	struct snapshot *snapshot = decoder->snapshot;
	Chiwawa__About *about =
		read_field(decoder, FIELD_ABOUT, &chiwawa__about__descriptor);

	if (!failed(decoder)) {
		snapshot->creator = read_text(decoder, about->creator);
		snapshot->time = about->time;
		snapshot->trigger = read_text(decoder, about->trigger);
		snapshot->label = read_text(decoder, about->label);
		snapshot->host = read_text(decoder, about->host);
	}
	free_message(decoder, about);
}

static void read_frames(struct decoder *decoder,
			const Chiwawa__Execution *execution)
{
	struct snapshot *snapshot = decoder->snapshot;
	size_t i;

	snapshot->frames = allocated(decoder, execution->n_frames,
				     sizeof(*snapshot->frames));
	if (snapshot->frames == NULL || execution->n_frames > UINT32_MAX)
		return;
	snapshot->nframes = (uint32_t)execution->n_frames;
	for (i = 0; i < execution->n_frames && !failed(decoder); i++) {
		const Chiwawa__Frame *from = execution->frames[i];
		struct snapshot_frame *frame = &snapshot->frames[i];

		frame->func = from->func;
		frame->offset = from->offset;
		read_values(decoder, from->locals, &frame->locals,
			    &frame->nlocals);
		read_values(decoder, from->operands, &frame->operands,
			    &frame->noperands);
	}
}

static void read_execution(struct decoder *decoder)
{
	struct snapshot *snapshot = decoder->snapshot;
	Chiwawa__Execution *execution = read_field(
		decoder, FIELD_EXECUTION, &chiwawa__execution__descriptor);

	if (!failed(decoder)) {
		if (execution->phase > UINT8_MAX)
			bad(decoder, "unknown phase");
		snapshot->phase = (uint8_t)execution->phase;
		snapshot->entry = read_text(decoder, execution->entry);
		read_values(decoder, execution->arguments,
			    &snapshot->arguments, &snapshot->narguments);
		snapshot->instructions = execution->instructions;
		snapshot->trap = read_text(decoder, execution->trap);
		if (execution->call != NULL) {
			snapshot->call.is_pending = true;
			snapshot->call.func = execution->call->func;
			snapshot->call.begun = execution->call->begun;
			read_values(decoder, execution->call->arguments,
				    &snapshot->call.arguments,
				    &snapshot->call.narguments);
		}
		read_frames(decoder, execution);
	}
	free_message(decoder, execution);
}

static void read_tables(struct decoder *decoder,
			const Chiwawa__Instance *instance)
{
	struct snapshot *snapshot = decoder->snapshot;
	size_t i;

	snapshot->tables = allocated(decoder, instance->n_tables,
				     sizeof(*snapshot->tables));
	if (snapshot->tables == NULL)
		return;
	snapshot->ntables = (uint32_t)instance->n_tables;
	for (i = 0; i < instance->n_tables && !failed(decoder); i++) {
		const Chiwawa__Table *from = instance->tables[i];
		struct snapshot_table *table = &snapshot->tables[i];

		if (from->element > UINT8_MAX ||
		    from->n_elements > UINT32_MAX) {
			bad(decoder, "a table is out of range");
			return;
		}
		table->element = (uint8_t)from->element;
		table->elements = allocated(decoder, from->n_elements,
					    sizeof(*table->elements));
		if (table->elements == NULL)
			return;
		table->size = (uint32_t)from->n_elements;
		copy_bytes(table->elements, from->elements,
			   from->n_elements * sizeof(*table->elements));
	}
}

static void read_memories(struct decoder *decoder,
			  const Chiwawa__Instance *instance)
{
	struct snapshot *snapshot = decoder->snapshot;
	size_t i;

	snapshot->memories = allocated(decoder, instance->n_memories,
				       sizeof(*snapshot->memories));
	if (snapshot->memories == NULL)
		return;
	for (i = 0; i < instance->n_memories && !failed(decoder); i++) {
		snapshot->nmemories = (uint32_t)i + 1;
		chunk_memory_init(&snapshot->memories[i],
				  instance->memories[i]->pages,
				  instance->memories[i]->base_kind,
				  decoder->source, decoder->report);
	}
}

static void read_instance(struct decoder *decoder)
{
	struct snapshot *snapshot = decoder->snapshot;
	Chiwawa__Instance *instance = read_field(
		decoder, FIELD_INSTANCE, &chiwawa__instance__descriptor);

	if (!failed(decoder)) {
		read_values(decoder, instance->globals, &snapshot->globals,
			    &snapshot->nglobals);
		read_tables(decoder, instance);
		read_flags(decoder, &instance->dropped_elems,
			   &snapshot->dropped_elems, &snapshot->nelems);
		read_flags(decoder, &instance->dropped_datas,
			   &snapshot->dropped_datas, &snapshot->ndatas);
		read_memories(decoder, instance);
	}
	free_message(decoder, instance);
}

static void read_strings(struct decoder *decoder, char **strings, size_t count,
			 struct string_list *list)
{
	size_t i;

	for (i = 0; i < count && !failed(decoder); i++)
		if (string_list_add(list, strings[i], strlen(strings[i]),
				    decoder->report) != ERR_NONE)
			source_no_memory(decoder->source, strlen(strings[i]));
}

static void read_listing(struct decoder *decoder, const Chiwawa__Listing *from,
			 struct listing **listing)
{
	size_t i;

	*listing = allocated(decoder, 1, sizeof(**listing));
	for (i = 0; i < from->n_entries && !failed(decoder); i++) {
		const Chiwawa__DirectoryEntry *entry = from->entries[i];

		if (entry->filetype > UINT8_MAX)
			bad(decoder, "a file type is out of range");
		else if (!listing_add(*listing, entry->name,
				      strlen(entry->name), entry->inode,
				      (uint8_t)entry->filetype))
			source_no_memory(decoder->source,
					 strlen(entry->name));
	}
}

static void read_descriptor(struct decoder *decoder,
			    const Chiwawa__Descriptor *from,
			    struct snapshot_fd *fd)
{
	static const uint8_t kinds[] = {[FILE_STDIO] = FD_STDIO,
					[FILE_PREOPEN] = FD_PREOPEN,
					[FILE_OPENED] = FD_OPENED};

	if (from->kind < FILE_STDIO || from->kind > FILE_OPENED ||
	    from->filetype > UINT8_MAX || from->flags > UINT16_MAX) {
		bad(decoder, "a descriptor is out of range");
		return;
	}
	fd->fd = from->fd;
	fd->kind = kinds[from->kind];
	fd->stdio = from->stdio;
	fd->filetype = (uint8_t)from->filetype;
	fd->flags = (uint16_t)from->flags;
	fd->rights = from->rights;
	fd->inheriting = from->inheriting;
	fd->root = read_text(decoder, from->root);
	fd->path = read_text(decoder, from->path);
	fd->offset = from->offset;
	fd->size = from->size;
	fd->mtim = from->mtim;
	if (from->listing != NULL && !failed(decoder))
		read_listing(decoder, from->listing, &fd->listing);
}

static void read_wasi(struct decoder *decoder)
{
	struct snapshot *snapshot = decoder->snapshot;
	Chiwawa__Wasi *wasi =
		read_field(decoder, FIELD_WASI, &chiwawa__wasi__descriptor);
	size_t i;

	if (!failed(decoder) && wasi->n_clocks != WASI_CLOCK_COUNT)
		bad(decoder, "wrong number of clocks");
	if (!failed(decoder)) {
		read_strings(decoder, wasi->arguments, wasi->n_arguments,
			     &snapshot->program_arguments);
		read_strings(decoder, wasi->environment, wasi->n_environment,
			     &snapshot->environment);
		memcpy(snapshot->clocks, wasi->clocks,
		       sizeof(snapshot->clocks));
		snapshot->fds = allocated(decoder, wasi->n_descriptors,
					  sizeof(*snapshot->fds));
	}
	for (i = 0; !failed(decoder) && i < wasi->n_descriptors; i++) {
		snapshot->nfds = (uint32_t)i + 1;
		read_descriptor(decoder, wasi->descriptors[i],
				&snapshot->fds[i]);
	}
	free_message(decoder, wasi);
}

static void read_chunk(struct decoder *decoder)
{
	Chiwawa__MemoryChunk *from = read_field(
		decoder, FIELD_CHUNK, &chiwawa__memory_chunk__descriptor);
	struct chunk chunk = {0};

	if (failed(decoder)) {
		free_message(decoder, from);
		return;
	}
	chunk.memory = from->memory;
	chunk.first = from->first;
	chunk.count = from->count;
	if (from->encoding == COMPRESSION_NONE) /* 1.0 has no count */
		chunk.count =
			(uint32_t)(from->data.len / SNAPSHOT_BLOCK_SIZE);
	chunk.encoding = (uint8_t)from->encoding;
	chunk.bytes = from->data.data;
	chunk.length = (uint32_t)from->data.len;
	if (from->encoding > UINT8_MAX || from->data.len > UINT32_MAX)
		bad(decoder, "a chunk does not fit");
	chunk_put(decoder->snapshot, &decoder->chunks, &chunk,
		  decoder->source);
	free_message(decoder, from);
}

static void read_part(struct decoder *decoder)
{
	Chiwawa__Part *from =
		read_field(decoder, FIELD_PART, &chiwawa__part__descriptor);
	struct snapshot_part part = {NULL, NULL, 0};

	if (!failed(decoder)) {
		part.name = read_text(decoder, from->name);
		part.bytes = allocated(decoder, from->data.len, 1);
		part.length = (uint32_t)from->data.len;
		if (part.bytes != NULL)
			copy_bytes(part.bytes, from->data.data, part.length);
		snapshot_add_part(decoder->snapshot, &part, decoder->source);
	}
	free_message(decoder, from);
}

static void read_end(struct decoder *decoder)
{
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	Chiwawa__End *end;

	source_checksum(decoder->source, sum);
	end = read_field(decoder, FIELD_END, &chiwawa__end__descriptor);
	if (!failed(decoder) &&
	    (end->checksum.len != sizeof(sum) ||
	     memcmp(end->checksum.data, sum, sizeof(sum)) != 0))
		bad(decoder, "the checksum does not match: the file is "
			     "damaged");
	free_message(decoder, end);
	if (!failed(decoder) && !source_at_end(decoder->source))
		bad(decoder, "bytes behind the end");
}

static bool follows(struct decoder *decoder, enum field number)
{
	uint8_t tag;

	return !failed(decoder) &&
	       source_peek(decoder->source, &tag, 1) == 1 &&
	       tag == (number << 3 | WIRE_LENGTH_DELIMITED);
}

static enum error decode(struct source *source, struct snapshot *snapshot,
			 struct report *report)
{
	struct decoder decoder = {
		.source = source, .snapshot = snapshot, .report = report};

	static void (*const readers[])(struct decoder * decoder) = {
		read_header, read_about, read_execution, read_instance,
		read_wasi};
	size_t i;

	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!failed(&decoder))
			readers[i](&decoder);
	while (follows(&decoder, FIELD_CHUNK))
		read_chunk(&decoder);
	while (follows(&decoder, FIELD_PART))
		read_part(&decoder);
	if (!failed(&decoder))
		read_end(&decoder);
	alloc_free(decoder.bytes);
	return source_error(source);
}

/* Field 1 of Snapshot, its length in one byte, field 1 of Header, the magic. */
static bool detect(const uint8_t *bytes, size_t length)
{
	return length >= FORMAT_DETECT_SIZE && bytes[0] == 0x0a &&
	       bytes[2] == 0x0a && bytes[3] == strlen(MAGIC) &&
	       memcmp(bytes + 4, MAGIC, strlen(MAGIC)) == 0;
}

const struct format_type format_protobuf = {
	.name = "protobuf",
	.help = "Protocol Buffers, schema formats/snapshot.proto",
	.detect = detect,
	.encode = encode,
	.decode = decode,
};
