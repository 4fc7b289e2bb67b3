/* check_snapshot.c: every format: round trip, truncation, damage, lack of memory. */
#include "config.h"

#include "base/alloc.h"
#include "plugin/registry.h"
#include "snapshot/compress.h"

#include <check.h>
#include <string.h>

struct bytes {
	uint8_t *data;
	size_t length, capacity, position;
};

static bool put_bytes(void *context, const uint8_t *data, size_t length)
{
	struct bytes *bytes = context;

	if (alloc_grow(&bytes->data, &bytes->capacity, bytes->length + length,
		       1) != 0)
		return false;
	memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
	return true;
}

static long take_bytes(void *context, uint8_t *data, size_t length)
{
	struct bytes *bytes = context;
	size_t left = bytes->length - bytes->position;

	if (length > left)
		length = left;
	memcpy(data, bytes->data + bytes->position, length);
	bytes->position += length;
	return (long)length;
}

static struct snapshot_value *values(uint32_t count, uint8_t type)
{
	struct snapshot_value *made = alloc_array(count, sizeof(*made));
	uint32_t i;

	for (i = 0; i < count; i++)
		made[i] = (struct snapshot_value){type, i * 77 + 1};
	return made;
}

static char *string(const char *text)
{
	return alloc_string(text, strlen(text));
}

/* A snapshot with every part; the largest is that with pages. */
static void make(struct snapshot *s, uint32_t pages)
{
	struct report report;
	struct memory_type type = {.limits = {.min = pages}};
	uint32_t i;

	report_init(&report);
	snapshot_init(s);
	memset(s->module_hash, 0xab, sizeof(s->module_hash));
	s->module_size = 1234;
	s->creator = string("a test");
	s->time = 1700000000000000000u;
	s->trigger = string("file");
	s->label = string("label \xc3\xa9");
	s->host = string("machine");
	s->phase = PHASE_START;
	s->entry = string("_start");
	s->arguments = values(2, TYPE_F64);
	s->narguments = 2;
	s->instructions = 99;
	s->call = (struct snapshot_call){.is_pending = true,
					 .func = 3,
					 .arguments = values(2, TYPE_I32),
					 .narguments = 2,
					 .begun = 0x123456789abcu};
	s->trap = string("unreachable");
	s->nframes = 3;
	s->frames = alloc_array(s->nframes, sizeof(*s->frames));
	for (i = 0; i < s->nframes; i++)
		s->frames[i] = (struct snapshot_frame){
			.func = i,
			.offset = 100 + i,
			.locals = values(i, TYPE_I32),
			.nlocals = i,
			.operands = values(2 * i, TYPE_I64),
			.noperands = 2 * i};
	s->globals = values(3, TYPE_F32);
	s->nglobals = 3;
	s->ntables = 2;
	s->tables = alloc_array(s->ntables, sizeof(*s->tables));
	for (i = 0; i < s->ntables; i++) {
		s->tables[i].element = TYPE_FUNCREF;
		s->tables[i].size = i * 3;
		s->tables[i].elements = alloc_array(i * 3, sizeof(uint32_t));
		if (i > 0)
			s->tables[i].elements[1] = 5;
	}
	s->nelems = 2;
	s->dropped_elems = alloc_array(2, 1);
	s->dropped_elems[1] = 1;
	s->ndatas = 1;
	s->dropped_datas = alloc_array(1, 1);
	string_list_add(&s->environment, "A=b", 3, &report);
	string_list_add(&s->program_arguments, "guest", 5, &report);
	string_list_add(&s->program_arguments, "", 0, &report);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		s->clocks[i] = 1000 + i;
	s->nfds = 3;
	s->fds = alloc_array(s->nfds, sizeof(*s->fds));
	s->fds[0] = (struct snapshot_fd){.fd = 1, .kind = FD_STDIO, .stdio = 1};
	s->fds[1] = (struct snapshot_fd){.fd = 3,
					 .kind = FD_PREOPEN,
					 .filetype = WASI_FILETYPE_DIRECTORY,
					 .root = string(".")};
	s->fds[1].listing = alloc_array(1, sizeof(struct listing));
	listing_add(s->fds[1].listing, "name", 4, 17, 4);
	s->fds[2] = (struct snapshot_fd){.fd = 9,
					 .kind = FD_OPENED,
					 .filetype = WASI_FILETYPE_REGULAR_FILE,
					 .flags = WASI_FDFLAG_APPEND,
					 .rights = WASI_RIGHTS_FILE,
					 .root = string("."),
					 .path = string("d/file"),
					 .offset = 12345,
					 .size = 54321,
					 .mtim = 1600000000};
	s->nparts = 2;
	s->parts = alloc_array(2, sizeof(*s->parts));
	s->parts[0] = (struct snapshot_part){string("tracer/a"),
					     alloc_array(3, 1), 3};
	s->parts[0].bytes[2] = 9;
	s->parts[1] = (struct snapshot_part){string("tracer/b"),
					     alloc_array(0, 1), 0};
	s->nmemories = 1;
	s->memories = alloc_array(1, sizeof(*s->memories));
	s->memories[0].pages = pages;
	s->memories[0].base = pages > 0 ? BASE_INITIAL : BASE_ZERO;
	ck_assert_int_eq(memory_init(&s->memories[0].owned, &type, &report),
			 ERR_NONE);
	s->memories[0].is_owned = true;
	s->memories[0].bytes = s->memories[0].owned.data;
	if (pages == 0)
		return;
	s->memories[0].nruns = 2;
	s->memories[0].runs = alloc_array(2, sizeof(struct snapshot_run));
	s->memories[0].runs[0] = (struct snapshot_run){0, 1};
	s->memories[0].runs[1] = (struct snapshot_run){3, 2};
	for (i = 0; i < SNAPSHOT_BLOCK_SIZE; i++) {
		s->memories[0].owned.data[i] = (uint8_t)(i * 7);
		s->memories[0].owned.data[4 * SNAPSHOT_BLOCK_SIZE + i] = 3;
	}
}

