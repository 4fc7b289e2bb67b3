/* check.c: proves a snapshot against the validated module; see restore.h.
 *
 * A snapshot may be damaged or made by an enemy.  After this check, locals and
 * operands have the validator's types, every frame stands where the interpreter
 * can stand, and every frame but the last waits for just the function that the
 * next one runs.
 */
#include "config.h"

#include "restore.h"

#include "base/alloc.h"
#include "code/code.h"

#include <stdio.h>
#include <string.h>

static enum error bad(struct report *report, const char *part, uint32_t index,
		      const char *what)
{
	return report_error(report, ERR_BAD_SNAPSHOT, "%s %u: %s", part, index,
			    what);
}

static void hex(const uint8_t hash[16], char text[33])
{
	int i;

	for (i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

static enum error check_identity(const struct snapshot *snapshot,
				 const struct module *module,
				 struct report *report)
{
	char wanted[33], given[33];
	uint8_t hash[16];

	snapshot_hash_module(module->bytes, module->size, hash);
	if (snapshot->module_size == module->size &&
	    memcmp(hash, snapshot->module_hash, sizeof(hash)) == 0)
		return ERR_NONE;
	hex(snapshot->module_hash, wanted);
	hex(hash, given);
	return report_error(report, ERR_WRONG_MODULE,
			    "the snapshot is of a module of %llu bytes with "
			    "XXH3-128 %s, this one has %zu bytes and %s",
			    (unsigned long long)snapshot->module_size, wanted,
			    module->size, given);
}

static enum error check_value(const struct snapshot_value *value, uint8_t type,
			      const struct module *module, const char *part,
			      uint32_t index, struct report *report)
{
	if (value->type != type)
		return bad(report, part, index, "a value has another type");
	if ((type == TYPE_I32 || type == TYPE_F32) &&
	    value->bits > UINT32_MAX)
		return bad(report, part, index, "a 32-bit value is too large");
	if (type == TYPE_FUNCREF && value->bits > module->nfuncs)
		return bad(report, part, index, "unknown function");
	if (type == TYPE_EXTERNREF && value->bits != 0)
		return bad(report, part, index,
			   "an externref cannot be restored");
	return ERR_NONE;
}

/* ---- frames ---- */

const struct code_point *snapshot_find_point(const struct code_map *map,
					     uint32_t offset)
{
	size_t low = 0, high = map->npoints;

	/* Points are recorded in the order of the body: ascending offsets. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->points[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == map->npoints || map->points[low].offset != offset)
		return NULL;
	return &map->points[low];
}

static enum error check_operands(const struct snapshot_frame *frame,
				 uint32_t index, const struct module *module,
				 const struct code_map *map,
				 const struct code_point *point,
				 const struct func_type *returned,
				 struct report *report)
{
	uint32_t nresults = returned == NULL ? 0 : returned->nresults;
	uint32_t i;

	if (frame->noperands != point->noperands + nresults)
		return bad(report, "frame", index,
			   "wrong number of operands");
	for (i = 0; i < frame->noperands; i++) {
		uint8_t type =
			i < point->noperands
				? map->types[point->types + i]
				: returned->types[returned->nparams + i -
						  point->noperands];

		TRY(check_value(&frame->operands[i], type, module, "frame",
				index, report));
	}
	return ERR_NONE;
}

static enum error check_locals(const struct snapshot_frame *frame,
			       uint32_t index, const struct module *module,
			       struct report *report)
{
	const struct func *func = &module->funcs[frame->func];
	uint8_t *types = alloc_array(func->nlocals, 1);
	enum error err = ERR_NONE;
	uint32_t i;

	if (types == NULL)
		return report_no_memory(report, func->nlocals);
	module_local_types(module, func, types);
	if (frame->nlocals != func->nlocals)
		err = bad(report, "frame", index, "wrong number of locals");
	for (i = 0; i < func->nlocals && err == ERR_NONE; i++)
		err = check_value(&frame->locals[i], types[i], module, "frame",
				  index, report);
	alloc_free(types);
	return err;
}

/* A frame that waits must wait for the function of the next frame. */
static enum error check_callee(const struct code_point *point,
			       const struct module *module, uint32_t callee,
			       uint32_t index, struct report *report)
{
	bool fits;

	if (point->kind != POINT_CALL || point->is_import)
		return bad(report, "frame", index,
			   "does not wait for a call");
	fits = point->is_indirect
		       ? func_type_equal(&module->types[point->callee],
					 module_func_type(module, callee))
		       : point->callee == callee;
	/* After tail calls another may stand in its place: all that the caller sees of it are
	 * its results. */
	if (module->has_tail_calls)
		fits = func_results_equal(code_point_callee(module, point),
				     module_func_type(module, callee));
	if (!fits)
		return bad(report, "frame", index,
			   "waits for another function than the next frame's");
	return ERR_NONE;
}

/* The call of the host that the innermost frame waits for. */
static enum error check_call(const struct snapshot *snapshot,
			     const struct code_point *point,
			     const struct module *module,
			     struct report *report)
{
	const struct snapshot_call *call = &snapshot->call;
	const struct func_type *type;
	uint32_t i;

	if (call->func >= module->nimported_funcs)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "call: function %u is not imported",
				    call->func);
	type = module_func_type(module, call->func);
	if (point->kind != POINT_CALL ||
	    (point->is_indirect
		     ? !func_type_equal(&module->types[point->callee], type)
		     : point->callee != call->func))
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "call: the innermost frame does not wait "
				    "for function %u",
				    call->func);
	if (call->narguments != type->nparams)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "call: wrong number of arguments");
	for (i = 0; i < call->narguments; i++)
		TRY(check_value(&call->arguments[i], type->types[i], module,
				"argument", i, report));
	return ERR_NONE;
}

