/* exec.h: one activation stack and what running it can end in.
 *
 * A snapshot holds exactly what is mutable in struct instance (globals, tables,
 * memories, dropped segments), in struct exec (frames, the instruction count)
 * and in struct wasi.
 *
 * Guest calls do not recurse on the host's C stack.  Values lie in one array of
 * 64-bit slots, a callee's frame overlapping its arguments in the caller's; the
 * return addresses lie in a second array.  The unit before a return address is
 * the distance in slots between the two frames (ir.def, operand "b").
 */
#ifndef CHIWAWA_EXEC_H
#define CHIWAWA_EXEC_H

#include "exec/instance.h"
#include "exec/moment.h"
#include "exec/store.h"
#include "exec/trap.h"

enum outcome {
	OUTCOME_DONE,	 /* the function returned; results lie at exec->stack */
	OUTCOME_TRAP,	 /* exec->trap says why */
	OUTCOME_EXIT,	 /* the guest ended itself; exec->exit_status */
	OUTCOME_STOPPED, /* the safepoint hook asked to stop; frames are kept */
};

/* Entry of the return stack.  A call into another instance takes three: the
 * return address, the caller's instance, the address of leave code. */
union return_entry {
	const ir_unit *pc;
	struct instance *instance;
};

/* Called at a safepoint when the countdown has run out or the instruction limit
 * is reached; exec is consistent and may be captured.  Sets exec->countdown and
 * exec->instruction_limit anew.  Returns true to stop. */
typedef bool safepoint_function(struct exec *exec, void *context);

/* Called at the moments that exec->moments has.  Returns true to stop. */
typedef bool moment_function(struct exec *exec, void *context,
			     const struct moment_event *event);

/* The call of a host function that is in progress.  A snapshot in its midst holds the
 * call as not yet made: who continues makes it again. */
struct host_call {
	struct func_instance *func; /* NULL: none */
	uint64_t *slots;	    /* its arguments */
	/* When it began to wait, on the guest's monotonic clock, ns; 0: it did not. */
	uint64_t begun;
	bool is_again; /* made again: no moment is told of twice */
};

/* Called by PROBE operations before an instruction executes, or after it: offset is its
 * place in the file of exec->instance's module, noperands the height of the
 * operand stack of the frame at exec->fp. */
typedef void probe_function(struct exec *exec, void *context, uint32_t offset,
			    uint32_t noperands, bool is_after);

/* A call of the host that was made, for those who trace it. */
struct host_traced {
	const char *name, *shown; /* of wasi.def */
	uint64_t arguments[16];
	size_t narguments;
	const struct memory *memory; /* the guest's, or NULL */
	bool has_returned;	     /* false: it ends the guest */
	uint16_t result;	     /* errno */
	uint64_t began, ended;	     /* the host's monotonic clock, ns */
};

typedef void host_probe_function(struct exec *exec, void *context,
				 const struct host_traced *traced);

struct exec {
	struct store *store;
	uint64_t *stack, *stack_end;
	union return_entry *returns, *returns_end;

	/* Where execution stands; valid outside the interpreter's loop. */
	const ir_unit *pc;
	uint64_t *fp;
	union return_entry *rp; /* one past the top */
	struct instance *instance;

	uint32_t countdown;	    /* polls until the hook is called */
	uint64_t instructions;	    /* charged so far, when counting */
	uint64_t instruction_limit; /* the hook is called at or past it */
	safepoint_function *safepoint;
	void *safepoint_context; /* of safepoint and moment */
	moment_function *moment;
	uint32_t moments; /* set of enum moment */
	/* A call of the host that waits calls safepoint this often, ns; UINT64_MAX: it
	 * does not. */
	uint64_t wait_slice;
	struct host_call call;
	bool request_was_met; /* by moment: a snapshot was taken at MOMENT_REQUEST */
	probe_function *probe;
	host_probe_function *host_probe; /* NULL: nobody traces */
	void *probe_context; /* of both */

	bool tracks_depth;
	bool reenter; /* interp_run is to be called again */
	enum trap trap;
	int exit_status; /* 0..255 after OUTCOME_EXIT */
};

/* Default size of the value stack, in bytes. */
#define EXEC_STACK_BYTES ((size_t)8 << 20)

/* Slots the value stack has at least, and per return address. */
#define EXEC_SLOTS_PER_CALL 8

/* stack_bytes bounds the guest's recursion; it is rounded up to a usable size.
 * NULL when out of memory. */
struct exec *exec_new(struct store *store, size_t stack_bytes);
void exec_free(struct exec *exec);

/* Runs func with its arguments, from an empty stack.  On OUTCOME_DONE the
 * results lie in exec->stack[0...].  Slots of i32 and f32 are zero-extended. */
enum outcome exec_invoke(struct exec *exec, struct func_instance *func,
			 const uint64_t *arguments);

/* From now on exec_deepest tells how many entries of the return stack were in use at once,
 * at most; else it gives 0. */
void exec_track_depth(struct exec *exec);
uint64_t exec_deepest(const struct exec *exec);

/* Tells the hook of a moment, when it wants to know; true to stop. */
bool exec_tell(struct exec *exec, const struct moment_event *event);

/* Goes on after OUTCOME_STOPPED, or from a state that a snapshot set up. */
enum outcome exec_resume(struct exec *exec);

/* Frames that are active, innermost first.  next: NULL starts the walk. */
struct exec_frame {
	struct func_instance *func;
	const ir_unit *pc; /* next operation of this frame */
	uint64_t *fp;
	/* For the walk. */
	union return_entry *rp;
	struct instance *instance;
};

/* Sets *frame to the innermost frame.  False when nothing is running. */
bool exec_first_frame(const struct exec *exec, struct exec_frame *frame);
/* Moves to the caller.  False when there is none. */
bool exec_next_frame(const struct exec *exec, struct exec_frame *frame);

/* Starts laying out a stack for a snapshot to be resumed. */
void exec_reset(struct exec *exec);
/* Enters func above what is there, at the operation pc; callee slots begin base
 * slots above the present frame.  Returns the frame, or NULL when the stack is
 * exhausted.  Locals and operands are for the caller to write. */
uint64_t *exec_push_frame(struct exec *exec, struct func_instance *func,
			  const ir_unit *pc);

#endif