static struct bytes encode(const struct format_type *format,
			   const struct snapshot *snapshot)
{
	struct plugin_choice choice = {0};
	struct bytes bytes = {0};
	struct report report;
	struct sink *sink;

	report_init(&report);
	sink = sink_new(put_bytes, &bytes, &report);
	ck_assert_int_eq(format->encode(snapshot, &choice, sink, &report),
			 ERR_NONE);
	ck_assert_int_eq(sink_flush(sink), ERR_NONE);
	ck_assert_uint_eq(sink_position(sink), bytes.length);
	sink_free(sink);
	ck_assert(format_detect(bytes.data, bytes.length) == format);
	return bytes;
}

static enum error decode(const struct format_type *format, struct bytes bytes,
			 struct snapshot *snapshot, struct report *report)
{
	struct source *source;
	enum error err;

	bytes.position = 0;
	report_init(report);
	snapshot_init(snapshot);
	source = source_new(take_bytes, &bytes, report);
	if (source == NULL)
		return report_no_memory(report, 1);
	err = format->decode(source, snapshot, report);
	source_free(source);
	return err;
}

/* decode(encode(s)) = s: compared by encoding once more, and by hand. */
static void round_trip(const struct format_type *format, uint32_t pages,
		       uint8_t compression)
{
	struct snapshot made, read;
	struct bytes first, second;
	struct report report;

	make(&made, pages);
	made.compression = compression;
	first = encode(format, &made);
	if (decode(format, first, &read, &report) != ERR_NONE)
		ck_abort_msg("%s: %s", format->name, report.text);
	second = encode(format, &read);
	ck_assert_uint_eq(first.length, second.length);
	ck_assert_mem_eq(first.data, second.data, first.length);
	ck_assert_str_eq(read.label, made.label);
	ck_assert_uint_eq(read.frames[2].operands[3].bits, 3 * 77 + 1);
	ck_assert_uint_eq(read.fds[2].offset, 12345);
	ck_assert_str_eq(read.fds[2].path, "d/file");
	ck_assert_str_eq(read.fds[1].listing->entries[0].name, "name");
	ck_assert_uint_eq(read.tables[1].elements[1], 5);
	ck_assert_uint_eq(read.memories[0].pages, pages);
	ck_assert_uint_eq(read.memories[0].base,
			  pages > 0 ? BASE_INITIAL : BASE_ZERO);
	ck_assert_uint_eq(read.compression, pages > 0 ? compression : 0);
	ck_assert_str_eq(read.host, "machine");
	ck_assert(read.call.is_pending);
	ck_assert_uint_eq(read.call.begun, 0x123456789abcu);
	ck_assert_uint_eq(read.call.arguments[1].bits, 78);
	ck_assert_str_eq(read.trap, "unreachable");
	ck_assert_uint_eq(read.nparts, 2);
	ck_assert_str_eq(read.parts[1].name, "tracer/b");
	ck_assert_uint_eq(read.parts[0].length, 3);
	ck_assert_uint_eq(read.parts[0].bytes[2], 9);
	if (pages > 0)
		ck_assert_mem_eq(read.memories[0].bytes,
				 made.memories[0].bytes,
				 pages * WASM_PAGE_SIZE);
	snapshot_fini(&made);
	snapshot_fini(&read);
	alloc_free(first.data);
	alloc_free(second.data);
}

