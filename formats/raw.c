/* raw.c: chiwawa's own snapshot format, little-endian sections in fixed order.
 *
 * man/chiwawa-snapshot.5 describes it byte by byte.  Writing and reading mirror
 * each other line by line; the numbers in the file are the frozen constants below,
 * never enums of the interpreter.
 */
#include "config.h"

#include "plugin/format.h"

#include "base/alloc.h"
#include "snapshot/chunks.h"

#include <string.h>

/* As PNG's: damage by text-mode transfers shows at once. */
static const uint8_t magic[8] = {0x89, 'C', 'W', 'S', '\r', '\n', 0x1a, '\n'};

/* A reader accepts its major version and any minor version up to its own. */
#define VERSION_MAJOR 1
#define VERSION_MINOR 1

enum section {
	SECTION_MODULE = 1,
	SECTION_ABOUT = 2,
	SECTION_EXECUTION = 3,
	SECTION_GLOBALS = 4,
	SECTION_TABLES = 5,
	SECTION_SEGMENTS = 6,
	SECTION_WASI = 7,
	SECTION_MEMORY = 8, /* one per memory */
	SECTION_END = 9,    /* the checksum */
	SECTION_CHUNK = 10, /* since 1.1: bytes of memories */
	SECTION_PART = 11,  /* since 1.1: state of a plugin */
};

/* Kinds of descriptors in the file. */
enum file_fd_kind { FILE_STDIO = 1, FILE_PREOPEN = 2, FILE_OPENED = 3 };

/* A value, a run, and so on take at least this many bytes. */
#define VALUE_SIZE 9
#define RUN_SIZE 8
#define FRAME_SIZE 16
#define FD_SIZE 48
#define LISTING_ENTRY_SIZE 13

/* Bytes of a chunk before its payload. */
#define CHUNK_HEADER 13

/* What reading one file needs to know. */
struct decoder {
	struct source *source;
	struct snapshot *snapshot;
	struct report *report;
	uint16_t minor; /* version of the file */
	struct chunk_reader chunks;
	uint8_t *payload; /* of a compressed chunk */
	size_t capacity;
};

/* ---- values, in both directions ---- */

static void write_values(struct sink *sink, const struct snapshot_value *values,
			 uint32_t count)
{
	uint32_t i;

	sink_u32(sink, count);
	for (i = 0; i < count; i++) {
		sink_u8(sink, values[i].type);
		sink_u64(sink, values[i].bits);
	}
}

static void read_values(struct source *source, struct snapshot_value **values,
			uint32_t *count)
{
	uint32_t i, n = source_count(source, VALUE_SIZE);

	*values = alloc_array(n, sizeof(**values));
	if (*values == NULL) {
		source_no_memory(source, n * sizeof(**values));
		return;
	}
	*count = n;
	for (i = 0; i < n; i++) {
		(*values)[i].type = source_u8(source);
		(*values)[i].bits = source_u64(source);
	}
}

static uint64_t values_size(uint32_t count)
{
	return 4 + (uint64_t)count * VALUE_SIZE;
}

static uint64_t string_size(const char *string)
{
	return 4 + (string == NULL ? 0 : (uint64_t)strlen(string));
}

static void write_strings(struct sink *sink, const struct string_list *list)
{
	size_t i;

	sink_u32(sink, (uint32_t)list->count);
	for (i = 0; i < list->count; i++)
		sink_string(sink, list->items[i]);
}

static void read_strings(struct source *source, struct string_list *list,
			 struct report *report)
{
	uint32_t i, n = source_count(source, 4);

	for (i = 0; i < n && source_error(source) == ERR_NONE; i++) {
		char *string = source_string(source);

		if (string != NULL &&
		    string_list_add(list, string, strlen(string), report) !=
			    ERR_NONE)
			source_no_memory(source, strlen(string));
		alloc_free(string);
	}
}

static uint64_t strings_size(const struct string_list *list)
{
	uint64_t size = 4;
	size_t i;

	for (i = 0; i < list->count; i++)
		size += string_size(list->items[i]);
	return size;
}

static void write_flags(struct sink *sink, const uint8_t *flags,
			uint32_t count)
{
	sink_u32(sink, count);
	sink_bytes(sink, flags, count);
}

