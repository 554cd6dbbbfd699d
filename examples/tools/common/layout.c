/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for people; see layout.h. Which characters are wide, and where a line
 * may end (Unicode's annexes 11 and 14), is libunistring's business.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include <unilbrk.h>
#include <unistr.h>
#include <uniwidth.h>

#include "layout.h"
#include "text.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 20	/* anything less is taken for this */
#define ROOM_MIN 20	/* columns that a text beside its label should have */

int
layout_terminal(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long n = 0;

	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0 && columns != NULL)
		n = strtol(columns, NULL, 10);
	if (n <= 0 || n > 10000)
		return WIDTH_DEFAULT;
	return n < WIDTH_MIN ? WIDTH_MIN : (int)n;
}

/* See no-color.org; a terminal without a name is not known to have any. */
static bool
has_colours(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return (none == NULL || *none == '\0') && term != NULL &&
	    *term != '\0' && strcmp(term, "dumb") != 0;
}

struct layout
layout_of(FILE *out)
{
	struct layout layout = { .out = out, .width = layout_terminal(out) };

	layout.colours = layout.width > 0 && has_colours();
	return layout;
}

struct layout
layout_toned(const struct layout *layout, enum layout_tone tone)
{
	struct layout toned = *layout;

	toned.tone = tone;
	return toned;
}

/* Colours begin and end within a line: what is below has its own. */
static void
put_toned(const struct layout *layout, const char *shown, size_t len)
{
	static const char *const begin[] = {
		[LAYOUT_GOOD] = "\033[32m",
		[LAYOUT_CARE] = "\033[33m",
		[LAYOUT_BAD] = "\033[1;31m",
	};
	bool on = layout->colours && layout->tone != LAYOUT_PLAIN && len > 0;

	fprintf(layout->out, "%s%.*s%s", on ? begin[layout->tone] : "",
	    (int)len, shown, on ? "\033[m" : "");
}

void
layout_word(const struct layout *layout, const char *word)
{
	put_toned(layout, word, strlen(word));
}

static int
char_columns(ucs4_t c)
{
	int n = uc_width(c, "UTF-8");

	return n > 0 ? n : 0;
}

/* Of a text that has been through text_shown(). */
static int
shown_columns(const char *shown)
{
	int n = u8_width((const uint8_t *)shown, strlen(shown), "UTF-8");

	return n > 0 ? n : 0;
}

int
layout_columns(const char *text)
{
	char *shown = text_shown(text);
	int n = shown != NULL ? shown_columns(shown) : 0;

	text_free(&shown);
	return n;
}

/* How well the line may end before s[i]: best after a space, and in a Japanese
 * text beside Japanese; in another language that breaks a word. Unicode would
 * also end it within "--last-try" and "/usr/lib"; "[S1 S4]" stays whole. */
enum { WITHIN_WORD, WITHIN_JAPANESE, WITHIN_BRACKETS, BETWEEN_WORDS, BREAKS };

static int
break_at(const char *s, size_t i, bool bracket)
{
	if (s[i - 1] != ' ' && ((s[i - 1] | s[i]) & 0x80) == 0)
		return WITHIN_WORD;
	if (s[i - 1] != ' ' && text_lang() != JPKI_LANG_JA)
		return WITHIN_JAPANESE;
	return bracket ? WITHIN_BRACKETS : BETWEEN_WORDS;
}

/* Where the line that begins at "from" ends, with so many columns for it: the
 * index of what goes below. breaks[] is from u8_possible_linebreaks(). */
static size_t
line_end(const char *s, const char *breaks, size_t from, int room)
{
	size_t i, len = strlen(s), last[BREAKS] = { 0 };
	bool bracket = false;
	ucs4_t c;
	int n, best;

	for (i = from; i < len; i += (size_t)n) {
		n = u8_mbtouc(&c, (const uint8_t *)s + i, len - i);
		if (i > from && breaks[i] == UC_BREAK_POSSIBLE)
			last[break_at(s, i, bracket)] = i;
		bracket = c == '[' ? strchr(s + i, ']') != NULL :
		    bracket && c != ']';
		room -= char_columns(c);
		if (room >= 0 || c == ' ')
			continue;
		for (best = BREAKS - 1; best >= 0; best--)
			if (last[best] > 0)
				return last[best];
		return i > from ? i : i + (size_t)n;
	}
	return len;
}