static enum error check_frame(const struct snapshot *snapshot, uint32_t index,
			      const struct module *module,
			      const struct code_map *map,
			      struct report *report)
{
	const struct snapshot_frame *frame = &snapshot->frames[index];
	const struct code_point *point =
		snapshot_find_point(map, frame->offset);
	const struct func_type *returned = NULL;

	if (point == NULL)
		return bad(report, "frame", index,
			   "its offset is not a safepoint");
	if (index + 1 < snapshot->nframes) {
		TRY(check_callee(point, module, frame[1].func, index, report));
	} else if (snapshot->call.is_pending) {
		TRY(check_call(snapshot, point, module, report));
	} else if (!code_point_is_safepoint(point)) {
		return bad(report, "frame", index,
			   "its offset is not a safepoint");
	} else if (point->kind == POINT_CALL) {
		returned = code_point_callee(module, point);
	}
	TRY(check_locals(frame, index, module, report));
	return check_operands(frame, index, module, map, point, returned,
			      report);
}

static enum error check_frames(const struct snapshot *snapshot,
			       const struct module *module,
			       const struct code_options *options,
			       struct report *report)
{
	struct code_map_cache cache = {.module = module, .options = options};
	const struct code_map *map;
	enum error err = ERR_NONE;
	uint32_t i;

	for (i = 0; i < snapshot->nframes && err == ERR_NONE; i++) {
		uint32_t func = snapshot->frames[i].func;

		if (func >= module->nfuncs || func < module->nimported_funcs) {
			err = bad(report, "frame", i, "unknown function");
			break;
		}
		err = code_map_cache_get(&cache, func, &map, report);
		if (err == ERR_NONE)
			err = check_frame(snapshot, i, module, map, report);
	}
	code_map_cache_fini(&cache);
	return err;
}

/* Whether a function may be the bottom frame of a phase. */
static bool was_started(const struct module *module, uint32_t bottom,
			uint8_t phase, uint32_t entry)
{
	const struct export *initializer = module_initializer(module);
	uint32_t started = entry;

	if (phase == PHASE_START && !module->has_start)
		return false;
	if (phase == PHASE_INITIALIZE && initializer == NULL)
		return false;
	if (phase == PHASE_START)
		started = module->start;
	else if (phase == PHASE_INITIALIZE)
		started = initializer->index;
	return bottom == started ||
	       (module->has_tail_calls &&
		func_results_equal(module_func_type(module, started),
				   module_func_type(module, bottom)));
}

static enum error check_invocation(const struct snapshot *snapshot,
				   const struct module *module,
				   struct report *report)
{
	const struct export *entry =
		module_find_export(module, snapshot->entry,
				   strlen(snapshot->entry));
	const struct func_type *type;
	uint32_t i, bottom;

