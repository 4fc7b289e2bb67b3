/* call_tree.c: see call_tree.h.
 *
 * As bytes, little-endian: u32 version, 1 for instructions and 0x10001 for ns, and for each
 * node but the root, parents first: u32 parent, u32 function, u64 calls, u64 instructions.
 */
#include "config.h"

#include "call_tree.h"

#include "base/alloc.h"
#include "base/little_endian.h"

#include <string.h>

/* The version says what the weights are. */
#define PART_INSTRUCTIONS 1
#define PART_TIME 0x10001
#define HEADER_SIZE 4
#define NODE_SIZE 24

/* Paths that a guest can make are endless: more are counted with their caller. */
#define MAX_NODES (1u << 22)

enum error call_tree_init(struct call_tree *tree, struct report *report)
{
	memset(tree, 0, sizeof(*tree));
	if (alloc_grow(&tree->nodes, &tree->capacity, 1,
		       sizeof(*tree->nodes)) != 0)
		return report_no_memory(report, sizeof(*tree->nodes));
	tree->nodes[0] = (struct call_node){.func = UINT32_MAX};
	tree->nnodes = 1;
	return ERR_NONE;
}

void call_tree_fini(struct call_tree *tree)
{
	alloc_free(tree->nodes);
	memset(tree, 0, sizeof(*tree));
}

void call_tree_start(struct call_tree *tree, uint64_t instructions)
{
	tree->last = tree->clock != NULL ? tree->clock() : instructions;
}

void call_tree_settle(struct call_tree *tree, uint64_t instructions)
{
	uint64_t now = tree->clock != NULL ? tree->clock() : instructions;

	tree->nodes[tree->current].instructions += now - tree->last;
	tree->last = now;
}

/* Adds a child; 0 when there is no room. */
static uint32_t add_child(struct call_tree *tree, uint32_t parent,
			  uint32_t func)
{
	uint32_t index = (uint32_t)tree->nnodes;

	if (tree->nnodes >= MAX_NODES ||
	    alloc_grow(&tree->nodes, &tree->capacity, tree->nnodes + 1,
		       sizeof(*tree->nodes)) != 0)
		return 0;
	tree->nodes[index] =
		(struct call_node){.func = func,
				   .parent = parent,
				   .sibling = tree->nodes[parent].child};
	tree->nodes[parent].child = index;
	tree->nnodes++;
	return index;
}

/* The child for a function, which becomes the first: it is likely to come again. */
static uint32_t find_child(struct call_tree *tree, uint32_t func)
{
	struct call_node *nodes = tree->nodes;
	struct call_node *parent = &nodes[tree->current];
	uint32_t index = parent->child, before = 0;

	while (index != 0 && nodes[index].func != func) {
		before = index;
		index = nodes[index].sibling;
	}
	if (index == 0)
		return add_child(tree, tree->current, func);
	if (before != 0) {
		nodes[before].sibling = nodes[index].sibling;
		nodes[index].sibling = parent->child;
		parent->child = index;
	}
	return index;
}

void call_tree_enter(struct call_tree *tree, uint32_t func,
		     uint64_t instructions)
{
	uint32_t child;

	call_tree_settle(tree, instructions);
	child = tree->overflown > 0 ? 0 : find_child(tree, func);
	if (child == 0) {
		tree->overflown++;
		return;
	}
	tree->nodes[child].calls++;
	tree->current = child;
}

void call_tree_leave(struct call_tree *tree, uint64_t instructions)
{
	call_tree_settle(tree, instructions);
	if (tree->overflown > 0)
		tree->overflown--;
	else
		tree->current = tree->nodes[tree->current].parent;
}

void call_tree_resume(struct call_tree *tree, uint32_t func)
{
	uint32_t child = tree->overflown > 0 ? 0 : find_child(tree, func);

	if (child == 0)
		tree->overflown++;
	else
		tree->current = child;
}

enum error call_tree_save(const struct call_tree *tree, uint8_t **bytes,
			  uint32_t *length, struct report *report)
{
	size_t size = HEADER_SIZE + (tree->nnodes - 1) * NODE_SIZE, i;
	uint8_t *p;

	*bytes = alloc_array(size, 1);
	if (*bytes == NULL)
		return report_no_memory(report, size);
	le_write32(*bytes, tree->clock != NULL ? PART_TIME : PART_INSTRUCTIONS);
	for (i = 1, p = *bytes + HEADER_SIZE; i < tree->nnodes;
	     i++, p += NODE_SIZE) {
		le_write32(p, tree->nodes[i].parent);
		le_write32(p + 4, tree->nodes[i].func);
		le_write64(p + 8, tree->nodes[i].calls);
		le_write64(p + 16, tree->nodes[i].instructions);
	}
	*length = (uint32_t)size;
	return ERR_NONE;
}

enum error call_tree_load(struct call_tree *tree, const uint8_t *bytes,
			  size_t length, uint32_t nfuncs,
			  struct report *report)
{
	size_t n, i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % NODE_SIZE != 0)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part call-tree: its length is wrong");
	if (le_read32(bytes) !=
	    (tree->clock != NULL ? PART_TIME : PART_INSTRUCTIONS))
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part call-tree: other weights (see "
				    "weight=) or version");
	n = (length - HEADER_SIZE) / NODE_SIZE;
	for (i = 1, bytes += HEADER_SIZE; i <= n; i++, bytes += NODE_SIZE) {
		uint32_t parent = le_read32(bytes);
		uint32_t func = le_read32(bytes + 4), index;

		if (parent >= i || func >= nfuncs)
			return report_error(report, ERR_BAD_SNAPSHOT,
					    "part call-tree: node %zu is out "
					    "of range",
					    i);
		index = add_child(tree, parent, func);
		if (index == 0)
			return report_no_memory(report, length);
		tree->nodes[index].calls = le_read64(bytes + 8);
		tree->nodes[index].instructions = le_read64(bytes + 16);
	}
	return ERR_NONE;
}
