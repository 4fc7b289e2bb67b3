/* code.h: translation of validated function bodies to the register IR.
 *
 * Translation is a pure function of module, function and options, so what
 * relates IR positions to Wasm byte offsets is not kept: code_map_build
 * translates once more and records it, when a snapshot is taken or restored.
 */
#ifndef CHIWAWA_CODE_H
#define CHIWAWA_CODE_H

#include "base/report.h"
#include "code/ir.h"
#include "module/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be counted; the bit of a set is 1 << kind. */
enum count_kind {
#define COUNT_KIND(NAME, NUMBER) COUNT_##NAME = NUMBER,
#include "code/count_kind.def"
};

/* A place that has a counter. */
struct count_site {
	uint32_t offset; /* of its first instruction, in the module's file */
	enum count_kind kind;
	uint32_t instructions; /* COUNT_STRETCH: how many it has */
};

/* What is translated in; the same for all functions of a store. */
struct code_options {
	bool count;	 /* CHARGE and SAFEPOINT operations: instruction counts */
	uint32_t probes; /* set of enum trace_event that get PROBE operations */
	/* Of those, only in functions, and at opcodes, whose flag is set; NULL: all.
	 * Borrowed. */
	const uint8_t *probe_funcs, *probe_ops;
	/* ns, to time translation and the call tree; NULL: nobody asks. */
	uint64_t (*clock)(void);
	bool tree_by_time; /* its weights are clock's */
	bool call_tree;	 /* ENTER_NODE and LEAVE_NODE operations; needs count */
	uint32_t counts; /* set of enum count_kind that get COUNTER operations */
	/* Flags by function index: it begins with ENTER; NULL: none.  Borrowed. */
	const uint8_t *marked_funcs;
};

struct code {
	ir_unit *units;
	size_t nunits;
	uint32_t frame_slots; /* slots of a frame: locals, then operands */
	struct count_site *sites;
	uint32_t nsites;
};

/* Translates a function that is not imported.  On success *code is to be freed
 * with code_fini.  Its sites have the counters from first_counter on.  Fails when memory
 * runs out or a limit is exceeded. */
enum error code_translate(const struct module *module, uint32_t func,
			  const struct code_options *options,
			  uint32_t first_counter, struct code *code,
			  struct report *report);

void code_fini(struct code *code);

enum code_point_kind {
	POINT_ENTRY, /* first instruction of the function */
	POINT_LOOP,  /* first instruction of a loop's body */
	POINT_CALL,  /* after a call: the operands are those below the results */
};

/* A place where every operand is in its canonical slot. */
struct code_point {
	enum code_point_kind kind;
	size_t position;  /* in units */
	uint32_t offset;  /* of the next Wasm instruction, in the module's file */
	size_t types;	  /* first operand type, in code_map.types */
	uint32_t noperands;
	/* POINT_CALL: */
	bool is_indirect;
	bool is_import;	 /* of an imported function: a safepoint */
	uint32_t callee; /* function index, or type index when indirect */
};

struct code_map {
	struct code_point *points; /* in order of position */
	size_t npoints, points_capacity;
	uint8_t *types;
	size_t ntypes, types_capacity;
};

/* The file offset of the instruction that the operation at position, in units, belongs to:
 * for a trap.  0 when memory runs out. */
uint32_t code_offset(const struct module *module, uint32_t func,
		     const struct code_options *options, size_t position);

/* Records every point of a function.  Free with code_map_fini. */
enum error code_map_build(const struct module *module, uint32_t func,
			  const struct code_options *options,
			  struct code_map *map, struct report *report);

void code_map_fini(struct code_map *map);

/* Type of the function that a POINT_CALL calls. */
static inline const struct func_type *
code_point_callee(const struct module *module, const struct code_point *point)
{
	return point->is_indirect ? &module->types[point->callee]
				  : module_func_type(module, point->callee);
}

/* Whether the innermost frame can stand there; an indirect call may have reached an
 * import. */
static inline bool code_point_is_safepoint(const struct code_point *point)
{
	return point->kind != POINT_CALL || point->is_import ||
	       point->is_indirect;
}

#define CODE_MAP_CACHE_SIZE 32

/* Maps of the functions last asked for: recursion, also mutual, asks for the same ones
 * again and again.  module and options are set by the user, the rest is zero. */
struct code_map_cache {
	const struct module *module;
	const struct code_options *options;
	struct {
		bool used;
		uint32_t func;
		struct code_map map;
	} entries[CODE_MAP_CACHE_SIZE];
};

/* The map of a function; valid until the next call with this cache. */
enum error code_map_cache_get(struct code_map_cache *cache, uint32_t func,
			      const struct code_map **map,
			      struct report *report);
void code_map_cache_fini(struct code_map_cache *cache);

#endif
