/* snapshot_extract.c: `chiwawa snapshot extract` and `to-wasm`: a snapshot's contents as
 * files of other kinds. */
#include "config.h"

#include "snapshot_tool.h"

#include "base/alloc.h"
#include "base/number.h"
#include "snapshot/restore.h"
#include "snapshot/to_wasm.h"

#include <string.h>

static enum error extract(const struct options *options,
			  const struct tool_input *input,
			  struct report *report)
{
	const struct snapshot *snapshot = &input->snapshot;
	const char *number = tool_word(options, 2);
	const struct snapshot_memory *memory;
	uint64_t index;

	if (strcmp(tool_word(options, 1), "memory") != 0 ||
	    !number_parse(number, UINT32_MAX, &index))
		return report_error(report, ERR_USAGE, "not \"memory N\"");
	if (index >= snapshot->nmemories)
		return report_error(report, ERR_USAGE,
				    "memory %s: the snapshot has %u memories",
				    number, snapshot->nmemories);
	memory = &snapshot->memories[index];
	if (memory->base == BASE_INITIAL && input->module == NULL)
		return report_error(report, ERR_USAGE,
				    "memory %s: parts are as in the module, "
				    "which must be given",
				    number);
	return tool_write_bytes(options, memory->bytes,
				(size_t)memory->pages << PAGE_SIZE_LOG2,
				report);
}

int snapshot_extract(const struct options *options)
{
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, tool_word(options, 0),
				     tool_word(options, 3));

	report_init(&report);
	if (status == 0 && extract(options, &input, &report) != ERR_NONE)
		status = cli_fail(input.path, &report);
	tool_input_fini(&input);
	return status;
}

static enum error freeze(const struct options *options,
			 const struct tool_input *input,
			 struct report *report)
{
	const struct code_options code_options = {0};
	const struct snapshot *snapshot = &input->snapshot;
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum error err;

	TRY(snapshot_check(snapshot, input->module, &code_options, report));
	if (snapshot->nframes > 0 && !options_has(options, OPTION_FORCE))
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "%u frames are live; the module would "
				    "start from its beginning (see --force)",
				    snapshot->nframes);
	err = snapshot_to_wasm(snapshot, input->module, &bytes, &size, report);
	if (err == ERR_NONE)
		err = tool_write_bytes(options, bytes, size, report);
	alloc_free(bytes);
	return err;
}

int snapshot_to_wasm_tool(const struct options *options)
{
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, tool_word(options, 1),
				     tool_word(options, 0));

	report_init(&report);
	if (status == 0 && freeze(options, &input, &report) != ERR_NONE)
		status = cli_fail(input.path, &report);
	tool_input_fini(&input);
	return status;
}
