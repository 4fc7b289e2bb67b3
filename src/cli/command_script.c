/* command_script.c: `chiwawa script FILE...`: runs scripts of the specification's
 * test suite, converted to lines by tests/spec/convert.py.
 *
 * A line is: LINE COMMAND FIELD..., separated by tabs; names are percent-encoded.
 *   module NAME FILE            register AS NAME         (NAME "-": the last one)
 *   action MODULE invoke FIELD ARGUMENTS      action MODULE get FIELD -
 *   assert_return MODULE KIND FIELD ARGUMENTS RESULTS
 *   assert_trap TEXT MODULE KIND FIELD ARGUMENTS     (and assert_exhaustion)
 *   assert_malformed|assert_invalid|assert_unlinkable|assert_uninstantiable TEXT FILE
 * Values are TYPE:BITS, references TYPE:null or TYPE:N, results also nan:canonical
 * and nan:arithmetic in place of BITS, and TYPE:any.
 */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "exec/exec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 8
#define MAX_VALUES 64

/* The suite recurses until it is stopped; a small stack does that sooner. */
#define STACK_BYTES ((size_t)1 << 20)

struct script_module {
	char *name; /* NULL: none */
	char *registered;
	uint8_t *bytes;
	struct module *module;
	struct instance *instance;
	struct script_module *next;
};

struct script {
	const char *path;
	uint32_t features;
	struct store *store;
	struct exec *exec;
	struct script_module *modules; /* latest first */
	struct script_module *current;
	struct external spectest[16];
	unsigned long line;
	unsigned long passed, failed;
	/* Of the last action. */
	const struct func_type *type;
	uint64_t results[MAX_VALUES];
	uint8_t result_types[MAX_VALUES];
	uint32_t nresults;
};

struct value {
	uint8_t type;
	uint64_t bits;
	const char *special; /* "canonical", "arithmetic", "any", or NULL */
};

static void __attribute__((format(printf, 2, 3)))
check(struct script *script, const char *format, ...);

