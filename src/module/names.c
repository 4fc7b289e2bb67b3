/* names.c: the name section (core specification, appendix "Custom Sections").
 *
 * A damaged name section is ignored, as the specification asks: it never makes a
 * module invalid.
 */
#include "config.h"

#include "names.h"

#include "base/alloc.h"

#ifdef HAVE_LIBIBERTY
#include <libiberty/demangle.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBSECTION_FUNCTIONS 1

/* Longer names are shown as they are: what a name expands to has no bound. */
#define MAX_MANGLED 1000

static void copy_name(const struct name *name, char *buffer, size_t size)
{
	size_t length = name->length < size - 1 ? name->length : size - 1;
	size_t i;

	memcpy(buffer, name->bytes, length);
	buffer[length] = '\0';
	for (i = 0; i < length; i++)
		if ((unsigned char)buffer[i] < 0x20 || buffer[i] == 0x7f)
			buffer[i] = '?';
}

#ifdef HAVE_LIBIBERTY
/* Whether a name is mangled by the rules of C++ (Itanium) or Rust. */
static bool is_mangled(const struct name *name)
{
	return name->length > 3 && name->length < MAX_MANGLED &&
	       name->bytes[0] == '_' &&
	       (name->bytes[1] == 'Z' || name->bytes[1] == 'R');
}

/* The name as its programmer wrote it; false when it is not mangled after all. */
static bool copy_demangled(const struct name *name, char *buffer, size_t size)
{
	char mangled[MAX_MANGLED + 1];
	struct name shown;
	char *text;

	memcpy(mangled, name->bytes, name->length);
	mangled[name->length] = '\0';
	text = cplus_demangle(mangled, DMGL_ANSI | DMGL_PARAMS | DMGL_AUTO);
	if (text == NULL)
		return false;
	shown.bytes = (const uint8_t *)text;
	shown.length = (uint32_t)strlen(text);
	copy_name(&shown, buffer, size);
	free(text);
	return true;
}
#endif

static void show_name(const struct name *name, char *buffer, size_t size)
{
#ifdef HAVE_LIBIBERTY
	if (is_mangled(name) && copy_demangled(name, buffer, size))
		return;
#endif
	copy_name(name, buffer, size);
}

/* Reads the function subsection into names; what is wrong ends it. */
static void read_map(struct reader *reader, struct module *module)
{
	uint32_t count, i, index;
	struct name name;

	if (read_u32(reader, &count) != ERR_NONE)
		return;
	for (i = 0; i < count; i++) {
		if (read_u32(reader, &index) != ERR_NONE ||
		    read_name(reader, &name) != ERR_NONE ||
		    index >= module->nfuncs)
			return;
		module->func_names[index] = name;
	}
}

static void read_section(struct module *module,
			 const struct custom_section *custom)
{
	struct reader reader = {.base = module->bytes,
				.p = custom->bytes,
				.end = custom->bytes + custom->length};

	while (reader.p < reader.end) {
		struct reader part = reader;
		const uint8_t *bytes;
		uint32_t length;
		uint8_t id;

		if (read_byte(&reader, &id) != ERR_NONE ||
		    read_bytes(&reader, &bytes, &length) != ERR_NONE)
			return;
		part.p = bytes;
		part.end = bytes + length;
		if (id == SUBSECTION_FUNCTIONS)
			read_map(&part, module);
	}
}

enum error module_read_names(struct module *module, struct report *report)
{
	uint32_t i;

	for (i = 0; i < module->ncustoms; i++) {
		if (!name_equal(&module->customs[i].name, "name") ||
		    module->func_names != NULL)
			continue;
		module->func_names = alloc_array(module->nfuncs,
						 sizeof(*module->func_names));
		if (module->func_names == NULL)
			return report_no_memory(report, module->nfuncs);
		read_section(module, &module->customs[i]);
	}
	return ERR_NONE;
}

static bool find_external(const struct module *module, uint32_t func,
			  struct name *name)
{
	uint32_t i;

	for (i = 0; i < module->nexports; i++) {
		if (module->exports[i].kind != EXTERN_FUNC ||
		    module->exports[i].index != func)
			continue;
		*name = module->exports[i].name;
		return true;
	}
	for (i = 0; i < module->nimports; i++) {
		if (module->imports[i].kind != EXTERN_FUNC ||
		    module->imports[i].index != func)
			continue;
		*name = module->imports[i].field;
		return true;
	}
	return false;
}

void module_func_name(const struct module *module, uint32_t func, char *buffer,
		      size_t size)
{
	struct name name;

	if (module->func_names != NULL && module->func_names[func].length > 0)
		show_name(&module->func_names[func], buffer, size);
	else if (find_external(module, func, &name) && name.length > 0)
		show_name(&name, buffer, size);
	else
		snprintf(buffer, size, "func[%u]", func);
}
