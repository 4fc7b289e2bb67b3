/* store.h: everything that instances share or own (core specification 4.2.3).
 *
 * The store owns all instances, functions, tables, memories and globals made in
 * it; they live until store_free, so references between them never dangle.
 * A reference value in a slot is 0 for null, else the address of a struct
 * func_instance (funcref) or a host's number plus one (externref).
 */
#ifndef CHIWAWA_STORE_H
#define CHIWAWA_STORE_H

#include "base/report.h"
#include "code/code.h"
#include "exec/call_tree.h"
#include "exec/memory.h"
#include "exec/profile.h"
#include "module/module.h"

struct exec;
struct instance;

/* What a host function ended with. */
enum host_outcome {
	HOST_DONE,  /* results are in place */
	HOST_EXIT,  /* the guest asked to end; exec->exit_status is set */
	HOST_TRAP,  /* exec->trap is set */
	/* The hook asked to stop: exec_resume goes on behind the call or, when
	 * exec->call.func is still set, makes it again. */
	HOST_STOPPED,
};

/* A host function: slots holds the arguments and receives the results.  caller
 * is the instance whose code made the call. */
typedef enum host_outcome host_function(struct exec *exec,
					struct instance *caller, void *context,
					uint64_t *slots);

struct func_instance {
	/* Read by the interpreter on every call. */
	const ir_unit *units;	/* NULL until translated, and for host functions */
	uint32_t frame_slots;
	uint32_t nparams;
	uint32_t nzeroed;	/* locals behind the parameters */
	uint32_t type_id;	/* of the store's interned types */
	struct instance *instance; /* NULL for host functions */
	uint32_t index;		/* in the instance's module */
	const struct func_type *type;
	struct code code;
	host_function *host;
	void *host_context;
};

struct table {
	uint64_t *elements; /* references */
	uint32_t size;
	uint8_t element;    /* type */
	struct limits limits;
};

struct global_instance {
	uint64_t value;
	struct global_type type;
};

/* One external value: what an import is given and an export gives. */
struct external {
	enum extern_kind kind;
	union {
		struct func_instance *func;
		struct table *table;
		struct memory *memory;
		struct global_instance *global;
	};
};

struct instance {
	const struct module *module;
	struct store *store;
	struct func_instance **funcs;
	struct table **tables;
	struct memory **memories;
	/* What calls of WASI see: the one exported as "memory", else the first; or NULL. */
	struct memory *main_memory;
	struct global_instance **globals;
	uint32_t *type_ids;	  /* interned id of each type of the module */
	uint64_t **elem_values;	  /* per element segment, its references */
	uint8_t *dropped_elems;	  /* one flag per segment */
	uint8_t *dropped_datas;
	/* Storage of what the module itself defines. */
	struct func_instance *own_funcs;
	struct table *own_tables;
	struct memory *own_memories;
	struct global_instance *own_globals;
	struct instance *next;
};


struct store {
	struct code_options options;
	struct instance *instances;
	struct func_type *types; /* interned; borrowed type bytes are copied */
	uint32_t ntypes;
	size_t types_capacity;
	uint32_t *type_table; /* open addressing: id plus one, 0 for free */
	uint32_t type_table_size; /* a power of two, or 0 */
	struct host_object *host_objects;
	uint64_t translate_ns, translated; /* time, functions; with options.clock */
	struct profile profile; /* of the guest, when options.counts asks */
	struct call_tree call_tree; /* likewise, when options.call_tree does */
};

/* NULL when out of memory. */
struct store *store_new(const struct code_options *options);
void store_free(struct store *store);

/* Makes host objects that imports can be given; the store owns them.  NULL when
 * out of memory.  The types are copied. */
struct func_instance *store_add_host_func(struct store *store,
					  const struct func_type *type,
					  host_function *function,
					  void *context);
struct table *store_add_table(struct store *store,
			      const struct table_type *type);
struct memory *store_add_memory(struct store *store,
				const struct memory_type *type);
struct global_instance *store_add_global(struct store *store,
					 const struct global_type *type,
					 uint64_t value);

/* Number of a function type, equal for equal types.  Returns 0 on success. */
int store_intern_type(struct store *store, const struct func_type *type,
		      uint32_t *id);

#endif