/* Counts a success when format is NULL, else a failure with its reason. */
static void check(struct script *script, const char *format, ...)
{
	va_list arguments;

	if (format == NULL) {
		script->passed++;
		return;
	}
	script->failed++;
	printf("%s:%lu: ", script->path, script->line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

/* ---- the host module "spectest" ---- */

static enum host_outcome ignore_call(struct exec *exec,
				     struct instance *caller, void *context,
				     uint64_t *slots)
{
	(void)exec;
	(void)caller;
	(void)context;
	(void)slots;
	return HOST_DONE;
}

static const struct {
	const char *name;
	enum extern_kind kind;
	uint8_t types[2];
	uint32_t count;
	uint64_t value;
} spectest[] = {
	{"print", EXTERN_FUNC, {0}, 0, 0},
	{"print_i32", EXTERN_FUNC, {TYPE_I32}, 1, 0},
	{"print_i64", EXTERN_FUNC, {TYPE_I64}, 1, 0},
	{"print_f32", EXTERN_FUNC, {TYPE_F32}, 1, 0},
	{"print_f64", EXTERN_FUNC, {TYPE_F64}, 1, 0},
	{"print_i32_f32", EXTERN_FUNC, {TYPE_I32, TYPE_F32}, 2, 0},
	{"print_f64_f64", EXTERN_FUNC, {TYPE_F64, TYPE_F64}, 2, 0},
	{"global_i32", EXTERN_GLOBAL, {TYPE_I32}, 1, 666},
	{"global_i64", EXTERN_GLOBAL, {TYPE_I64}, 1, 666},
	{"global_f32", EXTERN_GLOBAL, {TYPE_F32}, 1, 0x4426a666},
	{"global_f64", EXTERN_GLOBAL, {TYPE_F64}, 1, 0x4084d4cccccccccd},
	{"table", EXTERN_TABLE, {TYPE_FUNCREF}, 1, 0},
	{"memory", EXTERN_MEMORY, {0}, 0, 0},
};
#define NSPECTEST (sizeof(spectest) / sizeof(*spectest))

static bool make_spectest(struct script *script, size_t i)
{
	struct external *external = &script->spectest[i];
	struct func_type func = {spectest[i].types, spectest[i].count, 0};
	struct global_type global = {spectest[i].types[0], false};
	struct table_type table = {{10, 20, true, false}, TYPE_FUNCREF};
	struct memory_type memory = {{1, 2, true, false}};

	external->kind = spectest[i].kind;
	switch (external->kind) {
	case EXTERN_FUNC:
		external->func = store_add_host_func(script->store, &func,
						     ignore_call, NULL);
		return external->func != NULL;
	case EXTERN_GLOBAL:
		external->global = store_add_global(script->store, &global,
						    spectest[i].value);
		return external->global != NULL;
	case EXTERN_TABLE:
		external->table = store_add_table(script->store, &table);
		return external->table != NULL;
	case EXTERN_MEMORY:
		external->memory = store_add_memory(script->store, &memory);
		return external->memory != NULL;
	}
	return false;
}

static bool resolve(void *context, const struct name *module,
		    const struct name *field, enum extern_kind kind,
		    const struct func_type *type, struct external *external)
{
	struct script *script = context;
	struct script_module *m;
	uint32_t i;

	(void)kind;
	(void)type;
	if (name_equal(module, "spectest")) {
		for (i = 0; i < NSPECTEST; i++) {
			if (!name_equal(field, spectest[i].name))
				continue;
			*external = script->spectest[i];
			return true;
		}
		return false;
	}
	for (m = script->modules; m != NULL; m = m->next) {
		if (m->registered == NULL || m->instance == NULL ||
		    !name_equal(module, m->registered))
			continue;
		for (i = 0; i < m->module->nexports; i++) {
			const struct export *e = &m->module->exports[i];

			if (e->name.length != field->length ||
			    memcmp(e->name.bytes, field->bytes,
				   field->length) != 0)
				continue;
			*external = instance_external(m->instance, e->kind,
						      e->index);
			return true;
		}
		return false;
	}
	return false;
}

/* ---- fields ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : 0;
}

/* Percent-decodes in place; returns the length, for there may be NUL bytes. */
static size_t decode_name(char *text)
{
	char *from = text, *to = text;

	for (; *from != '\0'; from++) {
		if (from[0] == '%' && from[1] != '\0' && from[2] != '\0') {
			*to++ = (char)(hex_digit(from[1]) << 4 |
				       hex_digit(from[2]));
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

static bool parse_value(char *text, struct value *value)
{
	static const struct {
		const char *name;
		uint8_t type;
	} types[] = {{"i32", TYPE_I32},
		     {"i64", TYPE_I64},
		     {"f32", TYPE_F32},
		     {"f64", TYPE_F64},
		     {"funcref", TYPE_FUNCREF},
		     {"externref", TYPE_EXTERNREF}};
	char *colon = strchr(text, ':');
	size_t i;

	if (colon == NULL)
		return false;
	*colon++ = '\0';
	memset(value, 0, sizeof(*value));
	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(text, types[i].name) == 0)
			value->type = types[i].type;
	if (strncmp(colon, "nan:", 4) == 0)
		value->special = colon + 4;
	else if (strcmp(colon, "any") == 0)
		value->special = colon;
	else if (strcmp(colon, "null") != 0)
		value->bits = strtoull(colon, NULL, 10) +
			      (value_type_is_reference(value->type) ? 1 : 0);
	if (value->type == TYPE_I32 || value->type == TYPE_F32)
		value->bits = (uint32_t)value->bits; /* "-1" is 32 bits wide */
	return value->type != 0;
}

/* Values separated by blanks; "-" is none.  Returns the count or -1. */
static int parse_values(char *text, struct value *values)
{
	int count = 0;
	char *word;

	if (strcmp(text, "-") == 0)
		return 0;
	for (word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		if (count == MAX_VALUES || !parse_value(word, &values[count++]))
			return -1;
	return count;
}

/* ---- modules ---- */

static char *sibling(const char *script, const char *file)
{
	const char *slash = strrchr(script, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - script) + 1;
	char *path = alloc_array(length + strlen(file) + 1, 1);

	if (path != NULL) {
		memcpy(path, script, length);
		memcpy(path + length, file, strlen(file) + 1);
	}
	return path;
}

/* Loads and instantiates; *trap is the start function's or a segment's. */
static enum error load(struct script *script, const char *file,
		       struct script_module *m, enum trap *trap,
		       struct report *report)
{
	char *path = sibling(script->path, file);
	enum error err;
	size_t size;

	*trap = TRAP_NONE;
	if (path == NULL)
		return report_no_memory(report, strlen(file));
	err = cli_read_file(path, &m->bytes, &size, report);
	alloc_free(path);
	TRY(err);
	TRY(module_load(m->bytes, size, script->features, &m->module,
			report));
	TRY(instance_new(script->store, m->module, INSTANTIATE_RUN, resolve,
			 script, &m->instance, trap, report));
	if (*trap == TRAP_NONE && m->module->has_start &&
	    exec_invoke(script->exec, m->instance->funcs[m->module->start],
			NULL) == OUTCOME_TRAP)
		*trap = script->exec->trap;
	return ERR_NONE;
}

/* Every module is kept: instances may share what it made. */
static struct script_module *add_module(struct script *script)
{
	struct script_module *m = alloc_array(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->next = script->modules;
	script->modules = m;
	return m;
}

static struct script_module *find_module(struct script *script,
					 const char *name)
{
	struct script_module *m;

	if (strcmp(name, "-") == 0)
		return script->current;
	for (m = script->modules; m != NULL; m = m->next)
		if (m->name != NULL && strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static void run_module(struct script *script, char **fields)
{
	struct script_module *m = add_module(script);
	struct report report;
	enum trap trap;

	report_init(&report);
	script->current = m;
	if (strcmp(fields[2], "-") != 0)
		m->name = alloc_string(fields[2], strlen(fields[2]));
	if (load(script, fields[3], m, &trap, &report) != ERR_NONE)
		check(script, "module: %s", report.text);
	else if (trap != TRAP_NONE)
		check(script, "module: %s", trap_message(trap));
	else
		check(script, NULL);
}

static void run_register(struct script *script, char **fields)
{
	struct script_module *m = find_module(script, fields[3]);

	if (m == NULL) {
		check(script, "register: no module %s", fields[3]);
		return;
	}
	alloc_free(m->registered);
	m->registered = alloc_string(fields[2], strlen(fields[2]));
}

static enum error expected_error(const char *command)
{
	if (strcmp(command, "assert_malformed") == 0)
		return ERR_MALFORMED;
	if (strcmp(command, "assert_invalid") == 0)
		return ERR_INVALID;
	return ERR_UNLINKABLE;
}

static void run_assert_error(struct script *script, char **fields)
{
	struct script_module *m = add_module(script);
	struct report report;
	enum trap trap;
	enum error err;

	report_init(&report);
	err = load(script, fields[3], m, &trap, &report);
	if (strcmp(fields[1], "assert_uninstantiable") == 0) {
		if (err != ERR_NONE)
			check(script, "trap \"%s\" expected, got %s",
			      fields[2], report.text);
		else if (strncmp(trap_message(trap), fields[2],
				 strlen(trap_message(trap))) != 0 &&
			 strncmp(trap_message(trap), fields[2],
				 strlen(fields[2])) != 0)
			check(script, "trap \"%s\" expected, got \"%s\"",
			      fields[2], trap_message(trap));
		else
			check(script, NULL);
		return;
	}
	if (err == expected_error(fields[1]))
		check(script, NULL);
	else
		check(script, "%s \"%s\" expected, got %s: %s", fields[1],
		      fields[2], error_message(err), report.text);
}

/* ---- actions ---- */

/* Runs fields[0..3]: MODULE KIND FIELD ARGUMENTS.  False: not possible. */
static bool run_action(struct script *script, char **fields,
		       enum outcome *outcome)
{
	struct script_module *m = find_module(script, fields[0]);
	struct value arguments[MAX_VALUES];
	uint64_t slots[MAX_VALUES];
	struct external external;
	int i, count = parse_values(fields[3], arguments);
	size_t length = decode_name(fields[2]);
	uint32_t j;

	*outcome = OUTCOME_DONE;
	if (m == NULL || m->instance == NULL || count < 0)
		return false;
	if (strcmp(fields[1], "get") == 0) {
		if (!instance_export(m->instance, fields[2], length,
				     EXTERN_GLOBAL, &external))
			return false;
		script->results[0] = external.global->value;
		script->result_types[0] = external.global->type.value;
		script->nresults = 1;
		return true;
	}
	if (!instance_export(m->instance, fields[2], length, EXTERN_FUNC,
			     &external) ||
	    external.func->type->nparams != (uint32_t)count ||
	    external.func->type->nresults > MAX_VALUES)
		return false;
	for (i = 0; i < count; i++)
		slots[i] = arguments[i].bits;
	*outcome = exec_invoke(script->exec, external.func, slots);
	script->nresults = external.func->type->nresults;
	for (j = 0; j < script->nresults; j++) {
		script->results[j] = script->exec->stack[j];
		script->result_types[j] =
			external.func->type->types[count + (int)j];
	}
	return true;
}

static bool nan_matches(uint64_t bits, bool is_single, bool canonical)
{
	uint64_t quiet = is_single ? 0x7fc00000 : 0x7ff8000000000000;
	uint64_t sign = is_single ? 0x80000000 : 0x8000000000000000;

	bits &= ~sign;
	return canonical ? bits == quiet : (bits & quiet) == quiet;
}

static bool value_matches(const struct value *expected, uint8_t type,
			  uint64_t bits)
{
	if (expected->type != type)
		return false;
	if (expected->special == NULL)
		return expected->bits == bits;
	if (strcmp(expected->special, "any") == 0)
		return bits != 0;
	return nan_matches(bits, type == TYPE_F32,
			   strcmp(expected->special, "canonical") == 0);
}

static void run_assert_return(struct script *script, char **fields)
{
	struct value expected[MAX_VALUES];
	int i, count;
	enum outcome outcome;

	if (!run_action(script, fields + 2, &outcome)) {
		check(script, "cannot do %s %s", fields[3], fields[4]);
		return;
	}
	if (outcome != OUTCOME_DONE) {
		check(script, "%s: trap: %s", fields[4],
		      trap_message(script->exec->trap));
		return;
	}
	count = parse_values(fields[6], expected);
	if (count != (int)script->nresults) {
		check(script, "%s: %u results, %d expected", fields[4],
		      script->nresults, count);
		return;
	}
	for (i = 0; i < count; i++) {
		if (value_matches(&expected[i], script->result_types[i],
				  script->results[i]))
			continue;
		check(script, "%s: result %d is 0x%llx, expected 0x%llx%s",
		      fields[4], i, (unsigned long long)script->results[i],
		      (unsigned long long)expected[i].bits,
		      expected[i].special != NULL ? expected[i].special : "");
		return;
	}
	check(script, NULL);
}

static void run_assert_trap(struct script *script, char **fields)
{
	enum outcome outcome;
	const char *message;

	if (!run_action(script, fields + 3, &outcome)) {
		check(script, "cannot do %s %s", fields[4], fields[5]);
		return;
	}
	if (outcome != OUTCOME_TRAP) {
		check(script, "%s: no trap, \"%s\" expected", fields[5],
		      fields[2]);
		return;
	}
	/* The suite's texts may say more than ours ("uninitialized element 2"),
	 * or less ("undefined"). */
	message = trap_message(script->exec->trap);
	if (strncmp(message, fields[2], strlen(message)) != 0 &&
	    strncmp(message, fields[2], strlen(fields[2])) != 0)
		check(script, "%s: trap \"%s\", \"%s\" expected", fields[5],
		      message, fields[2]);
	else
		check(script, NULL);
}

static void run_plain_action(struct script *script, char **fields)
{
	enum outcome outcome;

	if (!run_action(script, fields + 2, &outcome))
		check(script, "cannot do %s %s", fields[3], fields[4]);
	else if (outcome != OUTCOME_DONE)
		check(script, "%s: trap: %s", fields[4],
		      trap_message(script->exec->trap));
	else
		check(script, NULL);
}

static const struct {
	const char *name;
	int nfields;
	void (*run)(struct script *script, char **fields);
} script_commands[] = {
	{"module", 4, run_module},
	{"register", 4, run_register},
	{"action", 6, run_plain_action},
	{"assert_return", 7, run_assert_return},
	{"assert_trap", 7, run_assert_trap},
	{"assert_exhaustion", 7, run_assert_trap},
	{"assert_malformed", 4, run_assert_error},
	{"assert_invalid", 4, run_assert_error},
	{"assert_unlinkable", 4, run_assert_error},
	{"assert_uninstantiable", 4, run_assert_error},
};

static void run_line(struct script *script, char *line)
{
	char *fields[MAX_FIELDS];
	int n = 0;
	size_t i;

	while (n < MAX_FIELDS) {
		char *tab = strchr(line, '\t');

		if (tab != NULL)
			*tab = '\0';
		/* Names of exports may hold NUL: run_action decodes them. */
		fields[n++] = line;
		if (tab == NULL)
			break;
		line = tab + 1;
	}
	script->line = strtoul(fields[0], NULL, 10);
	for (i = 1; i < 4 && i < (size_t)n; i++)
		(void)decode_name(fields[i]);
	for (i = 0; n > 1 && i < sizeof(script_commands) /
					 sizeof(*script_commands);
	     i++) {
		if (strcmp(fields[1], script_commands[i].name) != 0)
			continue;
		if (n == script_commands[i].nfields) {
			script_commands[i].run(script, fields);
			return;
		}
	}
	check(script, "not a command of a script");
}

static void free_modules(struct script *script)
{
	while (script->modules != NULL) {
		struct script_module *m = script->modules;

		script->modules = m->next;
		module_free(m->module);
		alloc_free(m->bytes);
		alloc_free(m->name);
		alloc_free(m->registered);
		alloc_free(m);
	}
}

static void run_lines(struct script *script, char *text)
{
	while (*text != '\0') {
		char *newline = strchr(text, '\n');

		if (newline != NULL)
			*newline = '\0';
		if (*text != '\0')
			run_line(script, text);
		if (newline == NULL)
			break;
		text = newline + 1;
	}
}

static enum error run_script(const char *path, uint32_t features,
			     unsigned long *passed, unsigned long *failed,
			     struct report *report)
{
	struct code_options options = {0};
	struct script script = {.path = path, .features = features};
	uint8_t *bytes;
	char *text = NULL;
	size_t size, i;
	bool ready;

	TRY(cli_read_file(path, &bytes, &size, report));
	text = alloc_string((const char *)bytes, size);
	alloc_free(bytes);
	script.store = store_new(&options);
	ready = text != NULL && script.store != NULL;
	if (ready)
		script.exec = exec_new(script.store, STACK_BYTES);
	ready = ready && script.exec != NULL;
	for (i = 0; ready && i < NSPECTEST; i++)
		ready = make_spectest(&script, i);
	if (ready)
		run_lines(&script, text);
	exec_free(script.exec);
	store_free(script.store);
	free_modules(&script);
	alloc_free(text);
	*passed += script.passed;
	*failed += script.failed;
	return ready ? ERR_NONE : report_no_memory(report, size);
}

int command_script(const struct options *options)
{
	unsigned long passed = 0, failed = 0;
	struct report report;
	uint32_t features;
	size_t i;

	report_init(&report);
	if (options_features(options, &features, &report) != ERR_NONE)
		return cli_fail(NULL, &report);
	for (i = 1; i < options->noperands; i++)
		if (run_script(options->operands[i], features, &passed, &failed,
			       &report) != ERR_NONE)
			return cli_fail(options->operands[i], &report);
	printf("%lu passed, %lu failed\n", passed, failed);
	return failed > 0 ? 1 : 0;
}