static void
put_lines(const struct layout *layout, int indent, int at, const char *shown,
    const char *breaks)
{
	size_t from = 0, end, last;

	for (;;) {
		end = line_end(shown, breaks, from, layout->width - at);
		for (last = end; last > from && shown[last - 1] == ' '; last--)
			;
		put_toned(layout, shown + from, last - from);
		fputc('\n', layout->out);
		if (shown[end] == '\0')
			return;
		fprintf(layout->out, "%*s", indent, "");
		from = end;
		at = indent;
	}
}

void
layout_text(const struct layout *layout, int indent, int at, const char *text)
{
	char *shown = text_shown(text), *breaks = NULL;
	size_t len = shown != NULL ? strlen(shown) : 0;

	if (layout->width > 0 && len > 0 && (breaks = malloc(len)) != NULL) {
		u8_possible_linebreaks((const uint8_t *)shown, len, "UTF-8",
		    breaks);
		put_lines(layout, indent, at, shown, breaks);
	} else {
		layout_word(layout, shown != NULL ? shown : "?");
		fputc('\n', layout->out);
	}
	free(breaks);
	text_free(&shown);
}

void
layout_paragraph(const struct layout *layout, int indent, const char *text)
{
	fprintf(layout->out, "%*s", indent, "");
	layout_text(layout, indent, indent, text);
}

/* Where not even the label fits into a line. */
static void
put_below(const struct layout *layout, int indent, const char *label,
    const char *text)
{
	struct layout plain = layout_toned(layout, LAYOUT_PLAIN);

	fprintf(layout->out, "%*s", indent, "");
	layout_text(&plain, indent + 2, indent, label);
	if (*text != '\0')
		layout_paragraph(layout, indent + 2, text);
}

/* What has to be between a label and its text: nothing after a full-width
 * colon, which is followed by white of its own. */
static int
least_gap(const char *label)
{
	static const char colon[] = "：";
	size_t len = strlen(label), n = sizeof(colon) - 1;

	return len >= n && strcmp(label + len - n, colon) == 0 ? 0 : 1;
}

void
layout_pair(const struct layout *layout, int indent, int column,
    const char *label, const char *text)
{
	char *shown = text_shown(label);
	int at = indent + (shown != NULL ? shown_columns(shown) : 0);
	int gap = at < column ? column - at : least_gap(label);
	bool room = layout->width - column >= ROOM_MIN;
	bool below = layout->width > 0 && (at + gap > column || !room) &&
	    at + gap + layout_columns(text) > layout->width;
	int under = room && column > indent + 2 ? column : indent + 2;

	if (layout->width > 0 && at > layout->width) {
		text_free(&shown);
		put_below(layout, indent, label, text);
		return;
	}
	fprintf(layout->out, "%*s%s", indent, "", shown != NULL ? shown : "?");
	text_free(&shown);
	if (*text == '\0')
		fputc('\n', layout->out);
	else if (below) {
		/* Without a label the line has only been indented. */
		fprintf(layout->out, "%s%*s", *label != '\0' ? "\n" : "",
		    *label != '\0' ? under : under - indent, "");
		layout_text(layout, under, under, text);
	} else {
		fprintf(layout->out, "%*s", gap, "");
		layout_text(layout, column, at + gap, text);
	}
}

void
layout_pairf(const struct layout *layout, int indent, int column,
    const char *label, const char *en, const char *ja, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, ja);
	if (vasprintf(&text, pick(en, ja), ap) == -1)
		text = NULL;
	va_end(ap);
	layout_pair(layout, indent, column, label, text != NULL ? text : "?");
	text_free(&text);
}

void
layout_textf(const struct layout *layout, const char *en, const char *ja, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, ja);
	if (vasprintf(&text, pick(en, ja), ap) == -1)
		text = NULL;
	va_end(ap);
	layout_text(layout, 0, 0, text != NULL ? text : "?");
	text_free(&text);
}