static void read_flags(struct source *source, uint8_t **flags, uint32_t *count)
{
	uint32_t i, n = source_count(source, 1);

	*flags = alloc_array(n, 1);
	if (*flags == NULL) {
		source_no_memory(source, n);
		return;
	}
	*count = n;
	source_bytes(source, *flags, n);
	for (i = 0; i < n; i++)
		if ((*flags)[i] > 1)
			source_bad(source, "a flag is neither 0 nor 1");
}

static void begin_section(struct sink *sink, enum section id, uint64_t size)
{
	static const char *const names[] = {
		[SECTION_MODULE] = "module",
		[SECTION_ABOUT] = "about",
		[SECTION_EXECUTION] = "execution",
		[SECTION_GLOBALS] = "globals",
		[SECTION_TABLES] = "tables",
		[SECTION_SEGMENTS] = "segments",
		[SECTION_WASI] = "wasi",
		[SECTION_MEMORY] = "memory",
		[SECTION_END] = "end",
		[SECTION_CHUNK] = "chunk",
		[SECTION_PART] = "part",
	};

	sink_section(sink, names[id]);
	sink_u32(sink, id);
	sink_u64(sink, size);
}

static void expect_section(struct source *source, enum section id,
			   const char *name)
{
	uint32_t found = source_u32(source);
	uint64_t size = source_u64(source);

	if (source_error(source) == ERR_NONE && found != (uint32_t)id)
		source_bad(source, "unexpected section");
	source_begin_part(source, name, size);
}

/* ---- module ---- */

static void write_module(struct sink *sink, const struct snapshot *snapshot)
{
	begin_section(sink, SECTION_MODULE, sizeof(snapshot->module_hash) + 8);
	sink_bytes(sink, snapshot->module_hash, sizeof(snapshot->module_hash));
	sink_u64(sink, snapshot->module_size);
}

static void read_module(struct source *source, struct snapshot *snapshot)
{
	expect_section(source, SECTION_MODULE, "module");
	source_bytes(source, snapshot->module_hash,
		     sizeof(snapshot->module_hash));
	snapshot->module_size = source_u64(source);
	source_end_part(source);
}

/* ---- about ---- */

static void write_about(struct sink *sink, const struct snapshot *snapshot)
{
	begin_section(sink, SECTION_ABOUT,
		      string_size(snapshot->creator) + 8 +
			      string_size(snapshot->trigger) +
			      string_size(snapshot->label) +
			      string_size(snapshot->host));
	sink_string(sink, snapshot->creator);
	sink_u64(sink, snapshot->time);
	sink_string(sink, snapshot->trigger);
	sink_string(sink, snapshot->label);
	sink_string(sink, snapshot->host);
}

/* A string that came with 1.1; older files give an empty one. */
static char *read_new_string(struct decoder *decoder)
{
	char *empty;

	if (decoder->minor >= 1)
		return source_string(decoder->source);
	empty = alloc_string("", 0);
	if (empty == NULL)
		source_no_memory(decoder->source, 1);
	return empty;
}

static void read_about(struct decoder *decoder)
{
	struct source *source = decoder->source;
	struct snapshot *snapshot = decoder->snapshot;

	expect_section(source, SECTION_ABOUT, "about");
	snapshot->creator = source_string(source);
	snapshot->time = source_u64(source);
	snapshot->trigger = source_string(source);
	snapshot->label = source_string(source);
	snapshot->host = read_new_string(decoder);
	source_end_part(source);
}

/* ---- execution ---- */

