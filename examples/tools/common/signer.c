/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the programs that sign documents; see signer.h.
 */
#include "message.h"
#include "signer.h"

int
signer_set(struct signing *signing, struct judge *judge, int id,
    const char *value)
{
	int code = judge_option(judge, id, value);

	return code != JUDGE_NOT_MINE ? code : signing_set(signing, id, value);
}

int
signer_sign(struct signing *signing, struct judge *judge,
    const struct signing_format *format, char *const *paths, size_t n)
{
	int code;

	signing->format = format;
	if ((code = judge_open(judge, signing->ctx)) == 0)
		code = signing_run(signing, paths, n);
	judge_close(judge);
	return code;
}

static const struct signer_command *
find_command(const struct signer_command *commands, const char *word)
{
	const char *names[SIGNER_COMMANDS_MAX + 1];
	size_t n;
	int found;

	for (n = 0; n < SIGNER_COMMANDS_MAX && commands[n].name != NULL; n++)
		names[n] = commands[n].name;
	names[n] = NULL;
	found = options_word(word, names);
	return found != -1 ? &commands[found] : NULL;
}

int
signer_main(const struct program *program,
    const struct signer_command *commands, struct signing *signing, int argc,
    char **argv)
{
	const struct signer_command *command;
	int code;

	code = options_parse(program, &signing->args, signing->arg, argc,
	    argv);
	if (code != ARGS_GO_ON)
		return code;
	command = find_command(commands, signing->args.operands[0]);
	if (command == NULL)
		return EX_USAGE;
	if ((signing->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	code = command->run(signing->arg);
	jpki_ctx_free(&signing->ctx);
	return code;
}
