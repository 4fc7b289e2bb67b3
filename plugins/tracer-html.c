/* tracer-html.c: a page with a flame graph, functions with their code, and calls of the host
 * (src/report/html.h).
 */
#include "config.h"

#include "plugin/tracer.h"

#include "plugin/host_calls.h"
#include "report/html.h"

struct state {
	FILE *output;
	struct host_calls host;
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *html = state;

	(void)choice;
	(void)resources;
	(void)report;
	html->output = output;
	return ERR_NONE;
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *html = state;

	host_calls_add(&html->host, traced);
}

static enum error save(void *state, uint8_t **bytes, uint32_t *length,
		       struct report *report)
{
	const struct state *html = state;

	return host_calls_save(&html->host, bytes, length, report);
}

static enum error load(void *state, const uint8_t *bytes, uint32_t length,
		       struct report *report)
{
	struct state *html = state;

	return host_calls_load(&html->host, "html", bytes, length, report);
}

static void finish(void *state, const struct trace_end *end)
{
	struct state *html = state;
	struct report report;

	report_init(&report);
	html_begin(html->output);
	if (html_add(html->output, true, end, end->path, &report) != ERR_NONE)
		fprintf(stderr, "chiwawa: html: %s\n", report.text);
	html_end(html->output);
}

const struct tracer_type tracer_html = {
	.name = "html",
	.help = "a page: flame graph, functions with their code, calls of the host",
	.state_size = sizeof(struct state),
	.counts = HTML_COUNTS,
	.call_tree = true,
	.init = init,
	.host_call = host_call,
	.finish = finish,
	.save = save,
	.load = load,
};
