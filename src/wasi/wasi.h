/* wasi.h: WASI preview1 for one guest.
 *
 * struct wasi holds everything that WASI lets a guest change or see, and that a
 * snapshot therefore holds: descriptors, arguments, environment, clocks.
 */
#ifndef CHIWAWA_WASI_H
#define CHIWAWA_WASI_H

#include "base/report.h"
#include "exec/instance.h"
#include "wasi/fd_table.h"

/* A list of strings, owned. */
struct string_list {
	char **items;
	size_t count, capacity;
};

/* A directory that the guest may be given, by name. */
struct preopen {
	char *name; /* as the guest sees it */
	host_handle handle;
};

struct wasi {
	struct store *store;
	struct string_list arguments;
	struct string_list environment; /* NAME=VALUE */
	struct fd_table fds;
	struct preopen *preopens;
	size_t npreopens, preopens_capacity;
	/* Added to the host's clock to give the guest's, modulo 2^64: a clock
	 * that measures durations goes on where it stood in the snapshot. */
	uint64_t clock_offsets[WASI_CLOCK_COUNT];
	struct func_instance *functions[46]; /* made when first imported */
	/* The guest imports WASI as wasi_unstable, or as the other; a module of both gets one. */
	bool is_unstable, is_preview1;
};

/* NULL when out of memory. */
struct wasi *wasi_new(struct store *store);
void wasi_free(struct wasi *wasi);

enum error string_list_add(struct string_list *list, const char *string,
			   size_t length, struct report *report);
void string_list_fini(struct string_list *list);

/* Makes a directory of the command line available: HOST or HOST::GUEST. */
enum error wasi_add_directory(struct wasi *wasi, const char *mapping,
			      struct report *report);
/* Makes all directories that the host gave this process available. */
enum error wasi_add_host_directories(struct wasi *wasi,
				     struct report *report);
/* Opens descriptors 0, 1, 2 and one for each available directory. */
enum error wasi_open_standard(struct wasi *wasi, struct report *report);
/* The available directory of that name, or NULL. */
const struct preopen *wasi_find_preopen(const struct wasi *wasi,
					const char *name);

/* Whether WASI of this build has that function. */
bool wasi_provides(const struct name *module, const struct name *field);
/* An import_resolver part: true when module is WASI and has the function. */
bool wasi_resolve(struct wasi *wasi, const struct name *module,
		  const struct name *field, struct external *external);

/* The guest's time of a clock. */
wasi_errno wasi_clock_now(const struct wasi *wasi, uint8_t clock,
			  uint64_t precision, uint64_t *ns);

/* Whether WASI has a function of that name. */
bool wasi_has_function(const char *name);

/* Text of an errno ("NOENT"). */
const char *wasi_errno_name(wasi_errno err);

#endif