static void write_execution(struct sink *sink, const struct snapshot *snapshot)
{
	uint64_t size = 1 + string_size(snapshot->entry) +
			values_size(snapshot->narguments) + 8 + 4 + 1 +
			string_size(snapshot->trap);
	uint32_t i;

	for (i = 0; i < snapshot->nframes; i++)
		size += 8 + values_size(snapshot->frames[i].nlocals) +
			values_size(snapshot->frames[i].noperands);
	if (snapshot->call.is_pending)
		size += 4 + values_size(snapshot->call.narguments) + 8;
	begin_section(sink, SECTION_EXECUTION, size);
	sink_u8(sink, snapshot->phase);
	sink_string(sink, snapshot->entry);
	write_values(sink, snapshot->arguments, snapshot->narguments);
	sink_u64(sink, snapshot->instructions);
	sink_u32(sink, snapshot->nframes);
	for (i = 0; i < snapshot->nframes; i++) {
		const struct snapshot_frame *frame = &snapshot->frames[i];

		sink_u32(sink, frame->func);
		sink_u32(sink, frame->offset);
		write_values(sink, frame->locals, frame->nlocals);
		write_values(sink, frame->operands, frame->noperands);
	}
	sink_u8(sink, snapshot->call.is_pending);
	if (snapshot->call.is_pending) {
		sink_u32(sink, snapshot->call.func);
		write_values(sink, snapshot->call.arguments,
			     snapshot->call.narguments);
		sink_u64(sink, snapshot->call.begun);
	}
	sink_string(sink, snapshot->trap);
}

/* The call of the host that is pending, and the trap: both since 1.1. */
static void read_call(struct decoder *decoder)
{
	struct snapshot_call *call = &decoder->snapshot->call;
	struct source *source = decoder->source;
	uint8_t is_pending = 0;

	if (decoder->minor >= 1)
		is_pending = source_u8(source);
	if (is_pending > 1)
		source_bad(source, "a flag is neither 0 nor 1");
	if (is_pending == 1) {
		call->is_pending = true;
		call->func = source_u32(source);
		read_values(source, &call->arguments, &call->narguments);
		call->begun = source_u64(source);
	}
	decoder->snapshot->trap = read_new_string(decoder);
}

static void read_execution(struct decoder *decoder)
{
	struct source *source = decoder->source;
	struct snapshot *snapshot = decoder->snapshot;
	uint32_t i, n;

	expect_section(source, SECTION_EXECUTION, "execution");
	snapshot->phase = source_u8(source);
	snapshot->entry = source_string(source);
	read_values(source, &snapshot->arguments, &snapshot->narguments);
	snapshot->instructions = source_u64(source);
	n = source_count(source, FRAME_SIZE);
	snapshot->frames = alloc_array(n, sizeof(*snapshot->frames));
	if (snapshot->frames == NULL) {
		source_no_memory(source, n * sizeof(*snapshot->frames));
		return;
	}
	snapshot->nframes = n;
	for (i = 0; i < n && source_error(source) == ERR_NONE; i++) {
		struct snapshot_frame *frame = &snapshot->frames[i];

		frame->func = source_u32(source);
		frame->offset = source_u32(source);
		read_values(source, &frame->locals, &frame->nlocals);
		read_values(source, &frame->operands, &frame->noperands);
	}
	read_call(decoder);
	source_end_part(source);
}

/* ---- globals, tables, segments ---- */

static void write_globals(struct sink *sink, const struct snapshot *snapshot)
{
	begin_section(sink, SECTION_GLOBALS, values_size(snapshot->nglobals));
	write_values(sink, snapshot->globals, snapshot->nglobals);
}

static void read_globals(struct source *source, struct snapshot *snapshot)
{
	expect_section(source, SECTION_GLOBALS, "globals");
	read_values(source, &snapshot->globals, &snapshot->nglobals);
	source_end_part(source);
}

static void write_tables(struct sink *sink, const struct snapshot *snapshot)
{
	uint64_t size = 4;
	uint32_t i, j;

	for (i = 0; i < snapshot->ntables; i++)
		size += 5 + 4 * (uint64_t)snapshot->tables[i].size;
	begin_section(sink, SECTION_TABLES, size);
	sink_u32(sink, snapshot->ntables);
	for (i = 0; i < snapshot->ntables; i++) {
		const struct snapshot_table *table = &snapshot->tables[i];

		sink_u8(sink, table->element);
		sink_u32(sink, table->size);
		for (j = 0; j < table->size; j++)
			sink_u32(sink, table->elements[j]);
	}
}

