/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of --help, from the table of options; see options.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "message.h"
#include "options.h"

#define WIDTH 80	/* in a file or pipe, too: only people read it */
#define COLUMN_MAX 30	/* where what an option does begins at most */
#define INDENT 2

/* "--md NAME", or "-t, --life LIFE" where it has a letter. */
static const char *
option_label(const struct program *program,
    const struct program_option *option, char *out, size_t size)
{
	const struct program_letter *l = program->letters;
	const char *value = text_of(option->value);
	char letter[8] = "";

	for (; l != NULL && l->letter != '\0'; l++) {
		if (l->id == option->id)
			snprintf(letter, sizeof(letter), "-%c, ", l->letter);
	}
	snprintf(out, size, "%s--%s%s%s", letter, option->name,
	    value != NULL ? " " : "", value != NULL ? value : "");
	return out;
}

/* Calls put() for each line of a text; NULL has none. */
static void
for_lines(const struct layout *layout, const char *text,
    void (*put)(const struct layout *layout, const char *line, bool first))
{
	char *lines, *next, *line;

	if (text == NULL || (lines = strdup(text)) == NULL)
		return;
	next = lines;
	while ((line = strsep(&next, "\n")) != NULL)
		put(layout, line, line == lines);
	free(lines);
}

static void
put_usage(const struct layout *layout, const char *line, bool first)
{
	const char *title = pick("usage:", "使い方：");
	int column = layout_columns(pick("usage: ", "使い方："));
	char text[512];

	snprintf(text, sizeof(text), "%s %s", message_program(), line);
	layout_pair(layout, 0, column, first ? title : "", text);
}

static void
put_paragraph(const struct layout *layout, const char *line, bool first)
{
	(void)first;
	layout_text(layout, 0, 0, line);
}

/* Options without a text of their own share the last line. */
static void
put_options(const struct layout *layout, const struct program *program)
{
	const struct program_option *o, *options = program->options;
	char label[128], others[256] = "";
	int n, column = 0;

	for (o = options; o->name != NULL || o->help.en != NULL; o++) {
		if (o->name == NULL || *o->help.en == '\0')
			continue;
		n = layout_columns(option_label(program, o, label,
		    sizeof(label)));
		n += 2 * INDENT;
		if (n > column && n <= COLUMN_MAX)
			column = n;
	}
	for (o = options; o->name != NULL || o->help.en != NULL; o++) {
		if (o->name == NULL) {
			fputc('\n', layout->out);
			layout_text(layout, 0, 0, text_of(o->help));
			continue;
		}
		option_label(program, o, label, sizeof(label));
		n = (int)strlen(others);
		if (*o->help.en == '\0')
			snprintf(others + n, sizeof(others) - (size_t)n,
			    "%s%s", n > 0 ? ", " : "", label);
		else
			layout_pair(layout, INDENT, column, label,
			    text_of(o->help));
	}
	layout_pair(layout, INDENT, column, others, "");
}

void
options_help(const struct program *program)
{
	struct layout layout = layout_of(stdout);

	if (layout.width == 0)
		layout.width = WIDTH;
	for_lines(&layout, text_of(program->usage), put_usage);
	for_lines(&layout, text_of(program->about), put_paragraph);
	put_options(&layout, program);
	for_lines(&layout, text_of(program->after), put_paragraph);
}
