/* branch_targets.h: where the branches of a function go, in the terms of its module's file.
 *
 * For what shows branches; the translator keeps its own, of the IR.
 */
#ifndef CHIWAWA_BRANCH_TARGETS_H
#define CHIWAWA_BRANCH_TARGETS_H

#include "module/module.h"

struct branch_target {
	uint32_t offset; /* of the instruction in the module's file */
	uint32_t label;	 /* br_table: which of its labels, the default one last; else 0 */
	/* Offset of what comes next: a loop's own, what is behind an end, the function's end
	 * for a return. */
	uint32_t target;
};

struct branch_targets {
	struct branch_target *targets; /* ascending by offset and label */
	size_t count, capacity;
};

/* Finds the targets of br, br_if, br_table, and of an if whose condition is false (5.4.1).
 * *targets is zero before, and to be freed with branch_targets_fini, also after an error,
 * which is ERR_NO_MEMORY only. */
enum error branch_targets_find(struct branch_targets *targets,
			       const struct module *module,
			       const struct func *func, struct report *report);

/* The target of the branch at that offset; 0 when there is none.  label may be past the
 * labels of a br_table: that is its default. */
uint32_t branch_target_at(const struct branch_targets *targets, uint32_t offset,
			  uint32_t label);

void branch_targets_fini(struct branch_targets *targets);

#endif
