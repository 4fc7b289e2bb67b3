/* snapshot_edit.c: `chiwawa snapshot convert` and `edit`: a snapshot written again, in
 * another format or with other words of the outside world. */
#include "config.h"

#include "snapshot_tool.h"

#include "cli/overrides.h"

int snapshot_convert(const struct options *options)
{
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, tool_word(options, 0), NULL);

	report_init(&report);
	if (status == 0 && tool_write(options, &input.snapshot, input.format,
				      &report) != ERR_NONE)
		status = cli_fail(input.path, &report);
	tool_input_fini(&input);
	return status;
}

int snapshot_edit(const struct options *options)
{
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, tool_word(options, 0), NULL);

	report_init(&report);
	if (status == 0 &&
	    (overrides_apply(options, &input.snapshot, &report) != ERR_NONE ||
	     tool_write(options, &input.snapshot, input.format, &report) !=
		     ERR_NONE))
		status = cli_fail(input.path, &report);
	tool_input_fini(&input);
	return status;
}
