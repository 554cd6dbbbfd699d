/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the report, for people and as JSON.
 */
#include <stdio.h>

#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "doctor.h"

#define ATTENTION 1	/* exit codes */
#define BROKEN_LAYER 2
#define INDENT 7	/* behind "[ ok ] " */

static const struct {
	const char *name;
	struct text title;
	int code;
	struct text result;	/* if no layer is worse */
	enum layout_tone tone;
} states[N_STATES] = {
	[FINE] = { "ok", { " ok ", "正常" }, EXIT_SUCCESS, {
	    "All is well.", "すべて正常です。" }, LAYOUT_GOOD },
	[WARN] = { "warning", { "warn", "注意" }, ATTENTION, {
	    "It works, but something needs attention.",
	    "動作しますが、注意が必要です。" }, LAYOUT_CARE },
	[MISSING] = { "missing", { "none", "なし" }, EX_UNAVAILABLE, {
	    "No card can be used yet; see \"none\" above.",
	    "まだカードを使えません。上の「なし」を見てください。" },
	    LAYOUT_CARE },
	[BROKEN] = { "broken", { "FAIL", "異常" }, BROKEN_LAYER, {
	    "Something is broken: begin with the first FAIL.",
	    "異常があります。最初の「異常」から直してください。" },
	    LAYOUT_BAD },
	[UNCHECKED] = { "not-checked", { " -- ", "省略" }, EXIT_SUCCESS, {
	    NULL, NULL }, LAYOUT_PLAIN },
};

static enum state
worst_of(const struct doctor *d)
{
	enum state worst = FINE;
	size_t i;

	for (i = 0; i < N_LAYERS; i++)
		if (d->findings[i].state != UNCHECKED &&
		    d->findings[i].state > worst)
			worst = d->findings[i].state;
	return worst;
}

static int
print_json(const struct doctor *d, enum state worst)
{
	const struct finding *f;
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < N_LAYERS; i++) {
		f = &d->findings[i];
		json_array_append_new(all, json_pack("{s:s, s:s, s:o, s:o}",
		    "layer", layers[i].name,
		    "status", states[f->state].name,
		    "finding", json_text(f->text),
		    "remedy", json_text(f->todo != NULL ? f->todo : "")));
	}
	return json_print(json_pack("{s:s, s:b, s:s, s:o}",
	    "version", jpki_version(), "redacted", d->redact,
	    "status", states[worst].name, "layers", all));
}

static int
print_text(const struct doctor *d, enum state worst)
{
	struct layout layout = layout_of(stdout), toned;
	const struct finding *f;
	char *line;
	size_t i;

	for (i = 0; i < N_LAYERS; i++) {
		f = &d->findings[i];
		if (asprintf(&line, pick("%s: %s", "%s：%s"),
		    text_of(layers[i].title),
		    f->text != NULL ? f->text : "?") == -1)
			return complain_code(NULL, JPKI_ERR_MEMORY);
		toned = layout_toned(&layout, states[f->state].tone);
		putchar('[');
		layout_word(&toned, text_of(states[f->state].title));
		printf("] ");
		layout_text(&layout, INDENT, INDENT, line);
		free(line);
		if (f->todo != NULL)
			layout_pair(&layout, INDENT, INDENT + 3, "->",
			    f->todo);
	}
	toned = layout_toned(&layout, states[worst].tone);
	layout_paragraph(&toned, 0, text_of(states[worst].result));
	return message_finish(EXIT_SUCCESS);
}

int
report(const struct doctor *d, bool json)
{
	enum state worst = worst_of(d);
	int code = json ? print_json(d, worst) : print_text(d, worst);

	return code == EXIT_SUCCESS ? states[worst].code : BROKEN_LAYER;
}
