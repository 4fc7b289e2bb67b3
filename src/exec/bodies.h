/* bodies.h: the body of every IR operation, once.
 *
 * Included by interp.c, which defines OP(NAME, body), DISPATCH() and the ends
 * TRAPPED(), SAFEPOINT_DUE() and RELOAD_MEMORY(), which do not come back.  (Longer
 * than other files by its nature; a body is one idea.)
 * A body reads all its operands before it writes its destination, because a
 * destination may be one of the sources.
 */

/* Unit n of the operation as a slot; 32-bit operands by their first unit. */
#define SLOT(n) fp[pc[n]]
#define NEXT(LENGTH)                                                           \
	do {                                                                   \
		pc += (LENGTH);                                                \
		DISPATCH();                                                    \
	} while (0)
#define TRAP_WITH(CAUSE)                                                       \
	do {                                                                   \
		trap = (CAUSE);                                                \
		TRAPPED();                                                     \
	} while (0)
#define BRANCH(n)                                                              \
	do {                                                                   \
		pc += (int32_t)unit32(pc + (n));                               \
		DISPATCH();                                                    \
	} while (0)
/* To a loop header, where every operand is in its slot. */
#define BRANCH_BACK(n)                                                         \
	do {                                                                   \
		pc += (int32_t)unit32(pc + (n));                               \
		POLL();                                                        \
		DISPATCH();                                                    \
	} while (0)
#define POLL()                                                                 \
	do {                                                                   \
		if (UNLIKELY(--countdown == 0))                                \
			SAFEPOINT_DUE();                                       \
	} while (0)
/* For what is out of line. */
#define SAVE(PC)                                                               \
	do {                                                                   \
		exec->pc = (PC);                                               \
		exec->fp = fp;                                                 \
		exec->rp = rp;                                                 \
		exec->instance = instance;                                     \
		exec->countdown = countdown;                                   \
		exec->instructions = instructions;                             \
	} while (0)

#define TYPE_OF_I32 uint32_t
#define TYPE_OF_I64 uint64_t
#define TYPE_OF_F32 float
#define TYPE_OF_F64 double
#define GET_I32(n) ((uint32_t)SLOT(n))
#define GET_I64(n) (SLOT(n))
#define GET_F32(n) (f32_from_bits((uint32_t)SLOT(n)))
#define GET_F64(n) (f64_from_bits(SLOT(n)))
#define SET_I32(n, VALUE) (SLOT(n) = (uint32_t)(VALUE))
#define SET_I64(n, VALUE) (SLOT(n) = (VALUE))
#define SET_F32(n, VALUE) (SLOT(n) = f32_bits(VALUE))
#define SET_F64(n, VALUE) (SLOT(n) = f64_bits(VALUE))
#define IMM_I32(n) (unit32(pc + (n)))
#define IMM_I64(n) ((uint64_t)(int64_t)(int32_t)unit32(pc + (n)))
#define IMM_F32(n) (f32_from_bits(unit32(pc + (n))))
#define IMM_F64(n) (f64_from_bits(unit64(pc + (n))))

OP(UNREACHABLE, TRAP_WITH(TRAP_UNREACHABLE);)
OP(COPY, SLOT(1) = SLOT(2); NEXT(3);)
OP(COPY2, SLOT(1) = SLOT(2); SLOT(3) = SLOT(4); NEXT(5);)
OP(CONST32, SLOT(1) = unit32(pc + 2); NEXT(4);)
OP(CONST64, SLOT(1) = unit64(pc + 2); NEXT(6);)
OP(SELECT, SLOT(1) = (uint32_t)SLOT(4) != 0 ? SLOT(2) : SLOT(3); NEXT(5);)

/* ---- control ---- */