START_TEST(test_round_trip)
{
	const struct format_type *const *format;

	for (format = format_types; *format != NULL; format++) {
		round_trip(*format, 0, COMPRESSION_NONE);
		round_trip(*format, 1, COMPRESSION_NONE);
		if (compress_available())
			round_trip(*format, 1, COMPRESSION_LZ4);
	}
}
END_TEST

/* ---- generated snapshots ---- */

static uint64_t random_state;

static uint64_t random_number(uint64_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % below;
}

static struct snapshot_value *random_values(uint32_t *count)
{
	static const uint8_t types[] = {TYPE_I32, TYPE_I64,	TYPE_F32,
					TYPE_F64, TYPE_FUNCREF, TYPE_EXTERNREF};
	struct snapshot_value *made;
	uint32_t i;

	*count = (uint32_t)random_number(6);
	made = alloc_array(*count, sizeof(*made));
	for (i = 0; i < *count; i++) {
		made[i].type = types[random_number(6)];
		made[i].bits = random_number(2) ? UINT64_MAX
						: random_number(1u << 30) << 20;
	}
	return made;
}

static char *random_string(void)
{
	static const char *const strings[] = {"", "a", "\xc3\xa9\n\"\\",
					      "a longer string with blanks"};

	return string(strings[random_number(4)]);
}

static void random_memory(struct snapshot_memory *memory)
{
	struct memory_type type = {.limits = {.min = random_number(4)}};
	uint32_t blocks = (uint32_t)type.limits.min * 16, block = 0;
	struct report report;
	size_t capacity = 0;

	report_init(&report);
	memory->pages = type.limits.min;
	memory->base = (uint8_t)random_number(2);
	ck_assert_int_eq(memory_init(&memory->owned, &type, &report), ERR_NONE);
	memory->is_owned = true;
	memory->bytes = memory->owned.data;
	for (;;) {
		struct snapshot_run run;
		uint32_t i;

		block += (uint32_t)random_number(6) + 1;
		run.first = block;
		run.count = (uint32_t)random_number(5) + 1;
		if (block + run.count > blocks)
			break;
		ck_assert_int_eq(alloc_grow(&memory->runs, &capacity,
					    memory->nruns + 1u,
					    sizeof(run)), 0);
		memory->runs[memory->nruns++] = run;
		for (i = 0; i < run.count * SNAPSHOT_BLOCK_SIZE;
		     i += 1 + (uint32_t)random_number(99))
			memory->owned.data[block * SNAPSHOT_BLOCK_SIZE + i] =
				(uint8_t)random_number(256);
		block += run.count;
	}
}

static void random_fd(struct snapshot_fd *fd, uint32_t number)
{
	fd->fd = number;
	fd->kind = (uint8_t)(FD_STDIO + random_number(3));
	fd->stdio = (uint32_t)random_number(3);
	fd->filetype = (uint8_t)random_number(8);
	fd->flags = (uint16_t)random_number(32);
	fd->rights = random_number(2) ? UINT64_MAX : 0;
	fd->inheriting = random_number(1u << 30);
	fd->root = random_string();
	fd->path = random_string();
	fd->offset = random_number(2) ? UINT64_MAX : 5;
	fd->size = random_number(100);
	fd->mtim = random_number(2) ? UINT64_MAX : 0;
	if (random_number(2))
		return;
	fd->listing = alloc_array(1, sizeof(struct listing));
	if (random_number(2))
		listing_add(fd->listing, "name", 4, UINT64_MAX, 4);
}

