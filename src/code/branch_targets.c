/* branch_targets.c: see branch_targets.h. */
#include "config.h"

#include "branch_targets.h"

#include "base/alloc.h"
#include "code/instruction.h"

#include <string.h>

/* A label that is open, and what waits for its end: branches are chained by their number
 * plus one, in place of the target. */
struct label {
	uint32_t target; /* of a loop; 0: known at its end */
	uint32_t waiting;
	uint32_t false_if; /* branch of its if, plus one; 0: none, or it has an else */
};

struct finder {
	struct branch_targets *targets;
	const uint8_t *end; /* of the function's body */
	struct label *labels;
	size_t nlabels, capacity;
	bool failed;
};

static void push(struct finder *finder, uint32_t loop_target)
{
	if (alloc_grow(&finder->labels, &finder->capacity, finder->nlabels + 1,
		       sizeof(*finder->labels)) != 0) {
		finder->failed = true;
		return;
	}
	finder->labels[finder->nlabels++] = (struct label){loop_target, 0, 0};
}

/* Adds a branch, and returns its number plus one. */
static uint32_t add(struct finder *finder, uint32_t offset, uint32_t number,
		    uint32_t target)
{
	struct branch_targets *targets = finder->targets;

	if (alloc_grow(&targets->targets, &targets->capacity,
		       targets->count + 1, sizeof(*targets->targets)) != 0) {
		finder->failed = true;
		return 0;
	}
	targets->targets[targets->count++] =
		(struct branch_target){offset, number, target};
	return (uint32_t)targets->count;
}

/* A branch to the label that is depth labels outwards. */
static void branch(struct finder *finder, uint32_t offset, uint32_t number,
		   uint32_t depth)
{
	struct label *label = &finder->labels[finder->nlabels - 1 - depth];
	uint32_t added;

	if (label->target != 0) {
		(void)add(finder, offset, number, label->target);
		return;
	}
	added = add(finder, offset, number, label->waiting);
	if (added != 0)
		label->waiting = added;
}

static void branch_table(struct finder *finder, uint32_t offset,
			 const struct instruction *in)
{
	struct reader labels = {.p = in->labels, .end = finder->end};
	uint32_t i;

	for (i = 0; i <= in->count && !finder->failed; i++) {
		uint32_t depth = 0;

		(void)read_u32(&labels, &depth);
		branch(finder, offset, i, depth);
	}
}

static void resolve(struct finder *finder, uint32_t first, uint32_t target)
{
	while (first != 0) {
		uint32_t next = finder->targets->targets[first - 1].target;

		finder->targets->targets[first - 1].target = target;
		first = next;
	}
}

static void end(struct finder *finder, uint32_t target)
{
	const struct label *label = &finder->labels[--finder->nlabels];

	resolve(finder, label->waiting, target);
	if (label->false_if != 0)
		finder->targets->targets[label->false_if - 1].target = target;
}

static void step(struct finder *finder, const struct instruction *in,
		 uint32_t offset, uint32_t next)
{
	struct label *top = &finder->labels[finder->nlabels - 1];

	switch (in->op) {
	case OP_BLOCK:
		push(finder, 0);
		break;
	case OP_LOOP:
		push(finder, offset);
		break;
	case OP_IF:
		push(finder, 0);
		if (!finder->failed)
			finder->labels[finder->nlabels - 1].false_if =
				add(finder, offset, 0, 0);
		break;
	case OP_ELSE:
		if (top->false_if != 0)
			finder->targets->targets[top->false_if - 1].target =
				next;
		top->false_if = 0;
		break;
	case OP_END:
		end(finder, next);
		break;
	case OP_BR:
	case OP_BR_IF:
		branch(finder, offset, 0, in->index);
		break;
	case OP_BR_TABLE:
		branch_table(finder, offset, in);
		break;
	default:
		break;
	}
}

enum error branch_targets_find(struct branch_targets *targets,
			       const struct module *module,
			       const struct func *func, struct report *report)
{
	struct finder finder = {.targets = targets, .end = func->end};
	const uint8_t *p = func->body;

	push(&finder, 0); /* the function's own label */
	while (p < func->end && !finder.failed) {
		uint32_t offset = (uint32_t)(p - module->bytes);
		struct instruction in;

		p = instruction_next(p, &in);
		step(&finder, &in, offset, (uint32_t)(p - module->bytes));
	}
	alloc_free(finder.labels);
	return finder.failed ? report_no_memory(report, sizeof(*targets))
			     : ERR_NONE;
}

uint32_t branch_target_at(const struct branch_targets *targets, uint32_t offset,
			  uint32_t label)
{
	size_t low = 0, high = targets->count;
	uint32_t found = 0;

	/* The last one that is not past (offset, label). */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct branch_target *target = &targets->targets[middle];

		if (target->offset < offset ||
		    (target->offset == offset && target->label <= label))
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0 && targets->targets[low - 1].offset == offset)
		found = targets->targets[low - 1].target;
	return found;
}

void branch_targets_fini(struct branch_targets *targets)
{
	alloc_free(targets->targets);
}