OP(BR, BRANCH(1);)
OP(BR_BACK, BRANCH_BACK(1);)
OP(BR_NZ, if ((uint32_t)SLOT(1) != 0) BRANCH(2); NEXT(4);)
OP(BR_NZ_BACK, if ((uint32_t)SLOT(1) != 0) BRANCH_BACK(2); NEXT(4);)
OP(BR_Z, if ((uint32_t)SLOT(1) == 0) BRANCH(2); NEXT(4);)
OP(BR_Z_BACK, if ((uint32_t)SLOT(1) == 0) BRANCH_BACK(2); NEXT(4);)
OP(BR_TABLE, {
	uint32_t index = (uint32_t)SLOT(1);
	uint32_t labels_count = unit32(pc + 2);

	if (index > labels_count)
		index = labels_count;
	BRANCH(4 + 2 * (size_t)index);
})

#define LEAVE_FUNCTION()                                                       \
	do {                                                                   \
		pc = (--rp)->pc;                                               \
		fp -= pc[-1];                                                  \
		DISPATCH();                                                    \
	} while (0)

OP(RETURN, LEAVE_FUNCTION();)
OP(RETURN_ONE, fp[0] = SLOT(1); LEAVE_FUNCTION();)
OP(RETURN_MANY, {
	const uint64_t *from = fp + pc[1];
	uint32_t count = pc[2];
	uint32_t i;

	for (i = 0; i < count; i++)
		fp[i] = from[i];
	LEAVE_FUNCTION();
})

/* Begins a function whose frame is at fp: its locals behind the parameters are zero. */
#define BEGIN_FUNCTION(FUNC)                                                   \
	do {                                                                   \
		uint64_t *zeroed = fp + (FUNC)->nparams;                       \
		uint32_t left = (FUNC)->nzeroed;                               \
                                                                               \
		for (; left > 0; left--)                                       \
			*zeroed++ = 0;                                         \
		pc = (FUNC)->units;                                            \
		POLL();                                                        \
		DISPATCH();                                                    \
	} while (0)

/* Enters a translated function of the same instance. */
#define ENTER_FUNCTION(FUNC, BASE, LENGTH)                                     \
	do {                                                                   \
		uint64_t *callee_fp = fp + (BASE);                             \
                                                                               \
		if (UNLIKELY(callee_fp + (FUNC)->frame_slots >                 \
				     exec->stack_end ||                        \
			     rp == exec->returns_end))                         \
			TRAP_WITH(TRAP_STACK_EXHAUSTED);                       \
		(rp++)->pc = pc + (LENGTH);                                    \
		fp = callee_fp;                                                \
		BEGIN_FUNCTION(FUNC);                                          \
	} while (0)

#define CALL_OUT_OF_LINE(FUNC, BASE, LENGTH)                                   \
	do {                                                                   \
		struct func_instance *callee = (FUNC);                         \
		uint32_t callee_base = (BASE);                                 \
                                                                               \
		SAVE(pc + (LENGTH));                                           \
		switch (interp_call(exec, callee, callee_base)) {              \
		case CALL_TRAP:                                                \
			return OUTCOME_TRAP;                                   \
		case CALL_EXIT:                                                \
			return OUTCOME_EXIT;                                   \
		case CALL_STOPPED:                                             \
			return OUTCOME_STOPPED;                                \
		case CALL_GO_ON:                                               \
		case CALL_RETURNED:                                            \
			break;                                                 \
		}                                                              \
		pc = exec->pc;                                                 \
		fp = exec->fp;                                                 \
		rp = exec->rp;                                                 \
		instance = exec->instance;                                     \
		countdown = exec->countdown;                                   \
		POLL();                                                        \
		RELOAD_MEMORY();                                               \
	} while (0)

OP(CALL, {
	struct func_instance *func = instance->funcs[unit32(pc + 1)];

	if (UNLIKELY(func->units == NULL))
		CALL_OUT_OF_LINE(func, pc[3], 4);
	ENTER_FUNCTION(func, pc[3], 4);
})
OP(CALL_IMPORT, CALL_OUT_OF_LINE(instance->funcs[unit32(pc + 1)], pc[3], 4);)
/* Sets FUNC to what an indirect call reaches: type, table and element are the first
 * operands. */
