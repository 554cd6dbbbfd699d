/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions: on a terminal, or by the program that SSH_ASKPASS names; which of
 * them is as in ssh(1).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"
#include "common/text.h"

#define ASKPASS "/usr/bin/ssh-askpass"	/* as ssh has it */

/* Where to ask. */
enum way { NO_WAY, TERMINAL, PROGRAM };

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0';
}

/* The program; NULL: there is none. */
static const char *
askpass(void)
{
	const char *program = is_set("SSH_ASKPASS") ? getenv("SSH_ASKPASS") :
	    ASKPASS;

	return access(program, X_OK) == 0 ? program : NULL;
}

static bool
required_is(const char *word)
{
	const char *require = getenv("SSH_ASKPASS_REQUIRE");

	return require != NULL && strcmp(require, word) == 0;
}

/* Where to ask, with the terminal or -1: as SSH_ASKPASS_REQUIRE says, and where
 * that says nothing, a terminal goes first. */
static enum way
choose(const struct question *question, int *fd)
{
	bool program = askpass() != NULL && !required_is("never");
	bool forced = required_is("force") || required_is("prefer");

	*fd = -1;
	if (forced && program)
		return PROGRAM;
	if (question->terminal && (*fd = terminal_of(question->pid)) < 0)
		*fd = terminal_of(getpid());
	if (*fd >= 0)
		return TERMINAL;
	return program && (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) ?
	    PROGRAM : NO_WAY;
}

extern char **environ;

/* The environment with one line more; NULL: memory is short. */
static char **
with_line(char *line)
{
	size_t n = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	if ((env = calloc(n + 2, sizeof(*env))) == NULL)
		return NULL;
	env[0] = line;
	memcpy(env + 1, environ, n * sizeof(*env));
	return env;
}

/* Starts the program with a pipe as its standard output; its number, and the
 * other end of the pipe in *out. -1: it could not be. */
static pid_t
start(const char *program, char *prompt, bool confirm, int *out)
{
	char line[] = "SSH_ASKPASS_PROMPT=confirm", *name = strdup(program);
	char *argv[] = { name, prompt, NULL };
	char **env = confirm ? with_line(line) : environ;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int ends[2] = { -1, -1 };
	sigset_t none;
	pid_t pid = -1;

	sigemptyset(&none);
	if (name != NULL && env != NULL && pipe2(ends, O_CLOEXEC) == 0 &&
	    posix_spawn_file_actions_init(&actions) == 0) {
		if (posix_spawnattr_init(&attr) == 0) {
			posix_spawnattr_setsigmask(&attr, &none);
			posix_spawnattr_setflags(&attr,
			    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
			if (posix_spawn_file_actions_adddup2(&actions,
			    ends[1], STDOUT_FILENO) != 0 ||
			    posix_spawn(&pid, program, &actions, &attr, argv,
			    env) != 0)
				pid = -1;
			posix_spawnattr_destroy(&attr);
		}
		posix_spawn_file_actions_destroy(&actions);
	}
	if (ends[1] >= 0)
		close(ends[1]);
	if (pid < 0 && ends[0] >= 0)
		close(ends[0]);
	*out = ends[0];
	if (env != environ)
		free(env);
	free(name);
	return pid;
}

/* Until the program has closed its end; then its answer is whole. When that is
 * given up, it is ended. True: it said yes. */
static bool
finish(pid_t pid, int fd, int cancel)
{
	struct pollfd fds[2] = { { .fd = fd }, { .fd = cancel,
	    .events = POLLIN } };
	int status = -1;

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	if ((fds[0].revents & POLLHUP) == 0)
		(void)kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return (fds[0].revents & POLLHUP) != 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

/* Asks by the program; *fd has its answer where true is returned. */
static bool
ask_program(const struct question *question, const char *text, bool confirm,
    int *fd)
{
	const char *program = askpass();
	char *prompt = NULL;
	pid_t pid = -1;
	bool yes;

	*fd = -1;
	if (program == NULL || asprintf(&prompt, "%s%s%s", question->about,
	    *question->about != '\0' ? "\n" : "", text) < 0)
		return false;
	pid = start(program, prompt, confirm, fd);
	free(prompt);
	if (pid < 0)
		return false;
	yes = finish(pid, *fd, question->cancel);
	/* What it says is there now, or nothing ever is. */
	if (yes && fcntl(*fd, F_SETFL, O_NONBLOCK) == 0)
		return true;
	close(*fd);
	return false;
}

int
ask_pin(struct jpki_ctx *ctx, const struct question *question, int left,
    struct jpki_secret **out)
{
	char prompt[160], source[32];
	int fd, r = JPKI_ERR_PIN_CANCELLED;

	*out = NULL;
	jpki_pin_prompt(JPKI_PIN_AUTH, left, text_lang(), prompt,
	    sizeof(prompt));
	switch (choose(question, &fd)) {
	case TERMINAL:
		(void)dprintf(fd, "%s: %s\n", message_program(),
		    question->about);
		r = terminal_secret(ctx, fd, question->cancel, prompt, out);
		close(fd);
		return r;
	case PROGRAM:
		if (!ask_program(question, prompt, false, &fd))
			return r;
		snprintf(source, sizeof(source), "fd:%d", fd);
		r = jpki_secret_read(ctx, source, NULL, out);
		close(fd);
		return r;
	case NO_WAY:
		break;
	}
	return JPKI_ERR_PIN_SOURCE;
}

bool
ask_yes(const struct question *question, bool *asked)
{
	const char *text = pick("Allow the card to sign this?",
	    "カードによる署名を許可しますか。");
	char answer[8];
	ssize_t n;
	int fd;

	*asked = askpass() != NULL && !required_is("never");
	if (!*asked || !ask_program(question, text, true, &fd))
		return false;
	/* As ssh-agent has it: nothing said, or "yes". */
	n = read(fd, answer, sizeof(answer) - 1);
	close(fd);
	if (n <= 0)
		return n == 0;
	answer[n] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	return *answer == '\0' || strcasecmp(answer, "yes") == 0;
}

bool
ask_tell(const struct question *question, const char *text)
{
	int fd = question->terminal ? terminal_of(question->pid) : -1;
	FILE *terminal = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (terminal == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	message_put(terminal, text);
	fclose(terminal);
	return true;
}
