/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line; see options.h. The text of --help is in help.c.
 */
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "options.h"
#include "prompt.h"

#define WORDS_MAX 64	/* options of a program that are searched for a hint */

/* What the next word of the command line is. */
enum word_kind {
	THE_END, OPERAND, OPTION, UNKNOWN, WITHOUT_VALUE, WITH_VALUE
};

struct word {
	const char *text;	/* as it stands there */
	const struct program_option *option;
	const char *value;
};

struct reader {
	const struct program *program;
	int argc, i;
	char **argv;
	bool only_operands;
};

static const struct program_option *
find_option(const struct program_option *options, const char *name, size_t len)
{
	const struct program_option *o, *found = NULL;
	int n = 0;

	for (o = options; o->name != NULL || o->help.en != NULL; o++) {
		if (o->name == NULL || strncmp(o->name, name, len) != 0)
			continue;
		if (o->name[len] == '\0')
			return o;
		found = o;
		n++;
	}
	return n == 1 && len > 0 ? found : NULL;
}

/* "--name", "--name=value" or "--name value". */
static enum word_kind
read_option(struct reader *reader, struct word *word)
{
	const char *name = word->text + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);

	word->option = find_option(reader->program->options, name, len);
	if (word->option == NULL)
		return UNKNOWN;
	if (word->option->value.en == NULL)
		return equals == NULL ? OPTION : WITH_VALUE;
	if (equals != NULL)
		word->value = equals + 1;
	else if (reader->i < reader->argc)
		word->value = reader->argv[reader->i++];
	else
		return WITHOUT_VALUE;
	return OPTION;
}

/* "-t value" or "-tvalue". */
static enum word_kind
read_letter(struct reader *reader, struct word *word)
{
	const struct program_letter *l = reader->program->letters;
	const struct program_option *o = reader->program->options;

	while (l != NULL && l->letter != word->text[1])
		l = l->letter != '\0' ? l + 1 : NULL;
	if (l == NULL)
		return UNKNOWN;
	while (o->id != l->id)
		o++;
	word->option = o;
	if (o->value.en == NULL)
		return word->text[2] == '\0' ? OPTION : UNKNOWN;
	if (word->text[2] != '\0')
		word->value = word->text + 2;
	else if (reader->i < reader->argc)
		word->value = reader->argv[reader->i++];
	else
		return WITHOUT_VALUE;
	return OPTION;
}

static enum word_kind
next_word(struct reader *reader, struct word *word)
{
	const char *text;

	memset(word, 0, sizeof(*word));
	if (reader->i >= reader->argc)
		return THE_END;
	text = word->text = reader->argv[reader->i++];
	if (reader->only_operands || text[0] != '-' || text[1] == '\0') {
		reader->only_operands = reader->only_operands ||
		    reader->program->command;
		return OPERAND;
	}
	if (strcmp(text, "--") == 0) {
		reader->only_operands = true;
		return next_word(reader, word);
	}
	return text[1] == '-' ? read_option(reader, word) :
	    read_letter(reader, word);
}

/* Looks for --lang alone, so that every mistake is told in that language. */
static void
find_lang(struct reader reader)
{
	enum word_kind kind;
	struct word word;

	while ((kind = next_word(&reader, &word)) != THE_END) {
		if (kind != OPTION || word.option->id != OPT_LANG)
			continue;
		if (strcmp(word.value, "ja") == 0)
			text_set_lang(JPKI_LANG_JA);
		if (strcmp(word.value, "en") == 0)
			text_set_lang(JPKI_LANG_EN);
	}
}

/* How many letters two words differ by: left out, too many, wrong, or two
 * neighbours exchanged. More than any limit for words of absurd length. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][32], i, j, best, la = strlen(a), lb = strlen(b);
	size_t *before = rows[0], *last = rows[1], *now = rows[2], *free_row;

	if (la >= 32 || lb >= 32)
		return 32;
	for (j = 0; j <= lb; j++)
		last[j] = before[j] = j;
	for (i = 1; i <= la; i++) {
		now[0] = i;
		for (j = 1; j <= lb; j++) {
			best = last[j - 1] + (a[i - 1] != b[j - 1]);
			if (best > last[j] + 1)
				best = last[j] + 1;
			if (best > now[j - 1] + 1)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && best > before[j - 2] + 1)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[lb];
}

const char *
options_nearest(const char *word, const char *const words[])
{
	size_t n, least = 3;	/* two mistakes are enough */
	const char *found = NULL;

	for (; *words != NULL; words++) {
		n = distance(word, *words);
		if (n < least && n * 2 < strlen(*words)) {
			least = n;
			found = *words;
		}
	}
	return found;
}

/* An option is named back if it cannot be a PIN, which has digits. */
static bool
may_be_secret(const char *name)
{
	return strncmp(name, "--", 2) != 0 ||
	    strcspn(name, "0123456789") != strlen(name);
}