static void read_tables(struct source *source, struct snapshot *snapshot)
{
	uint32_t i, j, n;

	expect_section(source, SECTION_TABLES, "tables");
	n = source_count(source, 5);
	snapshot->tables = alloc_array(n, sizeof(*snapshot->tables));
	if (snapshot->tables == NULL) {
		source_no_memory(source, n * sizeof(*snapshot->tables));
		return;
	}
	snapshot->ntables = n;
	for (i = 0; i < n && source_error(source) == ERR_NONE; i++) {
		struct snapshot_table *table = &snapshot->tables[i];
		uint32_t size;

		table->element = source_u8(source);
		size = source_count(source, 4);
		table->elements = alloc_array(size, sizeof(*table->elements));
		if (table->elements == NULL) {
			source_no_memory(source, 4ull * size);
			return;
		}
		table->size = size;
		for (j = 0; j < size; j++)
			table->elements[j] = source_u32(source);
	}
	source_end_part(source);
}

static void write_segments(struct sink *sink, const struct snapshot *snapshot)
{
	begin_section(sink, SECTION_SEGMENTS,
		      8 + (uint64_t)snapshot->nelems + snapshot->ndatas);
	write_flags(sink, snapshot->dropped_elems, snapshot->nelems);
	write_flags(sink, snapshot->dropped_datas, snapshot->ndatas);
}

static void read_segments(struct source *source, struct snapshot *snapshot)
{
	expect_section(source, SECTION_SEGMENTS, "segments");
	read_flags(source, &snapshot->dropped_elems, &snapshot->nelems);
	read_flags(source, &snapshot->dropped_datas, &snapshot->ndatas);
	source_end_part(source);
}

/* ---- WASI ---- */

static uint64_t listing_size(const struct listing *listing)
{
	uint64_t size = 1;
	size_t i;

	if (listing == NULL)
		return size;
	size += 4;
	for (i = 0; i < listing->nentries; i++)
		size += LISTING_ENTRY_SIZE + listing->entries[i].length;
	return size;
}

static void write_listing(struct sink *sink, const struct listing *listing)
{
	size_t i;

	sink_u8(sink, listing != NULL);
	if (listing == NULL)
		return;
	sink_u32(sink, (uint32_t)listing->nentries);
	for (i = 0; i < listing->nentries; i++) {
		const struct listing_entry *entry = &listing->entries[i];

		sink_string(sink, entry->name);
		sink_u64(sink, entry->inode);
		sink_u8(sink, entry->filetype);
	}
}

static void read_listing(struct source *source, struct listing **listing)
{
	uint8_t present = source_u8(source);
	uint32_t i, n;

	if (present > 1)
		source_bad(source, "a flag is neither 0 nor 1");
	if (present != 1)
		return;
	n = source_count(source, LISTING_ENTRY_SIZE);
	*listing = alloc_array(1, sizeof(**listing));
	if (*listing == NULL) {
		source_no_memory(source, sizeof(**listing));
		return;
	}
	for (i = 0; i < n && source_error(source) == ERR_NONE; i++) {
		char *name = source_string(source);
		uint64_t inode = source_u64(source);
		uint8_t filetype = source_u8(source);

		if (name != NULL && !listing_add(*listing, name, strlen(name),
						 inode, filetype))
			source_no_memory(source, strlen(name));
		alloc_free(name);
	}
}

static uint64_t fd_size(const struct snapshot_fd *fd)
{
	return 4 + 1 + 4 + 1 + 2 + 8 + 8 + string_size(fd->root) +
	       string_size(fd->path) + 8 + 8 + 8 + listing_size(fd->listing);
}

static void write_fd(struct sink *sink, const struct snapshot_fd *fd)
{
	static const uint8_t kinds[] = {[FD_STDIO] = FILE_STDIO,
					[FD_PREOPEN] = FILE_PREOPEN,
					[FD_OPENED] = FILE_OPENED};

	sink_u32(sink, fd->fd);
	sink_u8(sink, kinds[fd->kind]);
	sink_u32(sink, fd->stdio);
	sink_u8(sink, fd->filetype);
	sink_u16(sink, fd->flags);
	sink_u64(sink, fd->rights);
	sink_u64(sink, fd->inheriting);
	sink_string(sink, fd->root);
	sink_string(sink, fd->path);
	sink_u64(sink, fd->offset);
	sink_u64(sink, fd->size);
	sink_u64(sink, fd->mtim);
	write_listing(sink, fd->listing);
}

