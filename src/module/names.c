/* names.c: the name section (core specification, appendix "Custom Sections").
 *
 * A damaged name section is ignored, as the specification asks: it never makes a
 * module invalid.
 */
#include "config.h"

#include "names.h"

#include <stdio.h>
#include <string.h>

#define SUBSECTION_FUNCTIONS 1

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

/* Looks func up in the function subsection; false when it is not there. */
static bool find_in_map(struct reader *reader, uint32_t func,
			struct name *name)
{
	uint32_t count, i, index;

	if (read_u32(reader, &count) != ERR_NONE)
		return false;
	for (i = 0; i < count; i++) {
		if (read_u32(reader, &index) != ERR_NONE ||
		    read_name(reader, name) != ERR_NONE || index > func)
			return false;
		if (index == func)
			return name->length > 0;
	}
	return false;
}

static bool find_in_section(const struct module *module,
			    const struct custom_section *custom, uint32_t func,
			    struct name *name)
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
			return false;
		part.p = bytes;
		part.end = bytes + length;
		if (id == SUBSECTION_FUNCTIONS)
			return find_in_map(&part, func, name);
	}
	return false;
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
	uint32_t i;

	for (i = 0; i < module->ncustoms; i++)
		if (name_equal(&module->customs[i].name, "name") &&
		    find_in_section(module, &module->customs[i], func, &name)) {
			copy_name(&name, buffer, size);
			return;
		}
	if (find_external(module, func, &name) && name.length > 0)
		copy_name(&name, buffer, size);
	else
		snprintf(buffer, size, "func[%u]", func);
}