	if (snapshot->phase < PHASE_START || snapshot->phase > PHASE_INITIALIZE)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "unknown phase %u", snapshot->phase);
	if (entry == NULL || entry->kind != EXTERN_FUNC)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "entry: the module exports no function "
				    "\"%s\"",
				    snapshot->entry);
	if (snapshot->nframes == 0 &&
	    (snapshot->phase != PHASE_START || snapshot->call.is_pending))
		return report_error(report, ERR_BAD_SNAPSHOT, "no frames");
	/* Without frames the entry is called next. */
	bottom = snapshot->nframes == 0 ? module->start
					: snapshot->frames[0].func;
	if (snapshot->nframes > 0 &&
	    !was_started(module, bottom, snapshot->phase, entry->index))
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "frame 0: not the function that was "
				    "started");
	type = module_func_type(module, entry->index);
	if (snapshot->narguments !=
	    (snapshot->phase == PHASE_ENTRY ? 0 : type->nparams))
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "entry: wrong number of arguments");
	for (i = 0; i < snapshot->narguments; i++)
		TRY(check_value(&snapshot->arguments[i], type->types[i],
				module, "argument", i, report));
	return ERR_NONE;
}

/* ---- the instance ---- */

static bool within(uint64_t size, const struct limits *limits)
{
	return size >= limits->min && (!limits->has_max || size <= limits->max);
}

static enum error check_tables(const struct snapshot *snapshot,
			       const struct module *module,
			       struct report *report)
{
	uint32_t i, j;

	if (snapshot->ntables != module->ntables)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "wrong number of tables");
	for (i = 0; i < snapshot->ntables; i++) {
		const struct snapshot_table *table = &snapshot->tables[i];

		if (table->element != module->tables[i].element)
			return bad(report, "table", i, "another element type");
		if (!within(table->size, &module->tables[i].limits))
			return bad(report, "table", i,
				   "its size is out of limits");
		for (j = 0; j < table->size; j++) {
			struct snapshot_value value = {table->element,
						       table->elements[j]};

			TRY(check_value(&value, table->element, module,
					"table", i, report));
		}
	}
	return ERR_NONE;
}

static enum error check_instance(const struct snapshot *snapshot,
				 const struct module *module,
				 struct report *report)
{
	uint32_t i;

	if (snapshot->nglobals != module->nglobals)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "wrong number of globals");
	for (i = 0; i < snapshot->nglobals; i++)
		TRY(check_value(&snapshot->globals[i],
				module->globals[i].type.value, module,
				"global", i, report));
	if (snapshot->nmemories != module->nmemories)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "wrong number of memories");
	for (i = 0; i < snapshot->nmemories; i++)
		if (!within(snapshot->memories[i].pages,
			    &module->memories[i].limits))
			return bad(report, "memory", i,
				   "its size is out of limits");
	if (snapshot->nelems != module->nelems ||
	    snapshot->ndatas != module->ndatas)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "wrong number of segments");
	return check_tables(snapshot, module, report);
}

static enum error check_fds(const struct snapshot *snapshot,
			    struct report *report)
{
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++) {
		const struct snapshot_fd *fd = &snapshot->fds[i];

		if (fd->fd >= FD_TABLE_MAX ||
		    (i > 0 && fd->fd <= snapshot->fds[i - 1].fd))
			return bad(report, "descriptor", fd->fd,
				   "out of order or range");
		if (fd->kind == FD_STDIO && fd->stdio > 2)
			return bad(report, "descriptor", fd->fd,
				   "no such standard stream");
		if ((fd->flags & ~WASI_FDFLAGS_ALL) != 0 ||
		    (fd->rights & ~WASI_RIGHTS_ALL) != 0 ||
		    (fd->inheriting & ~WASI_RIGHTS_ALL) != 0)
			return bad(report, "descriptor", fd->fd,
				   "unknown flags or rights");
		if (fd->listing != NULL &&
		    fd->filetype != WASI_FILETYPE_DIRECTORY)
			return bad(report, "descriptor", fd->fd,
				   "a listing of what is no directory");
		if (fd->offset > INT64_MAX)
			return bad(report, "descriptor", fd->fd,
				   "its position is out of range");
	}
	return ERR_NONE;
}

enum error snapshot_check(const struct snapshot *snapshot,
			  const struct module *module,
			  const struct code_options *options,
			  struct report *report)
{
	TRY(check_identity(snapshot, module, report));
	if (snapshot->trap[0] != '\0')
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "the guest had trapped (%s): its snapshot "
				    "can be looked at, not continued",
				    snapshot->trap);
	TRY(check_invocation(snapshot, module, report));
	TRY(check_frames(snapshot, module, options, report));
	TRY(check_instance(snapshot, module, report));
	return check_fds(snapshot, report);
}
