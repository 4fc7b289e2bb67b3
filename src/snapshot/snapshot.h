/* snapshot.h: the guest's abstract state, in the terms of the specification.
 *
 * No pointer into an interpreter, no IR position: a frame is a function, the byte
 * offset of its next instruction in the module's file, typed locals and operands.
 * capture.c makes one from a stopped guest, check.c proves one against a module,
 * apply.c puts one into a fresh instance; formats (plugin/format.h) only ever see
 * this.  man/chiwawa-snapshot.5 is its public description.
 */
#ifndef CHIWAWA_SNAPSHOT_H
#define CHIWAWA_SNAPSHOT_H

#include "exec/memory.h"
#include "wasi/wasi.h"

#include <stdbool.h>
#include <stdint.h>

/* Memories are saved in blocks; those that are still as in the memory's base are left
 * out. */
#define SNAPSHOT_BLOCK_SIZE 4096u

/* What a memory holds where no run says otherwise. */
enum snapshot_base {
	BASE_ZERO = 0,
	BASE_INITIAL = 1, /* what the module's data segments put there (initial.h) */
};

/* How formats write the bytes of a chunk of memory (chunks.h). */
enum snapshot_compression {
	COMPRESSION_NONE = 0,
	COMPRESSION_LZ4 = 1,
};

/* A typed value.  bits: numbers as in a slot; a funcref is 0 for null, else the
 * function's index plus one; an externref is always null. */
struct snapshot_value {
	uint8_t type; /* enum value_type */
	uint64_t bits;
};

struct snapshot_frame {
	uint32_t func;
	uint32_t offset; /* of the next instruction, in the module's file */
	struct snapshot_value *locals;
	uint32_t nlocals;
	/* Operands of the frame.  When it waits for a call, those below the
	 * arguments. */
	struct snapshot_value *operands;
	uint32_t noperands;
};

struct snapshot_run {
	uint32_t first; /* block */
	uint32_t count; /* blocks, at least one */
};

struct snapshot_memory {
	uint64_t pages; /* of 64 KiB */
	uint8_t base;	/* enum snapshot_base */
	struct snapshot_run *runs; /* ascending, not touching */
	uint32_t nruns;
	/* All of the memory.  Of a decoded snapshot, what is in no run is zero until
	 * initial_fill puts the base there. */
	const uint8_t *bytes;
	struct memory owned;  /* holds bytes when a decoder made the snapshot */
	bool is_owned;
};

struct snapshot_table {
	uint8_t element;    /* type */
	uint32_t *elements; /* function index plus one, 0 for null */
	uint32_t size;
};

struct snapshot_fd {
	uint32_t fd;
	uint8_t kind;	  /* enum fd_kind: stdio, preopen, opened */
	uint32_t stdio;	  /* FD_STDIO: the host's number */
	uint8_t filetype; /* enum wasi_filetype */
	uint16_t flags;
	uint64_t rights, inheriting;
	char *root, *path; /* as in struct fd_entry; NULL when not used */
	uint64_t offset;   /* regular files: position */
	uint64_t size;	   /* regular files: at capture */
	uint64_t mtim;	   /* likewise, ns since 1970 */
	struct listing *listing; /* directory being read, else NULL */
};

/* What the bottom frame belongs to. */
enum snapshot_phase {
	/* The module's start function; the entry comes next.  Without frames: all before the
	 * entry is done. */
	PHASE_START = 1,
	PHASE_ENTRY = 2,      /* the function that was asked for */
	PHASE_INITIALIZE = 3, /* _initialize of a WASI reactor; the entry comes next */
};

/* A call of a host function that the innermost frame waits for, and that was not made
 * yet: who continues makes it (again). */
struct snapshot_call {
	bool is_pending;
	uint32_t func; /* imported; or the one that an indirect call reached */
	struct snapshot_value *arguments;
	uint32_t narguments;
	/* When it began to wait, on the guest's monotonic clock, ns: what it has waited
	 * already counts.  0: it did not. */
	uint64_t begun;
};

/* State of a plugin.  Kept in later snapshots also by a run without that plugin. */
struct snapshot_part {
	char *name; /* "tracer/stats" */
	uint8_t *bytes;
	uint32_t length;
};

struct snapshot {
	/* Which module. */
	uint8_t module_hash[16]; /* XXH3-128 of its file, big-endian */
	uint64_t module_size;

	/* About the snapshot; not needed to continue. */
	char *creator; /* chiwawa's version and build */
	uint64_t time; /* ns since 1970 */
	char *host;    /* name of the machine; empty when not known */
	char *trigger; /* what asked for it */
	char *label;   /* the user's words */

	/* Execution. */
	uint8_t phase;	/* enum snapshot_phase */
	char *entry;	/* name of the export that was asked for */
	struct snapshot_value *arguments; /* it gets, before PHASE_ENTRY */
	uint32_t narguments;
	uint64_t instructions; /* charged so far; 0 when not counted */
	struct snapshot_frame *frames; /* outermost first */
	uint32_t nframes;
	struct snapshot_call call;
	/* Why the guest trapped: it can be looked at, not continued, and the innermost
	 * frame stands at the instruction, without operands.  Empty: it did not. */
	char *trap;

	/* The instance. */
	struct snapshot_value *globals;
	uint32_t nglobals;
	struct snapshot_memory *memories;
	uint32_t nmemories;
	struct snapshot_table *tables;
	uint32_t ntables;
	uint8_t *dropped_elems, *dropped_datas; /* flags */
	uint32_t nelems, ndatas;

	/* WASI. */
	struct string_list environment, program_arguments;
	uint64_t clocks[WASI_CLOCK_COUNT]; /* the guest's, ns */
	struct snapshot_fd *fds;	   /* ascending */
	uint32_t nfds;

	struct snapshot_part *parts; /* of plugins, by ascending name */
	uint32_t nparts;

	uint8_t compression; /* enum snapshot_compression, read or to be written */
};

void snapshot_init(struct snapshot *snapshot);
/* Frees all parts; memories' bytes only when they are owned. */
void snapshot_fini(struct snapshot *snapshot);

/* The part of that name among them, or NULL. */
const struct snapshot_part *snapshot_find_part(const struct snapshot_part *parts,
					       uint32_t nparts, const char *name);

/* Puts a part among them, in order, in the place of one of that name.  Takes bytes, also
 * after an error. */
enum error snapshot_set_part(struct snapshot_part **parts, uint32_t *nparts,
			     const char *name, uint8_t *bytes, uint32_t length,
			     struct report *report);
void snapshot_free_parts(struct snapshot_part *parts, uint32_t nparts);

/* XXH3-128 of a module's file. */
void snapshot_hash_module(const uint8_t *bytes, size_t size, uint8_t hash[16]);

#endif
