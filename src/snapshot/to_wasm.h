/* to_wasm.h: a module whose instances start with a snapshot's memories, globals and
 * tables. */
#ifndef CHIWAWA_TO_WASM_H
#define CHIWAWA_TO_WASM_H

#include "module/module.h"
#include "snapshot/snapshot.h"

/* Writes the module again: functions, imports and exports as they are, no start
 * function.  The snapshot must be one of the module (snapshot_check) and filled
 * (initial_fill).  *bytes is to be freed with alloc_free.  ERR_NOT_REPRESENTABLE: the
 * module imports a memory, table or global. */
enum error snapshot_to_wasm(const struct snapshot *snapshot,
			    const struct module *module, uint8_t **bytes,
			    size_t *size, struct report *report);

#endif
