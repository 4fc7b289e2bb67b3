/* wasi.c: life of a guest's WASI state, directories given to it, and linking. */
#include "config.h"

#include "wasi.h"

#include "base/alloc.h"
#include "code/opcode.h"
#include "wasi/call.h"

#include <stdio.h>
#include <string.h>

enum {
#define WASI(NAME, PARAMETERS, SHOWN) WASI_CALL_##NAME,
#include "wasi.def"
	WASI_CALL_COUNT
};

static const struct {
	const char *name;
	const char *parameters;
	const char *shown;
	wasi_function *function;
} calls[WASI_CALL_COUNT] = {
#define WASI(NAME, PARAMETERS, SHOWN) {#NAME, PARAMETERS, SHOWN, wasi_##NAME},
#include "wasi.def"
};

_Static_assert(WASI_CALL_COUNT == sizeof(((struct wasi *)0)->functions) /
					  sizeof(struct func_instance *),
	       "wasi.functions has a place for each call");

const char *wasi_errno_name(wasi_errno err)
{
	static const char *const names[WASI_ERRNO_COUNT] = {
#define WASI_ERRNO(NAME, POSIX) #NAME,
#include "errno.def"
	};

	return err < WASI_ERRNO_COUNT ? names[err] : "?";
}

bool wasi_has_function(const char *name)
{
	unsigned i;

	for (i = 0; i < WASI_CALL_COUNT; i++)
		if (strcmp(calls[i].name, name) == 0)
			return true;
	return false;
}

struct wasi *wasi_new(struct store *store)
{
	struct wasi *wasi = alloc_array(1, sizeof(*wasi));

	if (wasi != NULL)
		wasi->store = store;
	return wasi;
}

void wasi_free(struct wasi *wasi)
{
	size_t i;

	if (wasi == NULL)
		return;
	string_list_fini(&wasi->arguments);
	string_list_fini(&wasi->environment);
	fd_table_fini(&wasi->fds);
	for (i = 0; i < wasi->npreopens; i++)
		alloc_free(wasi->preopens[i].name);
	alloc_free(wasi->preopens);
	alloc_free(wasi);
}

enum error string_list_add(struct string_list *list, const char *string,
			   size_t length, struct report *report)
{
	char *copy = alloc_string(string, length);

	if (copy == NULL ||
	    alloc_grow(&list->items, &list->capacity, list->count + 1,
		       sizeof(*list->items)) != 0) {
		alloc_free(copy);
		return report_no_memory(report, length);
	}
	list->items[list->count++] = copy;
	return ERR_NONE;
}

void string_list_fini(struct string_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		alloc_free(list->items[i]);
	alloc_free(list->items);
	memset(list, 0, sizeof(*list));
}

/* ---- directories ---- */

static bool add_preopen(void *context, host_handle handle, const char *name,
			size_t length)
{
	struct wasi *wasi = context;
	char *copy = alloc_string(name, length);

	if (copy == NULL ||
	    alloc_grow(&wasi->preopens, &wasi->preopens_capacity,
		       wasi->npreopens + 1, sizeof(*wasi->preopens)) != 0) {
		alloc_free(copy);
		return false;
	}
	wasi->preopens[wasi->npreopens++] =
		(struct preopen){.name = copy, .handle = handle};
	return true;
}

enum error wasi_add_directory(struct wasi *wasi, const char *mapping,
			      struct report *report)
{
	const char *separator = strstr(mapping, "::");
	size_t length = separator == NULL ? strlen(mapping)
					  : (size_t)(separator - mapping);
	const char *guest = separator == NULL ? mapping : separator + 2;
	char *name = alloc_string(mapping, length);
	host_handle handle;
	wasi_errno err;

	if (name == NULL)
		return report_no_memory(report, length);
	err = host_open_directory(name, &handle);
	alloc_free(name);
	if (err != WASI_SUCCESS)
		return report_error(report, ERR_IO,
				    "--dir %s: cannot open the directory (%s)",
				    mapping, wasi_errno_name(err));
	if (!add_preopen(wasi, handle, guest, strlen(guest)))
		return report_no_memory(report, length);
	return ERR_NONE;
}

enum error wasi_add_host_directories(struct wasi *wasi, struct report *report)
{
	wasi_errno err = host_preopens(add_preopen, wasi);

	if (err != WASI_SUCCESS)
		return report_error(report, ERR_IO,
				    "directories of the host: %s",
				    wasi_errno_name(err));
	return ERR_NONE;
}

const struct preopen *wasi_find_preopen(const struct wasi *wasi,
					const char *name)
{
	size_t i;

	for (i = 0; i < wasi->npreopens; i++)
		if (strcmp(wasi->preopens[i].name, name) == 0)
			return &wasi->preopens[i];
	return NULL;
}

/* Rights of a kind of file. */
static uint64_t default_rights(uint8_t filetype)
{
	if (filetype == WASI_FILETYPE_DIRECTORY)
		return WASI_RIGHTS_DIRECTORY;
	if (filetype == WASI_FILETYPE_REGULAR_FILE)
		return WASI_RIGHTS_FILE;
	return WASI_RIGHTS_STREAM;
}