static int
unknown_option(const struct program *program, const char *text)
{
	const char *names[WORDS_MAX], *near;
	char name[64];
	const struct program_option *o;
	size_t n = 0;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
	for (o = program->options; o->name != NULL || o->help.en != NULL; o++)
		if (o->name != NULL && n + 1 < WORDS_MAX)
			names[n++] = o->name;
	names[n] = NULL;
	near = options_nearest(name + strspn(name, "-"), names);
	if (near != NULL && may_be_secret(name))
		return usage_error("There is no such option; did you mean "
		    "--%s?", "そのようなオプションはありません。--%s "
		    "ではありませんか。", near);
	if (near != NULL)
		return usage_error("There is no option %s; did you mean --%s?",
		    "%s というオプションはありません。--%s "
		    "ではありませんか。", name, near);
	if (may_be_secret(name))
		return usage_error("There is no such option.",
		    "そのようなオプションはありません。");
	return usage_error("There is no option %s.",
	    "%s というオプションはありません。", name);
}

int
options_word(const char *word, const char *const words[])
{
	bool choice = words[0] != NULL && words[1] != NULL;
	const char *near = word != NULL && choice ?
	    options_nearest(word, words) : NULL;
	char all[256] = "";
	int i;

	for (i = 0; words[i] != NULL; i++) {
		size_t len = strlen(all);

		if (word != NULL && strcmp(word, words[i]) == 0)
			return i;
		snprintf(all + len, sizeof(all) - len, "%s%s", i == 0 ? "" :
		    words[i + 1] == NULL ? pick(" or ", "、") :
		    pick(", ", "、"), words[i]);
	}
	if (near != NULL)
		usage_error("Expected: %s; did you mean %s?",
		    "%s のどれかを指定してください。%s ではありませんか。",
		    all, near);
	else if (choice)
		usage_error("Expected: %s.",
		    "%s のどれかを指定してください。", all);
	else
		usage_error("Expected: %s.", "%s を指定してください。", all);
	return -1;
}

int
options_too_many(void)
{
	return usage_error("There are more words than the command takes.",
	    "引数が多すぎます。");
}

static int
set_min_tries(struct args *args, const char *value)
{
	args->min_tries = value[0] - '0';
	if (args->min_tries >= 1 && args->min_tries <= 5 && value[1] == '\0')
		return 0;
	return usage_error("--min-tries takes a number of tries from 1 to 5.",
	    "--min-tries には 1 から 5 までの回数を指定してください。");
}

/* An option that several programs have. */
static int
set_common(const struct program *program, struct args *args,
    const struct word *word)
{
	switch (word->option->id) {
	case OPT_READER:
		args->reader = word->value;
		return ARGS_GO_ON;
	case OPT_PIN_SOURCE:
		args->pin_source = word->value;
		return prompt_source("pin-source", word->value) == 0 ?
		    ARGS_GO_ON : EX_USAGE;
	case OPT_MIN_TRIES:
		return set_min_tries(args, word->value) == 0 ? ARGS_GO_ON :
		    EX_USAGE;
	case OPT_LAST_TRY:
		args->min_tries = JPKI_TRIES_INSIST;
		return ARGS_GO_ON;
	case OPT_JSON:
		args->json = true;
		return ARGS_GO_ON;
	case OPT_LANG:
		return strcmp(word->value, "ja") == 0 ||
		    strcmp(word->value, "en") == 0 ? ARGS_GO_ON :
		    usage_error("--lang is ja or en.",
		    "--lang は ja か en です。");
	case OPT_HELP:
		options_help(program);
		return message_finish(EXIT_SUCCESS);
	default:
		printf("%s (libjpki) %s\n", message_program(), jpki_version());
		return message_finish(EXIT_SUCCESS);
	}
}

static int
take_word(const struct program *program, struct args *args, void *arg,
    enum word_kind kind, const struct word *word)
{
	int code;

	switch (kind) {
	case OPTION:
		if (word->option->id >= OPT_READER)
			return set_common(program, args, word);
		code = program->set(arg, word->option->id, word->value);
		return code == 0 ? ARGS_GO_ON : code;
	case WITHOUT_VALUE:
		return usage_error("--%s takes a value: %s.",
		    "--%s には値 %s が必要です。", word->option->name,
		    text_of(word->option->value));
	case WITH_VALUE:
		return usage_error("--%s takes no value.",
		    "--%s に値は付けられません。", word->option->name);
	default:
		return unknown_option(program, word->text);
	}
}

int
options_parse(const struct program *program, struct args *args, void *arg,
    int argc, char **argv)
{
	struct reader reader = { program, argc, 1, argv, false };
	enum word_kind kind;
	struct word word;
	int code;

	memset(args, 0, sizeof(*args));
	args->operands = argv;
	find_lang(reader);
	while ((kind = next_word(&reader, &word)) != THE_END) {
		if (kind == OPERAND) {
			argv[args->n_operands++] = argv[reader.i - 1];
			continue;
		}
		code = take_word(program, args, arg, kind, &word);
		if (code != ARGS_GO_ON)
			return code;
	}
	argv[args->n_operands] = NULL;
	return ARGS_GO_ON;
}
