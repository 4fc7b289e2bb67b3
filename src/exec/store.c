/* store.c: life of a store, host objects and interned function types. */
#include "config.h"

#include "store.h"

#include "base/alloc.h"
#include "exec/instance.h"
#include "exec/table.h"

#include <string.h>
#include <xxhash.h>

/* Objects that the host made, in a list. */
struct host_object {
	struct external external;
	struct host_object *next;
	uint8_t *types; /* of a function */
	union {
		struct func_instance func;
		struct table table;
		struct memory memory;
		struct global_instance global;
	};
	struct func_type type;
};

struct store *store_new(const struct code_options *options)
{
	struct store *store = alloc_array(1, sizeof(*store));

	if (store == NULL)
		return NULL;
	store->options = *options;
	if (options->call_tree &&
	    call_tree_init(&store->call_tree, NULL) != ERR_NONE) {
		alloc_free(store);
		return NULL;
	}
	if (options->tree_by_time)
		store->call_tree.clock = options->clock;
	return store;
}

static void free_host_objects(struct store *store)
{
	struct host_object *object = store->host_objects;

	while (object != NULL) {
		struct host_object *next = object->next;

		if (object->external.kind == EXTERN_TABLE)
			table_fini(&object->table);
		else if (object->external.kind == EXTERN_MEMORY)
			memory_fini(&object->memory);
		alloc_free(object->types);
		alloc_free(object);
		object = next;
	}
}

void store_free(struct store *store)
{
	uint32_t i;

	if (store == NULL)
		return;
	profile_fini(&store->profile);
	call_tree_fini(&store->call_tree);
	while (store->instances != NULL) {
		struct instance *instance = store->instances;

		store->instances = instance->next;
		instance_free(instance);
	}
	free_host_objects(store);
	for (i = 0; i < store->ntypes; i++)
		alloc_free((void *)(uintptr_t)store->types[i].types);
	alloc_free(store->types);
	alloc_free(store->type_table);
	alloc_free(store);
}

static struct host_object *new_object(enum extern_kind kind)
{
	struct host_object *object = alloc_array(1, sizeof(*object));

	if (object == NULL)
		return NULL;
	object->external.kind = kind;
	return object;
}

static void link_object(struct store *store, struct host_object *object)
{
	object->next = store->host_objects;
	store->host_objects = object;
}

static uint8_t *copy_types(const struct func_type *type)
{
	size_t count = (size_t)type->nparams + type->nresults;
	uint8_t *copy = alloc_array(count, 1);

	if (copy != NULL && count > 0)
		memcpy(copy, type->types, count);
	return copy;
}

struct func_instance *store_add_host_func(struct store *store,
					  const struct func_type *type,
					  host_function *function,
					  void *context)
{
	struct host_object *object = new_object(EXTERN_FUNC);

	if (object == NULL)
		return NULL;
	object->types = copy_types(type);
	if (object->types == NULL ||
	    store_intern_type(store, type, &object->func.type_id) != 0) {
		alloc_free(object->types);
		alloc_free(object);
		return NULL;
	}
	object->type = *type;
	object->type.types = object->types;
	object->func.type = &object->type;
	object->func.nparams = type->nparams;
	object->func.host = function;
	object->func.host_context = context;
	link_object(store, object);
	return &object->func;
}

struct table *store_add_table(struct store *store,
			      const struct table_type *type)
{
	struct host_object *object = new_object(EXTERN_TABLE);

	if (object == NULL)
		return NULL;
	if (table_init(&object->table, type) != 0) {
		alloc_free(object);
		return NULL;
	}
	link_object(store, object);
	return &object->table;
}

struct memory *store_add_memory(struct store *store,
				const struct memory_type *type)
{
	struct host_object *object = new_object(EXTERN_MEMORY);

	if (object == NULL)
		return NULL;
	if (memory_init(&object->memory, type, NULL) != ERR_NONE) {
		alloc_free(object);
		return NULL;
	}
	link_object(store, object);
	return &object->memory;
}

struct global_instance *store_add_global(struct store *store,
					 const struct global_type *type,
					 uint64_t value)
{
	struct host_object *object = new_object(EXTERN_GLOBAL);

	if (object == NULL)
		return NULL;
	object->global.type = *type;
	object->global.value = value;
	link_object(store, object);
	return &object->global;
}

/* Place of a type in the table, or the free place where it belongs. */
static uint32_t *find_type(const struct store *store,
			   const struct func_type *type)
{
	size_t count = (size_t)type->nparams + type->nresults;
	uint32_t mask = store->type_table_size - 1;
	uint32_t at = (uint32_t)XXH3_64bits_withSeed(type->types, count,
						     type->nparams);

	for (;; at++) {
		uint32_t *place = &store->type_table[at & mask];

		if (*place == 0 ||
		    func_type_equal(&store->types[*place - 1], type))
			return place;
	}
}

/* Keeps at least half of the table free. */
static int grow_type_table(struct store *store)
{
	uint32_t size = store->type_table_size;
	uint32_t i;

	if (store->ntypes < size / 2)
		return 0;
	size = size == 0 ? 64 : 2 * size;
	alloc_free(store->type_table);
	store->type_table_size = 0;
	store->type_table = alloc_array(size, sizeof(*store->type_table));
	if (store->type_table == NULL)
		return -1;
	store->type_table_size = size;
	for (i = 0; i < store->ntypes; i++)
		*find_type(store, &store->types[i]) = i + 1;
	return 0;
}

int store_intern_type(struct store *store, const struct func_type *type,
		      uint32_t *id)
{
	struct func_type copy = *type;
	uint32_t *place;

	if (grow_type_table(store) != 0)
		return -1;
	place = find_type(store, type);
	if (*place != 0) {
		*id = *place - 1;
		return 0;
	}
	copy.types = copy_types(type);
	if (copy.types == NULL)
		return -1;
	if (alloc_grow(&store->types, &store->types_capacity,
		       (size_t)store->ntypes + 1,
		       sizeof(*store->types)) != 0) {
		alloc_free((void *)(uintptr_t)copy.types);
		return -1;
	}
	store->types[store->ntypes] = copy;
	*id = store->ntypes++;
	*place = *id + 1;
	return 0;
}