static enum error open_one(struct wasi *wasi, struct fd_entry *entry,
			   uint32_t fd, struct report *report)
{
	struct host_fdstat stat;

	/* A descriptor that the host does not have stays closed. */
	if (host_fdstat(entry->handle, &stat) != WASI_SUCCESS)
		return ERR_NONE;
	entry->filetype = stat.filetype;
	entry->flags = stat.flags & WASI_FDFLAGS_ALL;
	entry->rights = stat.rights & WASI_RIGHTS_ALL;
	entry->inheriting = stat.inheriting & WASI_RIGHTS_ALL;
	/* Hosts built on preview2 name few rights, or none, and allow all the
	 * same; what a host does not allow it refuses itself. */
	if (entry->rights == 0 || stat.filetype == WASI_FILETYPE_DIRECTORY)
		entry->rights |= default_rights(stat.filetype);
	if (stat.filetype == WASI_FILETYPE_DIRECTORY)
		entry->inheriting = WASI_RIGHTS_ALL;
	if (fd_table_put(&wasi->fds, fd, entry) == WASI_SUCCESS)
		return ERR_NONE;
	fd_entry_fini(entry);
	return report_no_memory(report, sizeof(*entry));
}

enum error wasi_open_standard(struct wasi *wasi, struct report *report)
{
	uint32_t fd;
	size_t i;

	for (fd = 0; fd < 3; fd++) {
		struct fd_entry entry = {.kind = FD_STDIO,
					 .handle = (host_handle)fd};

		TRY(open_one(wasi, &entry, fd, report));
	}
	for (i = 0; i < wasi->npreopens; i++) {
		const struct preopen *preopen = &wasi->preopens[i];
		struct fd_entry entry = {.kind = FD_PREOPEN,
					 .handle = preopen->handle};

		entry.root =
			alloc_string(preopen->name, strlen(preopen->name));
		if (entry.root == NULL)
			return report_no_memory(report, strlen(preopen->name));
		TRY(open_one(wasi, &entry, fd, report));
		fd++;
	}
	return ERR_NONE;
}

/* ---- linking ---- */

/* Fills in what stands before the call; nothing when nobody traces, as most runs. */
static void prepare_probe(const struct wasi_call *call, unsigned number,
			  struct host_traced *traced)
{
	if (call->exec->host_probe == NULL)
		return;
	memset(traced, 0, sizeof(*traced));
	traced->name = call->name;
	traced->shown = calls[number].shown;
	traced->memory = call->memory;
	traced->narguments = strlen(calls[number].parameters);
	copy_bytes(traced->arguments, call->arguments,
		   traced->narguments * sizeof(*call->arguments));
	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &traced->began);
}

static void tell_probe(struct exec *exec, struct host_traced *traced)
{
	if (exec->host_probe == NULL)
		return;
	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &traced->ended);
	exec->host_probe(exec, exec->probe_context, traced);
}

static enum host_outcome dispatch(struct exec *exec, struct instance *caller,
				  void *context, uint64_t *slots,
				  unsigned number)
{
	struct wasi_call call = {
		.wasi = context,
		.exec = exec,
		.memory = caller != NULL ? caller->main_memory : NULL,
		.arguments = slots,
		.name = calls[number].name,
	};
	const struct moment_event event = {.moment = MOMENT_HOST_CALL,
					   .module = WASI_MODULE,
					   .function = call.name};
	struct host_traced traced;
	wasi_errno err;

	if (!exec->call.is_again && exec_tell(exec, &event))
		return HOST_STOPPED;
	prepare_probe(&call, number, &traced);
	if (number == WASI_CALL_proc_exit) {
		tell_probe(exec, &traced);
		exec->exit_status = (int)((uint32_t)slots[0] & 0xff);
		return HOST_EXIT;
	}
	err = calls[number].function(&call);
	if (call.stopped)
		return HOST_STOPPED;
	slots[0] = err;
	traced.result = err;
	traced.has_returned = true;
	tell_probe(exec, &traced);
	return HOST_DONE;
}

/* One typed entry per call: the number is all that differs. */
#define WASI(NAME, PARAMETERS, SHOWN)                                                 \
	static enum host_outcome enter_##NAME(struct exec *exec,               \
					      struct instance *caller,         \
					      void *context, uint64_t *slots)  \
	{                                                                      \
		return dispatch(exec, caller, context, slots,                  \
				WASI_CALL_##NAME);                             \
	}
#include "wasi.def"

static host_function *const entries[WASI_CALL_COUNT] = {
#define WASI(NAME, PARAMETERS, SHOWN) enter_##NAME,
#include "wasi.def"
};

static struct func_instance *make_function(struct wasi *wasi, unsigned number)
{
	const char *parameters = calls[number].parameters;
	uint8_t types[16];
	struct func_type type = {.types = types};

	for (; *parameters != '\0'; parameters++)
		types[type.nparams++] = signature_type(*parameters);
	if (number != WASI_CALL_proc_exit)
		types[type.nparams + type.nresults++] = TYPE_I32;
	return store_add_host_func(wasi->store, &type, entries[number], wasi);
}

/* The number of a call, WASI_CALL_COUNT when there is none. */
static unsigned find_call(const struct name *module, const struct name *field)
{
	unsigned i;

	if (!name_equal(module, WASI_MODULE) &&
	    !name_equal(module, WASI_UNSTABLE_MODULE))
		return WASI_CALL_COUNT;
	for (i = 0; i < WASI_CALL_COUNT; i++)
		if (name_equal(field, calls[i].name))
			break;
	return i;
}

bool wasi_provides(const struct name *module, const struct name *field)
{
	return find_call(module, field) < WASI_CALL_COUNT;
}

bool wasi_resolve(struct wasi *wasi, const struct name *module,
		  const struct name *field, struct external *external)
{
	unsigned i = find_call(module, field);

	if (i == WASI_CALL_COUNT)
		return false;
	if (name_equal(module, WASI_UNSTABLE_MODULE))
		wasi->is_unstable = true;
	else
		wasi->is_preview1 = true;
	if (wasi->is_unstable && wasi->is_preview1)
		return false;
	if (wasi->functions[i] == NULL)
		wasi->functions[i] = make_function(wasi, i);
	external->kind = EXTERN_FUNC;
	external->func = wasi->functions[i];
	return external->func != NULL;
}