#define FIND_CALLEE(FUNC)                                                      \
	do {                                                                   \
		const struct table *table = instance->tables[unit32(pc + 3)];  \
		uint32_t element = (uint32_t)SLOT(5);                          \
                                                                               \
		if (UNLIKELY(element >= table->size))                          \
			TRAP_WITH(TRAP_UNDEFINED_ELEMENT);                     \
		(FUNC) = (struct func_instance *)(uintptr_t)                   \
				 table->elements[element];                     \
		if (UNLIKELY((FUNC) == NULL))                                  \
			TRAP_WITH(TRAP_UNINITIALIZED_ELEMENT);                 \
		if (UNLIKELY((FUNC)->type_id !=                                \
			     instance->type_ids[unit32(pc + 1)]))              \
			TRAP_WITH(TRAP_TYPE_MISMATCH);                         \
	} while (0)

OP(CALL_INDIRECT, {
	struct func_instance *func;

	FIND_CALLEE(func);
	if (UNLIKELY(func->units == NULL || func->instance != instance))
		CALL_OUT_OF_LINE(func, pc[6], 7);
	ENTER_FUNCTION(func, pc[6], 7);
})
/* The arguments lie above where they go. */
#define REPLACE_FUNCTION(FUNC, COUNT, BASE)                                    \
	do {                                                                   \
		uint32_t i;                                                    \
                                                                               \
		if (UNLIKELY(fp + (FUNC)->frame_slots > exec->stack_end))      \
			TRAP_WITH(TRAP_STACK_EXHAUSTED);                       \
		for (i = 0; i < (COUNT); i++)                                  \
			fp[i] = fp[(BASE) + i];                                \
		BEGIN_FUNCTION(FUNC);                                          \
	} while (0)

OP(RETURN_CALL, {
	struct func_instance *func = instance->funcs[unit32(pc + 1)];

	if (UNLIKELY(func->units == NULL) && !interp_translate(func))
		TRAP_WITH(TRAP_NO_MEMORY);
	REPLACE_FUNCTION(func, pc[3], pc[4]);
})
OP(RETURN_CALL_INDIRECT, {
	struct func_instance *func;

	FIND_CALLEE(func);
	if (UNLIKELY(func->host != NULL || func->instance != instance))
		CALL_OUT_OF_LINE(func, pc[7], 8);
	if (UNLIKELY(func->units == NULL) && !interp_translate(func))
		TRAP_WITH(TRAP_NO_MEMORY);
	REPLACE_FUNCTION(func, pc[6], pc[7]);
})
OP(HALT, {
	SAVE(pc);
	return OUTCOME_DONE;
})
OP(LEAVE_INSTANCE, {
	instance = rp[-1].instance;
	pc = rp[-2].pc;
	rp -= 2;
	fp -= pc[-1];
	RELOAD_MEMORY();
})

/* ---- state of the instance ---- */

OP(GLOBAL_GET, SLOT(1) = instance->globals[unit32(pc + 2)]->value; NEXT(4);)
OP(GLOBAL_SET, instance->globals[unit32(pc + 1)]->value = SLOT(3); NEXT(4);)
/* No memory or table has so many bytes or elements (types.h). */
OP(ADDRESS64, {
	uint64_t address = SLOT(2) + unit64(pc + 3);

	if (UNLIKELY(address < SLOT(2) || address > UINT32_MAX))
		TRAP_WITH(TRAP_MEMORY_BOUNDS);
	SLOT(1) = address;
	NEXT(7);
})
OP(INDEX64, SLOT(1) = SLOT(2) > UINT32_MAX ? UINT32_MAX : SLOT(2); NEXT(3);)
OP(USE_MEMORY, {
	const struct memory *used = instance->memories[unit32(pc + 1)];

	memory = used->data;
	memory_size = used->size;
	NEXT(3);
})
OP(MEMORY_SIZE,
   SLOT(1) = instance->memories[unit32(pc + 2)]->size >> PAGE_SIZE_LOG2;
   NEXT(4);)
OP(MEMORY_GROW, {
	interp_memory_grow(instance->memories[unit32(pc + 3)], &SLOT(1),
			   SLOT(2));
	pc += 5;
	RELOAD_MEMORY();
})

