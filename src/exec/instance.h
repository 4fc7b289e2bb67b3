/* instance.h: making an instance of a module (core specification 4.5.4).
 *
 * struct module is const, struct instance is what changes, struct exec
 * (exec/exec.h) is one activation stack.
 */
#ifndef CHIWAWA_INSTANCE_H
#define CHIWAWA_INSTANCE_H

#include "exec/store.h"
#include "exec/trap.h"

/* Gives an import its value: sets *external and returns true, or returns false
 * when there is no such thing.  Types are checked by the caller of this. */
typedef bool import_resolver(void *context, const struct name *module,
			     const struct name *field, enum extern_kind kind,
			     const struct func_type *type,
			     struct external *external);

/* What instance_new does about the module's segments and start function. */
enum instantiation {
	INSTANTIATE_RUN,     /* applies the active segments */
	/* Applies none, and memories have no pages: a snapshot will set everything. */
	INSTANTIATE_RESTORE,
};

/* Makes an instance owned by the store.  The start function is not called
 * (instance_start does).  An active segment that does not fit sets *trap and
 * still returns ERR_NONE, with the instance alive, as the specification has it.
 * module must outlive the store.  Errors: ERR_UNLINKABLE, ERR_NO_MEMORY. */
enum error instance_new(struct store *store, const struct module *module,
			enum instantiation how, import_resolver *resolver,
			void *context, struct instance **instance,
			enum trap *trap, struct report *report);

/* Called by the store. */
void instance_free(struct instance *instance);

/* The exported thing of that name (length bytes); false when there is none of that
 * kind. */
bool instance_export(struct instance *instance, const char *name,
		     size_t length, enum extern_kind kind,
		     struct external *external);

/* The thing an export entry names. */
struct external instance_external(struct instance *instance,
				  enum extern_kind kind, uint32_t index);

/* Translates a function on its first call.  0, or -1 without memory or past a
 * limit of the translator. */
int func_instance_translate(struct func_instance *func, struct report *report);

#endif