static void make_random(struct snapshot *s, uint64_t seed)
{
	struct report report;
	uint32_t i;

	report_init(&report);
	random_state = seed;
	snapshot_init(s);
	s->module_size = random_number(2) ? UINT64_MAX : 0;
	s->creator = random_string();
	s->host = random_string();
	s->time = random_number(2) ? UINT64_MAX : 0;
	s->trigger = random_string();
	s->label = random_string();
	s->phase = (uint8_t)(1 + random_number(2));
	s->entry = random_string();
	s->arguments = random_values(&s->narguments);
	s->instructions = random_number(2) ? UINT64_MAX : 0;
	s->trap = random_string();
	s->call.is_pending = random_number(2) != 0;
	if (s->call.is_pending) {
		s->call.func = random_number(2) ? UINT32_MAX : 0;
		s->call.begun = random_number(2) ? UINT64_MAX : 0;
		s->call.arguments = random_values(&s->call.narguments);
	}
	s->nframes = (uint32_t)random_number(4);
	s->frames = alloc_array(s->nframes, sizeof(*s->frames));
	for (i = 0; i < s->nframes; i++) {
		s->frames[i].func = random_number(2) ? UINT32_MAX : i;
		s->frames[i].offset = random_number(2) ? UINT32_MAX : i;
		s->frames[i].locals = random_values(&s->frames[i].nlocals);
		s->frames[i].operands = random_values(&s->frames[i].noperands);
	}
	s->globals = random_values(&s->nglobals);
	s->ntables = (uint32_t)random_number(3);
	s->tables = alloc_array(s->ntables, sizeof(*s->tables));
	for (i = 0; i < s->ntables; i++) {
		s->tables[i].element = TYPE_FUNCREF;
		s->tables[i].size = (uint32_t)random_number(5);
		s->tables[i].elements =
			alloc_array(s->tables[i].size, sizeof(uint32_t));
		if (s->tables[i].size > 2)
			s->tables[i].elements[2] = UINT32_MAX;
	}
	s->nelems = (uint32_t)random_number(3);
	s->dropped_elems = alloc_array(s->nelems, 1);
	s->ndatas = (uint32_t)random_number(3);
	s->dropped_datas = alloc_array(s->ndatas, 1);
	if (s->ndatas > 1)
		s->dropped_datas[1] = 1;
	for (i = (uint32_t)random_number(3); i > 0; i--)
		string_list_add(&s->environment, "A=b", random_number(4),
				&report);
	for (i = (uint32_t)random_number(3); i > 0; i--)
		string_list_add(&s->program_arguments, "x y", 3, &report);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		s->clocks[i] = random_number(2) ? UINT64_MAX : i;
	s->nfds = (uint32_t)random_number(4);
	s->fds = alloc_array(s->nfds, sizeof(*s->fds));
	for (i = 0; i < s->nfds; i++)
		random_fd(&s->fds[i], i * 7);
	s->nmemories = (uint32_t)random_number(3);
	s->memories = alloc_array(s->nmemories, sizeof(*s->memories));
	for (i = 0; i < s->nmemories; i++)
		random_memory(&s->memories[i]);
	s->nparts = (uint32_t)random_number(3);
	s->parts = alloc_array(s->nparts, sizeof(*s->parts));
	for (i = 0; i < s->nparts; i++) {
		s->parts[i].name = string(i == 0 ? "a" : "b");
		s->parts[i].length = (uint32_t)random_number(9);
		s->parts[i].bytes = alloc_array(s->parts[i].length, 1);
	}
	if (compress_available())
		s->compression = (uint8_t)random_number(2);
}