/* Out-of-line operations that end in a trap or go on. */
#define OUT_OF_LINE(CALL, LENGTH)                                              \
	trap = (CALL);                                                         \
	if (UNLIKELY(trap != TRAP_NONE))                                       \
		TRAPPED();                                                     \
	NEXT(LENGTH);

OP(MEMORY_FILL,
   OUT_OF_LINE(interp_memory_fill(instance->memories[unit32(pc + 1)], &SLOT(3)),
	       4))
OP(MEMORY_COPY,
   OUT_OF_LINE(interp_memory_copy(instance->memories[unit32(pc + 1)],
				  instance->memories[unit32(pc + 3)], &SLOT(5)),
	       6))
OP(MEMORY_INIT,
   OUT_OF_LINE(interp_memory_init(instance, unit32(pc + 1),
				  instance->memories[unit32(pc + 3)], &SLOT(5)),
	       6))
OP(DATA_DROP, instance->dropped_datas[unit32(pc + 1)] = 1; NEXT(3);)
OP(TABLE_GET, {
	const struct table *table = instance->tables[unit32(pc + 3)];
	uint32_t element = (uint32_t)SLOT(2);

	if (UNLIKELY(element >= table->size))
		TRAP_WITH(TRAP_TABLE_BOUNDS);
	SLOT(1) = table->elements[element];
	NEXT(5);
})
OP(TABLE_SET, {
	const struct table *table = instance->tables[unit32(pc + 3)];
	uint32_t element = (uint32_t)SLOT(1);

	if (UNLIKELY(element >= table->size))
		TRAP_WITH(TRAP_TABLE_BOUNDS);
	table->elements[element] = SLOT(2);
	NEXT(5);
})
OP(TABLE_SIZE, SLOT(1) = instance->tables[unit32(pc + 2)]->size; NEXT(4);)
OP(TABLE_GROW, interp_table_grow(instance, unit32(pc + 1), &SLOT(3)); NEXT(4);)
OP(TABLE_FILL,
   OUT_OF_LINE(interp_table_fill(instance, unit32(pc + 1), &SLOT(3)), 4))
OP(TABLE_COPY, OUT_OF_LINE(interp_table_copy(instance, unit32(pc + 1),
					     unit32(pc + 3), &SLOT(5)),
			   6))
OP(TABLE_INIT, OUT_OF_LINE(interp_table_init(instance, unit32(pc + 1),
					     unit32(pc + 3), &SLOT(5)),
			   6))
OP(ELEM_DROP, instance->dropped_elems[unit32(pc + 1)] = 1; NEXT(3);)
OP(REF_FUNC,
   SLOT(1) = (uint64_t)(uintptr_t)instance->funcs[unit32(pc + 2)];
   NEXT(4);)

/* ---- instrumentation ---- */

OP(CHARGE, instructions += unit32(pc + 1); NEXT(3);)
OP(SAFEPOINT, {
	if (UNLIKELY(instructions >= exec->instruction_limit))
		SAFEPOINT_DUE();
	instructions += unit32(pc + 1);
	NEXT(3);
})
OP(RETURN_ONE_CHARGED, {
	instructions += unit32(pc + 2);
	fp[0] = SLOT(1);
	LEAVE_FUNCTION();
})
OP(BR_NZ_BACK_CHARGED, {
	instructions += unit32(pc + 4);
	if ((uint32_t)SLOT(1) != 0)
		BRANCH_BACK(2);
	NEXT(6);
})
OP(CALL_CHARGED, {
	struct func_instance *func = instance->funcs[unit32(pc + 3)];

	instructions += unit32(pc + 1);
	if (UNLIKELY(func->units == NULL))
		CALL_OUT_OF_LINE(func, pc[5], 6);
	ENTER_FUNCTION(func, pc[5], 6);
})
OP(ENTER, {
	SAVE(pc);
	if (interp_enter(exec, unit32(pc + 1)))
		return OUTCOME_STOPPED;
	countdown = exec->countdown;
	NEXT(3);
})
OP(ENTER_NODE,
   call_tree_enter(&exec->store->call_tree, unit32(pc + 1), instructions);
   NEXT(3);)