static void read_fd(struct source *source, struct snapshot_fd *fd)
{
	uint8_t kind;

	fd->fd = source_u32(source);
	kind = source_u8(source);
	fd->stdio = source_u32(source);
	fd->filetype = source_u8(source);
	fd->flags = source_u16(source);
	fd->rights = source_u64(source);
	fd->inheriting = source_u64(source);
	fd->root = source_string(source);
	fd->path = source_string(source);
	fd->offset = source_u64(source);
	fd->size = source_u64(source);
	fd->mtim = source_u64(source);
	read_listing(source, &fd->listing);
	if (kind == FILE_STDIO)
		fd->kind = FD_STDIO;
	else if (kind == FILE_PREOPEN)
		fd->kind = FD_PREOPEN;
	else if (kind == FILE_OPENED)
		fd->kind = FD_OPENED;
	else
		source_bad(source, "unknown kind of file descriptor");
}

static void write_wasi(struct sink *sink, const struct snapshot *snapshot)
{
	uint64_t size = strings_size(&snapshot->program_arguments) +
			strings_size(&snapshot->environment) +
			8 * WASI_CLOCK_COUNT + 4;
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++)
		size += fd_size(&snapshot->fds[i]);
	begin_section(sink, SECTION_WASI, size);
	write_strings(sink, &snapshot->program_arguments);
	write_strings(sink, &snapshot->environment);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		sink_u64(sink, snapshot->clocks[i]);
	sink_u32(sink, snapshot->nfds);
	for (i = 0; i < snapshot->nfds; i++)
		write_fd(sink, &snapshot->fds[i]);
}

static void read_wasi(struct source *source, struct snapshot *snapshot,
		      struct report *report)
{
	uint32_t i, n;

	expect_section(source, SECTION_WASI, "wasi");
	read_strings(source, &snapshot->program_arguments, report);
	read_strings(source, &snapshot->environment, report);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		snapshot->clocks[i] = source_u64(source);
	n = source_count(source, FD_SIZE);
	snapshot->fds = alloc_array(n, sizeof(*snapshot->fds));
	if (snapshot->fds == NULL) {
		source_no_memory(source, n * sizeof(*snapshot->fds));
		return;
	}
	snapshot->nfds = n;
	for (i = 0; i < n && source_error(source) == ERR_NONE; i++)
		read_fd(source, &snapshot->fds[i]);
	source_end_part(source);
}

/* ---- memories ---- */

/* The runs of version 1.0 are none since 1.1: chunks follow all memories. */
static void write_memory(struct sink *sink,
			 const struct snapshot_memory *memory)
{
	begin_section(sink, SECTION_MEMORY, 8 + 4 + 1);
	sink_u64(sink, memory->pages);
	sink_u32(sink, 0);
	sink_u8(sink, memory->base);
}

static enum error write_chunks(struct sink *sink,
			       const struct snapshot *snapshot,
			       struct report *report)
{
	struct chunk_writer writer;
	struct chunk chunk;

	TRY(chunk_writer_init(&writer, snapshot, report));
	while (chunk_next(&writer, &chunk)) {
		begin_section(sink, SECTION_CHUNK,
			      CHUNK_HEADER + (uint64_t)chunk.length);
		sink_u32(sink, chunk.memory);
		sink_u32(sink, chunk.first);
		sink_u32(sink, chunk.count);
		sink_u8(sink, chunk.encoding);
		sink_bytes(sink, chunk.bytes, chunk.length);
	}
	chunk_writer_fini(&writer);
	return ERR_NONE;
}