/* Through every format and back to the first it is the same bytes. */
START_TEST(test_convert_laws)
{
	const struct format_type *const *format;
	uint64_t seed;

	for (seed = 1; seed <= 300; seed++) {
		struct snapshot made, read;
		struct bytes first, last;
		struct report report;

		make_random(&made, seed);
		first = encode(format_types[0], &made);
		for (format = format_types; *format != NULL; format++) {
			struct bytes bytes = encode(*format, &made);

			if (decode(*format, bytes, &read, &report) != ERR_NONE)
				ck_abort_msg("%s, seed %d: %s", (*format)->name,
					     (int)seed, report.text);
			/* Without chunks it is not known. */
			read.compression = made.compression;
			snapshot_fini(&made);
			made = read;
			alloc_free(bytes.data);
		}
		last = encode(format_types[0], &made);
		ck_assert_uint_eq(first.length, last.length);
		ck_assert_mem_eq(first.data, last.data, first.length);
		snapshot_fini(&made);
		alloc_free(first.data);
		alloc_free(last.data);
	}
}
END_TEST

START_TEST(test_truncation_and_damage)
{
	const struct format_type *const *format;

	for (format = format_types; *format != NULL; format++) {
		struct snapshot made, read;
		struct bytes bytes, cut;
		struct report report;
		size_t i;

		make(&made, 0);
		bytes = encode(*format, &made);
		snapshot_fini(&made);
		for (i = 0; i < bytes.length; i++) {
			cut = bytes;
			cut.length = i;
			ck_assert_int_ne(decode(*format, cut, &read, &report),
					 ERR_NONE);
			ck_assert_str_ne(report.text, "");
			snapshot_fini(&read);
		}
		for (i = 0; i < 8 * bytes.length; i++) {
			bytes.data[i / 8] ^= (uint8_t)(1 << i % 8);
			if (decode(*format, bytes, &read, &report) == ERR_NONE)
				ck_abort_msg("%s: bit %zu", (*format)->name,
					     i);
			snapshot_fini(&read);
			bytes.data[i / 8] ^= (uint8_t)(1 << i % 8);
		}
		alloc_free(bytes.data);
	}
}
END_TEST

/* One attempt of encoding that may run out of memory. */
static enum error try_encode(const struct format_type *format,
			     const struct snapshot *snapshot)
{
	struct plugin_choice choice = {0};
	struct bytes bytes = {0};
	struct report report;
	struct sink *sink;
	enum error err, flushed;

	report_init(&report);
	sink = sink_new(put_bytes, &bytes, &report);
	if (sink == NULL)
		return ERR_NO_MEMORY;
	err = format->encode(snapshot, &choice, sink, &report);
	flushed = sink_flush(sink);
	sink_free(sink);
	alloc_free(bytes.data);
	return err != ERR_NONE ? err : flushed;
}

START_TEST(test_allocation_failures)
{
	const struct format_type *const *format;

	for (format = format_types; *format != NULL; format++) {
		struct snapshot made, read;
		struct report report;
		struct bytes bytes;
		unsigned long n;
		enum error err = ERR_NO_MEMORY;

		make(&made, 1);
		made.compression = compress_available() ? COMPRESSION_LZ4
							: COMPRESSION_NONE;
		bytes = encode(*format, &made);
		for (n = 1; n < 10000 && err != ERR_NONE; n++) {
			alloc_fail_after(n);
			err = try_encode(*format, &made);
			alloc_fail_after(0);
			/* put_bytes fails as a full disk does. */
			if (err != ERR_NONE)
				ck_assert(err == ERR_NO_MEMORY ||
					  err == ERR_IO);
		}
		ck_assert_int_eq(err, ERR_NONE);
		ck_assert_uint_gt(n, 3);
		snapshot_fini(&made);
		err = ERR_NO_MEMORY;
		for (n = 1; n < 10000 && err != ERR_NONE; n++) {
			alloc_fail_after(n);
			err = decode(*format, bytes, &read, &report);
			alloc_fail_after(0);
			snapshot_fini(&read);
			if (err != ERR_NONE)
				ck_assert_int_eq(err, ERR_NO_MEMORY);
		}
		ck_assert_int_eq(err, ERR_NONE);
		ck_assert_uint_gt(n, 10);
		alloc_free(bytes.data);
	}
}
END_TEST

#define SUITE_NAME "snapshot"
#define TESTS                                                                  \
	TEST(test_round_trip) TEST(test_convert_laws)                          \
	TEST(test_truncation_and_damage) TEST(test_allocation_failures)
#include "check_main.h"