OP(LEAVE_NODE, call_tree_leave(&exec->store->call_tree, instructions); NEXT(1);)
OP(COUNTER, exec->store->profile.counts[unit32(pc + 1)]++; NEXT(3);)
OP(PROBE, {
	SAVE(pc + 4);
	exec->probe(exec, exec->probe_context, unit32(pc + 1), pc[3], false);
	NEXT(4);
})
OP(PROBE_AFTER, {
	SAVE(pc + 4);
	exec->probe(exec, exec->probe_context, unit32(pc + 1), pc[3], true);
	NEXT(4);
})

/* ---- several at once ---- */

#define ADD_AND_BRANCH(NAME, LENGTH, CONDITION)                                \
	OP(I32_ADD_IMM_##NAME, {                                               \
		uint32_t a = GET_I32(2) + unit32(pc + 3);                      \
                                                                               \
		SET_I32(1, a);                                                 \
		if (CONDITION)                                                 \
			BRANCH_BACK((LENGTH)-2);                               \
		NEXT(LENGTH);                                                  \
	})
ADD_AND_BRANCH(BR_NZ_BACK, 7, a != 0)
ADD_AND_BRANCH(BR_I32_NE_BACK, 8, a != GET_I32(5))
ADD_AND_BRANCH(BR_I32_NE_IMM_BACK, 9, a != unit32(pc + 5))
ADD_AND_BRANCH(BR_I32_LT_S_BACK, 8, (int32_t)a < (int32_t)GET_I32(5))
ADD_AND_BRANCH(BR_I32_LT_U_BACK, 8, a < GET_I32(5))

OP(I32_ADD_IMM2, {
	SET_I32(1, GET_I32(2) + unit32(pc + 3));
	SET_I32(5, GET_I32(6) + unit32(pc + 7));
	NEXT(9);
})
OP(I32_EXTRACT, SET_I32(1, GET_I32(2) >> pc[3] & unit32(pc + 4)); NEXT(6);)
OP(I32_ADD_SHL, SET_I32(1, GET_I32(2) + (GET_I32(3) << pc[4])); NEXT(5);)
OP(I32_XOR_SHR_U, SET_I32(1, GET_I32(2) ^ GET_I32(3) >> pc[4]); NEXT(5);)
OP(I32_XOR_ROTL, SET_I32(1, GET_I32(2) ^ i32_rotl(GET_I32(3), pc[4]));
   NEXT(5);)

/* -ffp-contract=off: the product is rounded. */
#define MULTIPLY_AND(NAME, EXPRESSION)                                         \
	OP(NAME, {                                                             \
		double product = GET_F64(2) * GET_F64(3);                      \
		double a = GET_F64(4);                                         \
                                                                               \
		SET_F64(1, EXPRESSION);                                        \
		NEXT(5);                                                       \
	})
MULTIPLY_AND(F64_MUL_ADD, product + a)
MULTIPLY_AND(F64_MUL_SUB, product - a)
MULTIPLY_AND(F64_SUB_MUL, a - product)

/* ---- numeric ---- */

#define UNARY(NAME, RESULT, OPERAND, EXPRESSION)                               \
	OP(NAME, {                                                             \
		TYPE_OF_##OPERAND a = GET_##OPERAND(2);                        \
                                                                               \
		SET_##RESULT(1, EXPRESSION);                                   \
		NEXT(3);                                                       \
	})
#define INT_BINARY(NAME, TYPE, COMMUTES, EXPRESSION)                           \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = GET_##TYPE(3);                              \
                                                                               \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(4);                                                       \
	})                                                                     \
	OP(NAME##_IMM, {                                                       \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = IMM_##TYPE(3);                              \
                                                                               \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(5);                                                       \
	})