static void read_runs(struct source *source, struct snapshot_memory *memory)
{
	uint64_t blocks = memory->pages * (WASM_PAGE_SIZE / SNAPSHOT_BLOCK_SIZE);
	uint32_t i, n = source_count(source, RUN_SIZE);
	uint64_t next = 0; /* first block that a run may cover */

	memory->runs = alloc_array(n, sizeof(*memory->runs));
	if (memory->runs == NULL) {
		source_no_memory(source, n * sizeof(*memory->runs));
		return;
	}
	for (i = 0; i < n && source_error(source) == ERR_NONE; i++) {
		struct snapshot_run *run = &memory->runs[i];

		run->first = source_u32(source);
		run->count = source_u32(source);
		if (source_error(source) == ERR_NONE &&
		    (run->count == 0 || run->first < next ||
		     run->first + (uint64_t)run->count > blocks)) {
			source_bad(source, "a run of blocks does not fit");
			return;
		}
		memory->nruns = i + 1;
		next = run->first + (uint64_t)run->count;
		source_bytes(source,
			     memory->owned.data +
				     (size_t)run->first * SNAPSHOT_BLOCK_SIZE,
			     source_error(source) != ERR_NONE
				     ? 0
				     : (size_t)run->count *
					       SNAPSHOT_BLOCK_SIZE);
	}
}

static void read_memory(struct decoder *decoder,
			struct snapshot_memory *memory)
{
	struct source *source = decoder->source;

	expect_section(source, SECTION_MEMORY, "memory");
	chunk_memory_init(memory, source_u64(source), BASE_ZERO, source,
			  decoder->report);
	if (source_error(source) != ERR_NONE)
		return;
	read_runs(source, memory);
	if (decoder->minor >= 1) {
		memory->base = source_u8(source);
		if (memory->base > BASE_INITIAL || memory->nruns > 0)
			source_bad(source, "an unknown base, or runs");
	}
	source_end_part(source);
}

/* Reads a chunk behind its section's number. */
static void read_chunk(struct decoder *decoder, uint64_t length)
{
	struct source *source = decoder->source;
	struct chunk chunk = {0};

	source_begin_part(source, "chunk", length);
	chunk.memory = source_u32(source);
	chunk.first = source_u32(source);
	chunk.count = source_u32(source);
	chunk.encoding = source_u8(source);
	if (length < CHUNK_HEADER || length - CHUNK_HEADER > UINT32_MAX)
		source_bad(source, "a chunk does not fit");
	if (source_error(source) != ERR_NONE)
		return;
	chunk.length = (uint32_t)(length - CHUNK_HEADER);
	if (chunk.encoding != COMPRESSION_NONE) {
		chunk_read_payload(source, chunk.length, &decoder->payload,
				   &decoder->capacity);
		chunk.bytes = decoder->payload;
	}
	chunk_put(decoder->snapshot, &decoder->chunks, &chunk, source);
	source_end_part(source);
}

/* ---- state of plugins ---- */

static void write_parts(struct sink *sink, const struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nparts; i++) {
		const struct snapshot_part *part = &snapshot->parts[i];

		begin_section(sink, SECTION_PART,
			      string_size(part->name) + 4 + part->length);
		sink_string(sink, part->name);
		sink_u32(sink, part->length);
		sink_bytes(sink, part->bytes, part->length);
	}
}

/* Reads a part behind its section's number. */
static void read_part(struct decoder *decoder, uint64_t length)
{
	struct source *source = decoder->source;
	struct snapshot_part part = {NULL, NULL, 0};
	size_t capacity = 0;

	source_begin_part(source, "part", length);
	part.name = source_string(source);
	part.length = source_count(source, 1);
	chunk_read_payload(source, part.length, &part.bytes, &capacity);
	source_end_part(source);
	snapshot_add_part(decoder->snapshot, &part, source);
}

/* ---- the whole ---- */

static bool detect(const uint8_t *bytes, size_t length)
{
	return length >= sizeof(magic) &&
	       memcmp(bytes, magic, sizeof(magic)) == 0;
}

static enum error encode(const struct snapshot *snapshot,
			 const struct plugin_choice *choice, struct sink *sink,
			 struct report *report)
{
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	uint32_t i;

