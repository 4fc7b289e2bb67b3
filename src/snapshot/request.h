/* request.h: the function that a guest imports to ask for its own snapshot. */
#ifndef CHIWAWA_REQUEST_H
#define CHIWAWA_REQUEST_H

#include "exec/store.h"
#include "module/reader.h"

/* Whether that import is chiwawa's own. */
bool request_provides(const struct name *module, const struct name *field);

/* An import_resolver part: chiwawa.snapshot, of type [] -> [i32].  Like fork it gives 0 when
 * the guest goes on after the snapshot, 1 when it was restored from it, and -1 when there
 * was none: the trigger hostcall is not armed, or the snapshot failed. */
bool request_resolve(struct store *store, const struct name *module,
		     const struct name *field, struct external *external);

#endif
