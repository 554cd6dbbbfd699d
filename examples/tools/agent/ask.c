/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions: on a terminal, or by the program that SSH_ASKPASS names; which of
 * them is as in ssh(1).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
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

/* Whether a program can be started: a name without a folder is looked for in
 * PATH, as ssh does. */
static bool
is_program(const char *name)
{
	const char *path = getenv("PATH"), *end;
	char file[PATH_MAX];

	if (strchr(name, '/') != NULL || path == NULL)
		return access(name, X_OK) == 0;
	for (;; path = end + 1) {
		end = strchrnul(path, ':');
		snprintf(file, sizeof(file), "%.*s/%s", (int)(end - path),
		    path, name);
		if (access(file, X_OK) == 0)
			return true;
		if (*end == '\0')
			return false;
	}
}

/* The program; NULL: there is none. */
static const char *
askpass(void)
{
	const char *program = is_set("SSH_ASKPASS") ? getenv("SSH_ASKPASS") :
	    ASKPASS;

	return is_program(program) ? program : NULL;
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
	if (question->terminal && (*fd = terminal_of(question->process)) < 0)
		*fd = terminal_of(process_of(getpid()));
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
			    posix_spawnp(&pid, program, &actions, &attr, argv,
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

/* What it says, until it has closed its end or said more than any answer is.
 * False: that is given up. */
static bool
listen_to(int fd, int cancel, struct answer *answer)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
	    { .fd = cancel, .events = POLLIN } };
	ssize_t n = 1;

	answer->len = 0;
	while (n != 0 && answer->len < sizeof(answer->text)) {
		if (poll(fds, 2, -1) < 0 && errno == EINTR)
			continue;
		if (fds[1].revents != 0 || (n = read(fd, answer->text +
		    answer->len, sizeof(answer->text) - answer->len)) < 0)
			return false;
		answer->len += (size_t)n;
	}
	return true;
}

/* Until the program is gone. When that is given up, it is ended, and so is what
 * it started: it leads a session of its own. True: it said yes. */
static bool
finish(pid_t pid, int cancel, bool wanted)
{
	static const struct timespec moment = { 0, 10000000 };
	struct pollfd fd = { .fd = cancel, .events = POLLIN };
	int status = -1, moments = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		if (wanted) {
			wanted = poll(&fd, 1, 10) <= 0;
			continue;
		}
		/* Whoever has not gone after a second is made to. */
		if (moments == 0 || moments == 100)
			(void)kill(-pid, moments == 0 ? SIGTERM : SIGKILL);
		moments++;
		(void)nanosleep(&moment, NULL);
	}
	return wanted && ended == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

void
answer_cut(struct answer *answer)
{
	size_t i;

	for (i = 0; i < answer->len && answer->text[i] != '\n'; i++)
		continue;
	if (i > 0 && i < answer->len && answer->text[i - 1] == '\r')
		i--;
	answer->len = i;
}

/* Asks by the program. False: it could not be asked, or did not say yes. */
static bool
ask_program(const struct question *question, const char *text, bool confirm,
    struct answer *answer)
{
	const char *program = askpass();
	char *prompt = NULL;
	pid_t pid = -1;
	bool heard, full;
	int fd;

	if (program == NULL || asprintf(&prompt, "%s%s%s", question->about,
	    *question->about != '\0' ? "\n" : "", text) < 0)
		return false;
	pid = start(program, prompt, confirm, &fd);
	free(prompt);
	if (pid < 0)
		return false;
	heard = listen_to(fd, question->cancel, answer);
	close(fd);
	full = heard && answer->len == sizeof(answer->text);
	/* Who talks on is not listened to; what was said is no answer then. */
	if (!full)
		answer_cut(answer);
	return finish(pid, question->cancel, heard && !full) || full;
}

int
ask_pin(const struct question *question, int left, struct answer *answer)
{
	char prompt[160];
	bool answered;
	int fd;

	jpki_pin_prompt(JPKI_PIN_AUTH, left, text_lang(), prompt,
	    sizeof(prompt));
	switch (choose(question, &fd)) {
	case TERMINAL:
		(void)dprintf(fd, "%s: %s\n", message_program(),
		    question->about);
		answered = terminal_answer(fd, question->cancel, prompt,
		    answer);
		close(fd);
		break;
	case PROGRAM:
		answered = ask_program(question, prompt, false, answer);
		break;
	default:
		return JPKI_ERR_PIN_SOURCE;
	}
	return answered ? 0 : JPKI_ERR_PIN_CANCELLED;
}

bool
ask_yes(const struct question *question, bool *asked)
{
	const char *text = pick("Allow the card to sign this?",
	    "カードによる署名を許可しますか。");
	struct answer answer;
	bool yes;

	*asked = askpass() != NULL && !required_is("never");
	/* As ssh-agent has it: nothing said, or "yes". */
	yes = *asked && ask_program(question, text, true, &answer) &&
	    (answer.len == 0 || (answer.len == 3 &&
	    strncasecmp(answer.text, "yes", 3) == 0));
	/* Somebody may have typed the PIN there. */
	explicit_bzero(&answer, sizeof(answer));
	return yes;
}

bool
ask_tell(const struct question *question, const char *text)
{
	int fd = question->terminal ? terminal_of(question->process) : -1;
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