#define DIVISION(NAME, TYPE, OVERFLOWS, EXPRESSION)                            \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = GET_##TYPE(3);                              \
                                                                               \
		if (UNLIKELY(b == 0))                                          \
			TRAP_WITH(TRAP_DIVIDE_BY_ZERO);                        \
		if (UNLIKELY(OVERFLOWS))                                       \
			TRAP_WITH(TRAP_INTEGER_OVERFLOW);                      \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(4);                                                       \
	})                                                                     \
	OP(NAME##_IMM, {                                                       \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = IMM_##TYPE(3);                              \
                                                                               \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(5);                                                       \
	})
#define COMPARE_FORM(NAME, TYPE, OPERAND_B, LENGTH, CONDITION)                 \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = OPERAND_B##_##TYPE(3);                      \
                                                                               \
		SLOT(1) = (CONDITION) ? 1 : 0;                                 \
		NEXT(LENGTH);                                                  \
	})
/* LENGTH is that of all; the target is its last two units. */
#define BRANCH_FORM(NAME, TYPE, OPERAND_B, LENGTH, CONDITION)                  \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = GET_##TYPE(1);                              \
		TYPE_OF_##TYPE b = OPERAND_B##_##TYPE(2);                      \
                                                                               \
		if (CONDITION)                                                 \
			BRANCH((LENGTH)-2);                                    \
		NEXT(LENGTH);                                                  \
	})                                                                     \
	OP(NAME##_BACK, {                                                      \
		TYPE_OF_##TYPE a = GET_##TYPE(1);                              \
		TYPE_OF_##TYPE b = OPERAND_B##_##TYPE(2);                      \
                                                                               \
		if (CONDITION)                                                 \
			BRANCH_BACK((LENGTH)-2);                               \
		NEXT(LENGTH);                                                  \
	})
