/* module.c: life of a module, and look-ups in it. */
#include "config.h"

#include "module.h"

#include "module/names.h"

#include "base/alloc.h"

#include <string.h>

/* A module that is both invalid and malformed further on is malformed: the
 * specification decodes all of it first. */
static enum error validate(struct module *module, struct report *report)
{
	struct report malformed;
	enum error err = module_validate(module, report);

	if (err != ERR_INVALID)
		return err;
	report_init(&malformed);
	if (module_decode_bodies(module, &malformed) != ERR_MALFORMED)
		return err;
	if (report != NULL)
		*report = malformed;
	return ERR_MALFORMED;
}

enum error module_load(const uint8_t *bytes, size_t size, uint32_t features,
		       struct module **module, struct report *report)
{
	struct module *loaded = alloc_array(1, sizeof(*loaded));
	enum error err;

	*module = NULL;
	if (loaded == NULL)
		return report_no_memory(report, sizeof(*loaded));
	loaded->bytes = bytes;
	loaded->size = size;
	loaded->features = features;
	err = module_decode(loaded, report);
	if (err == ERR_NONE)
		err = validate(loaded, report);
	if (err == ERR_NONE)
		err = module_read_names(loaded, report);
	if (err != ERR_NONE)
		module_free(loaded);
	else
		*module = loaded;
	return err;
}

void module_free(struct module *module)
{
	uint32_t i;

	if (module == NULL)
		return;
	for (i = 0; i < module->ntypes; i++)
		alloc_free((void *)(uintptr_t)module->types[i].types);
	for (i = 0; i < module->nfuncs; i++)
		alloc_free(module->funcs[i].runs);
	for (i = 0; i < module->nelems; i++) {
		alloc_free(module->elems[i].items);
		alloc_free(module->elems[i].funcs);
	}
	alloc_free(module->types);
	alloc_free(module->imports);
	alloc_free(module->funcs);
	alloc_free(module->tables);
	alloc_free(module->memories);
	alloc_free(module->globals);
	alloc_free(module->exports);
	alloc_free(module->elems);
	alloc_free(module->datas);
	alloc_free(module->customs);
	alloc_free(module->func_names);
	alloc_free(module->declared_funcs);
	alloc_free(module);
}

const struct export *module_find_export(const struct module *module,
					const char *name, size_t length)
{
	uint32_t i;

	for (i = 0; i < module->nexports; i++)
		if (module->exports[i].name.length == length &&
		    memcmp(module->exports[i].name.bytes, name, length) == 0)
			return &module->exports[i];
	return NULL;
}

void module_local_types(const struct module *module, const struct func *func,
			uint8_t *types)
{
	const struct func_type *type = &module->types[func->type];
	uint32_t i, at = type->nparams;

	copy_bytes(types, type->types, type->nparams);
	for (i = 0; i < func->nruns; i++) {
		if (func->runs[i].count > 0)
			memset(types + at, func->runs[i].type,
			       func->runs[i].count);
		at += func->runs[i].count;
	}
}

const struct export *module_initializer(const struct module *module)
{
	const struct export *export =
		module_find_export(module, "_initialize", 11);
	const struct func_type *type;

	if (export == NULL || export->kind != EXTERN_FUNC ||
	    module_find_export(module, "_start", 6) != NULL)
		return NULL;
	type = module_func_type(module, export->index);
	return type->nparams == 0 && type->nresults == 0 ? export : NULL;
}
