/* module.h: a decoded WebAssembly module; const after loading.
 *
 * The module borrows the bytes it was decoded from: names, bodies, constant
 * expressions and data point into them.  The mutable counterpart is struct
 * instance (exec/instance.h).
 */
#ifndef CHIWAWA_MODULE_H
#define CHIWAWA_MODULE_H

#include "base/report.h"
#include "module/features.h"
#include "module/reader.h"
#include "module/types.h"

#include <stddef.h>
#include <stdint.h>

/* Operands that a constant expression may have on its stack. */
#define CONST_EXPR_DEPTH 64

/* A constant expression: the bytes from its first opcode to past its `end`. */
struct const_expr {
	const uint8_t *start;
	const uint8_t *end;
};

struct import {
	struct name module;
	struct name field;
	enum extern_kind kind;
	uint32_t index; /* in the index space of its kind */
};

struct export {
	struct name name;
	enum extern_kind kind;
	uint32_t index;
};

/* count locals of one type. */
struct local_run {
	uint32_t count;
	uint8_t type;
};

struct func {
	uint32_t type; /* index into types */
	/* The rest is zero for an imported function. */
	const uint8_t *body; /* first instruction, after the locals */
	const uint8_t *end;  /* one past the body's last `end` */
	struct local_run *runs;
	uint32_t nruns;
	uint32_t nlocals; /* parameters included */
	/* Set by validation. */
	uint32_t max_height; /* most operands on the stack, unreachable code apart */
};

struct global {
	struct global_type type;
	struct const_expr init; /* NULL pointers for an imported global */
};

enum segment_mode { SEGMENT_ACTIVE, SEGMENT_PASSIVE, SEGMENT_DECLARATIVE };

struct elem_segment {
	enum segment_mode mode;
	uint32_t table;
	struct const_expr offset;
	uint8_t type;
	uint32_t count;
	struct const_expr *items; /* when the binary form holds expressions */
	uint32_t *funcs;	  /* when it holds function indices */
};

struct data_segment {
	enum segment_mode mode;
	uint32_t memory;
	struct const_expr offset;
	const uint8_t *bytes;
	uint32_t length;
};

struct custom_section {
	struct name name;
	const uint8_t *bytes;
	uint32_t length;
};

struct module {
	const uint8_t *bytes;
	size_t size;
	uint32_t features; /* set of enum feature that it may use */

	struct func_type *types;
	uint32_t ntypes;
	struct import *imports;
	uint32_t nimports;
	/* Index spaces: imports come first. */
	struct func *funcs;
	uint32_t nfuncs, nimported_funcs;
	struct table_type *tables;
	uint32_t ntables, nimported_tables;
	struct memory_type *memories;
	uint32_t nmemories, nimported_memories;
	struct global *globals;
	uint32_t nglobals, nimported_globals;
	struct export *exports;
	uint32_t nexports;
	struct elem_segment *elems;
	uint32_t nelems;
	struct data_segment *datas;
	uint32_t ndatas;
	bool has_data_count;
	uint32_t data_count;
	bool has_start;
	uint32_t start;
	struct custom_section *customs;
	uint32_t ncustoms;
	size_t customs_capacity;
	/* Names of functions from the name section, length 0 for none; NULL without one. */
	struct name *func_names;

	bool has_tail_calls; /* set by validation */

	/* One flag per function: it may be the operand of ref.func (C.refs, 3.5.15). */
	uint8_t *declared_funcs;
};

/* Decodes and validates size bytes of a module, which may use a set of enum feature
 * besides WebAssembly 2.0.  The bytes must outlive the module.  On success *module is to be
 * freed with module_free; on error it is NULL and the report says what and at which file
 * offset. */
enum error module_load(const uint8_t *bytes, size_t size, uint32_t features,
		       struct module **module, struct report *report);

/* Accepts NULL. */
void module_free(struct module *module);

/* The export of that name (length bytes, any of which may be 0), or NULL. */
const struct export *module_find_export(const struct module *module,
					const char *name, size_t length);

/* The export "_initialize" of a WASI reactor, which is to be called before any other; NULL for
 * other modules. */
const struct export *module_initializer(const struct module *module);

static inline const struct func_type *
module_func_type(const struct module *module, uint32_t func)
{
	return &module->types[module->funcs[func].type];
}

/* Types of a function's locals, parameters first, into types[func->nlocals]. */
void module_local_types(const struct module *module, const struct func *func,
			uint8_t *types);

/* Looks for a malformed instruction in any body, valid or not (decode.c). */
enum error module_decode_bodies(const struct module *module,
				struct report *report);

/* Passes of module_load, in decode.c and validate.c. */
enum error module_decode(struct module *module, struct report *report);
enum error module_validate(struct module *module, struct report *report);

#endif