	(void)choice;
	sink_section(sink, "header");
	sink_bytes(sink, magic, sizeof(magic));
	sink_u16(sink, VERSION_MAJOR);
	sink_u16(sink, VERSION_MINOR);
	sink_u32(sink, snapshot->nmemories);
	write_module(sink, snapshot);
	write_about(sink, snapshot);
	write_execution(sink, snapshot);
	write_globals(sink, snapshot);
	write_tables(sink, snapshot);
	write_segments(sink, snapshot);
	write_wasi(sink, snapshot);
	for (i = 0; i < snapshot->nmemories; i++)
		write_memory(sink, &snapshot->memories[i]);
	TRY(write_chunks(sink, snapshot, report));
	write_parts(sink, snapshot);
	begin_section(sink, SECTION_END, sizeof(sum));
	sink_checksum(sink, sum);
	sink_bytes(sink, sum, sizeof(sum));
	return ERR_NONE;
}

static void read_header(struct decoder *decoder, uint32_t *nmemories)
{
	struct source *source = decoder->source;
	uint8_t found[sizeof(magic)];
	uint16_t major;

	source_bytes(source, found, sizeof(found));
	major = source_u16(source);
	decoder->minor = source_u16(source);
	*nmemories = source_u32(source);
	if (source_error(source) != ERR_NONE)
		return;
	if (major != VERSION_MAJOR || decoder->minor > VERSION_MINOR) {
		report_error(decoder->report, ERR_BAD_SNAPSHOT,
			     "format version %u.%u (this chiwawa reads %d.0 "
			     "to %d.%d)",
			     major, decoder->minor, VERSION_MAJOR,
			     VERSION_MAJOR, VERSION_MINOR);
		source_bad(source, "unknown format version");
	}
	/* One today; the format allows for several. */
	if (*nmemories > 1000)
		source_bad(source, "too many memories");
}

static void read_memories(struct decoder *decoder, uint32_t count)
{
	struct snapshot *snapshot = decoder->snapshot;
	struct source *source = decoder->source;
	uint32_t i;

	if (source_error(source) != ERR_NONE)
		return;
	snapshot->memories = alloc_array(count, sizeof(*snapshot->memories));
	if (snapshot->memories == NULL) {
		source_no_memory(source, count);
		return;
	}
	for (i = 0; i < count && source_error(source) == ERR_NONE; i++) {
		snapshot->nmemories = i + 1;
		read_memory(decoder, &snapshot->memories[i]);
	}
}

/* Chunks, parts, and the checksum of all that stands before it. */
static void read_rest(struct decoder *decoder)
{
	uint8_t sum[STREAM_CHECKSUM_SIZE], found[STREAM_CHECKSUM_SIZE];
	struct source *source = decoder->source;
	uint32_t id = 0;
	uint64_t length;
	bool in_parts = false;

	while (source_error(source) == ERR_NONE && id != SECTION_END) {
		id = source_u32(source);
		length = source_u64(source);
		if (source_error(source) != ERR_NONE)
			return;
		if (id == SECTION_CHUNK && decoder->minor >= 1 && !in_parts)
			read_chunk(decoder, length);
		else if (id == SECTION_PART && decoder->minor >= 1)
			read_part(decoder, length);
		else if (id != SECTION_END || length != sizeof(sum))
			source_bad(source, "unexpected section");
		in_parts = id == SECTION_PART;
	}
	source_checksum(source, sum);
	source_bytes(source, found, sizeof(found));
	if (source_error(source) == ERR_NONE &&
	    memcmp(sum, found, sizeof(sum)) != 0)
		source_bad(source, "the checksum does not match: the file is "
				   "damaged");
	if (source_error(source) == ERR_NONE && !source_at_end(source))
		source_bad(source, "bytes behind the end");
}

static enum error decode(struct source *source, struct snapshot *snapshot,
			 struct report *report)
{
	struct decoder decoder = {
		.source = source, .snapshot = snapshot, .report = report};
	uint32_t nmemories;

	read_header(&decoder, &nmemories);
	read_module(source, snapshot);
	read_about(&decoder);
	read_execution(&decoder);
	read_globals(source, snapshot);
	read_tables(source, snapshot);
	read_segments(source, snapshot);
	read_wasi(source, snapshot, report);
	read_memories(&decoder, nmemories);
	read_rest(&decoder);
	alloc_free(decoder.payload);
	return source_error(source);
}

const struct format_type format_raw = {
	.name = "raw",
	.help = "chiwawa's own, fastest",
	.detect = detect,
	.encode = encode,
	.decode = decode,
};
