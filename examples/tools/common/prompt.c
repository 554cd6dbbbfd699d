/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs and questions; see prompt.h.
 */
#include <string.h>

#include "prompt.h"

const enum jpki_pin prompt_pins[PROMPT_PINS] = {
	JPKI_PIN_AUTH, JPKI_PIN_SIGN, JPKI_PIN_TEXT
};
const char *const prompt_pin_words[PROMPT_PINS + 1] = {
	"auth", "sign", "text", NULL
};

int
prompt_source(const char *option, const char *value)
{
	if (strcmp(value, "tty") == 0 || strncmp(value, "file:", 5) == 0 ||
	    strncmp(value, "fd:", 3) == 0)
		return 0;
	return usage_error("--%s is file:PATH, fd:N or tty.",
	    "--%s は file:PATH、fd:N、tty のどれかです。", option);
}

bool
prompt_on_terminal(const char *source)
{
	return source == NULL || strcmp(source, "tty") == 0;
}

int
prompt_tries(int said, const char *source)
{
	if (said != 0)
		return said;
	return prompt_on_terminal(source) ? JPKI_TRIES_DEFAULT :
	    JPKI_TRIES_UNATTENDED;
}

int
prompt_pin(struct jpki_ctx *ctx, enum jpki_pin pin, const char *source,
    int left, struct jpki_secret **out)
{
	const char *text;
	char prompt[160];
	size_t len;
	int r;

	jpki_pin_prompt(pin, left, text_lang(), prompt, sizeof(prompt));
	if ((r = jpki_secret_read(ctx, source, prompt, out)) != 0)
		return complain_ctx(ctx, r, NULL);
	text = jpki_secret_data(*out, &len);
	if ((r = jpki_pin_check(ctx, pin, text, len)) != 0)
		return complain_ctx(ctx, r, NULL);
	return 0;
}

bool
prompt_yes(FILE *tty, const char *question)
{
	static const char *const yes[] = { "yes\n", "y\n", "はい\n" };
	char *line = NULL;
	size_t i, size = 0;
	bool found = false;

	fputs(question, tty);
	fflush(tty);
	if (getline(&line, &size, tty) != -1)
		for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
			found = found || strcasecmp(line, yes[i]) == 0;
	free(line);
	return found;
}
