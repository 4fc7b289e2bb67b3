/* call_tree.h: instructions and calls of every path of calls, counted exactly.
 *
 * A node is a function as called along one path.  ENTER_NODE and LEAVE_NODE operations move
 * along the tree; the instructions charged between two moves belong to the node that was
 * current.  Weights are counts of instructions, equal on every host.
 */
#ifndef CHIWAWA_CALL_TREE_H
#define CHIWAWA_CALL_TREE_H

#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The snapshot part that call_tree_save writes. */
#define CALL_TREE_PART "call-tree"

struct call_node {
	uint32_t func;
	uint32_t parent;  /* index; of node 0, the root, 0 */
	uint32_t child;	  /* the one entered last; 0: none */
	uint32_t sibling; /* the next child of the parent; 0: none */
	uint64_t calls;
	uint64_t instructions; /* of its own */
};

struct call_tree {
	struct call_node *nodes; /* the root is whoever calls the entry */
	size_t nnodes, capacity;
	uint32_t current;
	uint64_t last;	    /* count of instructions, or time, at the last move */
	/* ns; not NULL: weights are time, and not equal on every host. */
	uint64_t (*clock)(void);
	uint32_t overflown; /* calls below the current node for which there was no memory */
};

/* A tree with its root.  Free with call_tree_fini, also after an error. */
enum error call_tree_init(struct call_tree *tree, struct report *report);
void call_tree_fini(struct call_tree *tree);

/* The run begins or goes on, so many instructions having been counted. */
void call_tree_start(struct call_tree *tree, uint64_t instructions);

/* The function is entered, or the current one left, when so many instructions were
 * counted. */
void call_tree_enter(struct call_tree *tree, uint32_t func,
		     uint64_t instructions);
void call_tree_leave(struct call_tree *tree, uint64_t instructions);

/* Gives the current node what was counted since the last move. */
void call_tree_settle(struct call_tree *tree, uint64_t instructions);

/* Moves to the child for a function that is active already: no call is counted. */
void call_tree_resume(struct call_tree *tree, uint32_t func);

/* The tree as bytes for a snapshot, and back into one that has only its root. */
enum error call_tree_save(const struct call_tree *tree, uint8_t **bytes,
			  uint32_t *length, struct report *report);
enum error call_tree_load(struct call_tree *tree, const uint8_t *bytes,
			  size_t length, uint32_t nfuncs,
			  struct report *report);

#endif
