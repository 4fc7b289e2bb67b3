/* tracer-html.c: a page with a flame graph, functions with their code, and calls of the host
 * (src/report/html.h).
 */
#include "config.h"

#include "plugin/tracer.h"

#include "report/html.h"

#include <string.h>

struct state {
	FILE *output;
	struct html_host_calls host;
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
	struct html_host_calls *host = &html->host;
	struct html_host_call *call;
	size_t i;

	for (i = 0; i < host->count; i++)
		if (strcmp(host->calls[i].name, traced->name) == 0)
			break;
	if (i == HTML_HOST_CALLS)
		return;
	call = &host->calls[i];
	if (i == host->count) {
		host->count++;
		snprintf(call->name, sizeof(call->name), "%s", traced->name);
	}
	call->count++;
	if (traced->has_returned)
		call->ns += traced->ended - traced->began;
}

static enum error save(void *state, uint8_t **bytes, uint32_t *length,
		       struct report *report)
{
	const struct state *html = state;

	return html_host_calls_save(&html->host, bytes, length, report);
}

static enum error load(void *state, const uint8_t *bytes, uint32_t length,
		       struct report *report)
{
	struct state *html = state;

	return html_host_calls_load(&html->host, bytes, length, report);
}

static void finish(void *state, const struct trace_end *end)
{
	struct state *html = state;
	const struct html_extra extra = {.title = end->path,
					 .host = &html->host};
	struct report report;

	report_init(&report);
	if (html_write(html->output, end, &extra, &report) != ERR_NONE)
		fprintf(html->output, "chiwawa: html: %s\n", report.text);
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