#define INT_COMPARE(NAME, TYPE, NEGATION, SWAPPED, EXPRESSION)                 \
	COMPARE_FORM(NAME, TYPE, GET, 4, EXPRESSION)                           \
	COMPARE_FORM(NAME##_IMM, TYPE, IMM, 5, EXPRESSION)                     \
	BRANCH_FORM(BR_##NAME, TYPE, GET, 5, EXPRESSION)                       \
	BRANCH_FORM(BR_##NAME##_IMM, TYPE, IMM, 6, EXPRESSION)
#define FLOAT_BINARY(NAME, TYPE, EXPRESSION)                                   \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = GET_##TYPE(2);                              \
		TYPE_OF_##TYPE b = GET_##TYPE(3);                              \
                                                                               \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(4);                                                       \
	})
#define FLOAT_FORM(NAME, TYPE, A, B, LENGTH, EXPRESSION)                       \
	OP(NAME, {                                                             \
		TYPE_OF_##TYPE a = A;                                          \
		TYPE_OF_##TYPE b = B;                                          \
                                                                               \
		SET_##TYPE(1, EXPRESSION);                                     \
		NEXT(LENGTH);                                                  \
	})
/* A constant of the type and the three units before it. */
#define FLOAT_LENGTH_F32 5
#define FLOAT_LENGTH_F64 7
#define FLOAT_ARITHMETIC(NAME, TYPE, EXPRESSION)                               \
	FLOAT_FORM(NAME, TYPE, GET_##TYPE(2), GET_##TYPE(3), 4, EXPRESSION)    \
	FLOAT_FORM(NAME##_IMM, TYPE, GET_##TYPE(2), IMM_##TYPE(3),             \
		   FLOAT_LENGTH_##TYPE, EXPRESSION)                            \
	FLOAT_FORM(NAME##_IMM_FIRST, TYPE, IMM_##TYPE(3), GET_##TYPE(2),       \
		   FLOAT_LENGTH_##TYPE, EXPRESSION)
#define FLOAT_COMPARE(NAME, TYPE, EXPRESSION)                                  \
	COMPARE_FORM(NAME, TYPE, GET, 4, EXPRESSION)                           \
	COMPARE_FORM(NOT_##NAME, TYPE, GET, 4, !(EXPRESSION))                  \
	BRANCH_FORM(BR_##NAME, TYPE, GET, 5, EXPRESSION)                       \
	BRANCH_FORM(BR_NOT_##NAME, TYPE, GET, 5, !(EXPRESSION))
#define TRUNCATION(NAME, RESULT, OPERAND, LOW, HIGH, EXPRESSION)               \
	OP(NAME, {                                                             \
		TYPE_OF_##OPERAND a = GET_##OPERAND(2);                        \
                                                                               \
		if (UNLIKELY(a != a))                                          \
			TRAP_WITH(TRAP_INVALID_CONVERSION);                    \
		if (UNLIKELY(!(a > (LOW) && a < (HIGH))))                      \
			TRAP_WITH(TRAP_INTEGER_OVERFLOW);                      \
		SET_##RESULT(1, EXPRESSION);                                   \
		NEXT(3);                                                       \
	})

/* ---- memory ---- */

/* The one check of an access: a 33-bit sum cannot wrap in 64 bits. */
#define CHECK_ACCESS(ADDRESS, BITS)                                            \
	if (UNLIKELY((ADDRESS) + (BITS) / 8 > memory_size))                    \
	TRAP_WITH(TRAP_MEMORY_BOUNDS)

#define LOAD_FORM(NAME, RESULT, BITS, EXPRESSION, ADDRESS, LENGTH)              \
	OP(NAME, {                                                             \
		uint64_t address = ADDRESS;                                    \
		uint##BITS##_t x;                                              \
                                                                               \
		CHECK_ACCESS(address, BITS);                                   \
		x = le_read##BITS(memory + address);                           \
		SET_##RESULT(1, EXPRESSION);                                   \
		NEXT(LENGTH);                                                  \
	})
#define LOAD(NAME, RESULT, BITS, EXPRESSION)                                   \
	LOAD_FORM(NAME, RESULT, BITS, EXPRESSION,                              \
		  (uint64_t)GET_I32(2) + unit32(pc + 3), 5)                    \
	LOAD_FORM(NAME##_AT, RESULT, BITS, EXPRESSION, unit32(pc + 2), 4)      \
	LOAD_FORM(NAME##_ADD, RESULT, BITS, EXPRESSION,                        \
		  (uint64_t)(GET_I32(2) + unit32(pc + 3)) + unit32(pc + 5), 7) \
	LOAD_FORM(NAME##_INDEX, RESULT, BITS, EXPRESSION,                      \
		  (uint64_t)(GET_I32(2) + (GET_I32(3) << pc[4])) +             \
			  unit32(pc + 5),                                      \
		  7)
#define STORE_FORM(NAME, BITS, ADDRESS, VALUE, LENGTH)                         \
	OP(NAME, {                                                             \
		uint64_t address = ADDRESS;                                    \
                                                                               \
		CHECK_ACCESS(address, BITS);                                   \
		le_write##BITS(memory + address, (uint##BITS##_t)VALUE);       \
		NEXT(LENGTH);                                                  \
	})
#define STORE(NAME, TYPE, BITS)                                                \
	STORE_FORM(NAME, BITS, (uint64_t)GET_I32(1) + unit32(pc + 2),          \
		   GET_##TYPE(4), 5)                                           \
	STORE_FORM(NAME##_AT, BITS, unit32(pc + 1), GET_##TYPE(3), 4)          \
	STORE_FORM(NAME##_IMM, BITS, (uint64_t)GET_I32(1) + unit32(pc + 2),    \
		   IMM_##TYPE(4), 6)                                           \
	STORE_FORM(NAME##_ADD, BITS,                                           \
		   (uint64_t)(GET_I32(1) + unit32(pc + 2)) + unit32(pc + 4),   \
		   GET_##TYPE(6), 7)                                           \
	STORE_FORM(NAME##_INDEX, BITS,                                         \
		   (uint64_t)(GET_I32(1) + (GET_I32(2) << pc[3])) +            \
			   unit32(pc + 4),                                     \
		   GET_##TYPE(6), 7)
#include "code/numeric.def"
