/* profile_report.c: see profile_report.h. */
#include "config.h"

#include "profile_report.h"

#include "code/trace_event.h"

#include <stdlib.h>
#include <string.h>

enum error report_init_plain(void *state, const struct plugin_choice *choice,
			     uint32_t resources, FILE *output,
			     struct report *report)
{
	struct report_state *tracer = state;

	(void)choice;
	(void)resources;
	(void)report;
	tracer->output = output;
	return ERR_NONE;
}

enum error report_choose_format(const struct plugin_choice *choice,
				const char *other, bool *is_other,
				struct report *report)
{
	const char *format = plugin_choice_get(choice, "format", true);

	*is_other = format != NULL && strcmp(format, other) == 0;
	if (format == NULL || *is_other || strcmp(format, "table") == 0)
		return ERR_NONE;
	return report_error(report, ERR_USAGE,
			    "%s: format: unknown \"%s\" (table, %s)",
			    choice->name, format, other);
}

static int compare_rows(const void *a, const void *b)
{
	const struct report_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->func != y->func)
		return x->func < y->func ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

void report_sort(struct report_row *rows, size_t count)
{
	if (count > 0)
		qsort(rows, count, sizeof(*rows), compare_rows);
}

void report_name(const struct trace_end *end, uint32_t func, char name[128])
{
	module_func_name(end->module, func, name, 128);
}

uint64_t report_count(const struct trace_end *end, uint32_t func,
		      uint32_t offset, enum count_kind kind)
{
	size_t low = 0, high = end->ncounters;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct profile_entry *entry = &end->counters[middle];

		if (entry->func == func && entry->site.offset == offset &&
		    entry->site.kind == kind)
			return entry->count;
		if (entry->func < func ||
		    (entry->func == func &&
		     (entry->site.offset < offset ||
		      (entry->site.offset == offset &&
		       entry->site.kind < kind))))
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

/* Where the walk over a function's body stands. */
struct walk {
	uint32_t func;
	const uint8_t *p; /* NULL: not begun */
};

/* Stretches ascend and do not overlap.  Counters that came with a snapshot may be anything:
 * what does not lie in the body is left out. */
static void walk_stretch(const struct trace_end *end, struct walk *walk,
			 const struct profile_entry *entry,
			 report_instruction *function, void *context)
{
	const struct module *module = end->module;
	uint32_t left = entry->site.instructions;
	const struct func *func;

	if (entry->func >= module->nfuncs ||
	    entry->func < module->nimported_funcs)
		return;
	func = &module->funcs[entry->func];
	if (walk->p == NULL || walk->func != entry->func)
		*walk = (struct walk){entry->func, func->body};
	while (walk->p < func->end && left > 0) {
		uint32_t offset = (uint32_t)(walk->p - module->bytes);
		struct instruction in;

		walk->p = instruction_next(walk->p, &in);
		if (offset < entry->site.offset || trace_event_of(in.op) == 0)
			continue;
		function(context, entry->func, offset, &in, entry->count);
		left--;
	}
}

void report_walk(const struct trace_end *end, report_instruction *function,
		 void *context)
{
	struct walk walk = {0, NULL};
	size_t i;

	for (i = 0; i < end->ncounters; i++)
		if (end->counters[i].site.kind == COUNT_STRETCH)
			walk_stretch(end, &walk, &end->counters[i], function,
				     context);
}
