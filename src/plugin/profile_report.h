/* profile_report.h: what the tracers that report counters share. */
#ifndef CHIWAWA_PROFILE_REPORT_H
#define CHIWAWA_PROFILE_REPORT_H

#include "plugin/tracer.h"

#include "module/names.h"

/* State of all of them. */
struct report_state {
	FILE *output;
	bool as_dot; /* calls only */
};

/* An init that takes no options. */
enum error report_init_plain(void *state, const struct plugin_choice *choice,
			     uint32_t resources, FILE *output,
			     struct report *report);

/* Reads the principal option "format" of a tracer: table, the default, or the other one. */
enum error report_choose_format(const struct plugin_choice *choice,
				const char *other, bool *is_other,
				struct report *report);

/* A line of a table, to be sorted by count, then by position. */
struct report_row {
	uint64_t count, other;
	uint32_t func, offset;
};

void report_sort(struct report_row *rows, size_t count);

/* "name", or func[N]. */
void report_name(const struct trace_end *end, uint32_t func, char name[128]);

/* The count of a site, 0 when there is none.  Counters are sorted. */
uint64_t report_count(const struct trace_end *end, uint32_t func,
		      uint32_t offset, enum count_kind kind);

/* Called for each instruction of a stretch that was executed count times. */
typedef void report_instruction(void *context, uint32_t func, uint32_t offset,
				const struct instruction *instruction,
				uint64_t count);

/* Walks the instructions of all stretches, in order of the file. */
void report_walk(const struct trace_end *end, report_instruction *function,
		 void *context);

#endif
