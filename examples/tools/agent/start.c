/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To the background, as ssh-agent goes there; see agent.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"

static bool
is_csh(enum shell shell)
{
	const char *name = getenv("SHELL");
	size_t len = name != NULL ? strlen(name) : 0;

	return shell == SHELL_CSH || (shell == SHELL_GUESS && len >= 3 &&
	    strcmp(name + len - 3, "csh") == 0);
}

int
start_streams(void)
{
	int fd;

	do {
		if ((fd = open("/dev/null", O_RDONLY)) < 0)
			return complain_errno("/dev/null");
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

int
start_check(const struct place *place)
{
	if (strchr(place->path, '\'') == NULL)
		return 0;
	return usage_error("-a and TMPDIR take no path with a quotation mark.",
	    "-a や TMPDIR のパスに引用符は使えません。");
}

/* What a shell is to do: eval "$(jpki-agent)". */
static int
print_lines(const struct place *place, pid_t pid, enum shell shell)
{
	if (is_csh(shell))
		printf("setenv SSH_AUTH_SOCK '%s';\n"
		    "setenv SSH_AGENT_PID %ld;\n", place->path, (long)pid);
	else
		printf("SSH_AUTH_SOCK='%s'; export SSH_AUTH_SOCK;\n"
		    "SSH_AGENT_PID=%ld; export SSH_AGENT_PID;\n",
		    place->path, (long)pid);
	printf("echo Agent pid %ld;\n", (long)pid);
	return message_finish(EXIT_SUCCESS);
}

/* Becomes the command; comes back if that cannot be started. */
static int
become(const struct place *place, pid_t pid, char **command)
{
	char number[32];

	snprintf(number, sizeof(number), "%ld", (long)pid);
	if (setenv("SSH_AUTH_SOCK", place->path, 1) == 0 &&
	    setenv("SSH_AGENT_PID", number, 1) == 0)
		execvp(command[0], command);
	return complain_errno(command[0]);
}

/* Leaves the terminal. */
static int
leave(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || setsid() < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		return -1;
	close(null);
	return 0;
}

/* What is said goes into a pipe, which is never waited for. */
static int
open_log(int *log)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 ||
	    dup2(ends[1], STDERR_FILENO) < 0)
		return -1;
	close(ends[1]);
	*log = ends[0];
	openlog("jpki-agent", LOG_PID, LOG_USER);
	return 0;
}

int
start_background(const struct place *place, enum shell shell, char **command,
    int *log, int *code)
{
	pid_t parent = getpid(), pid;

	fflush(stdout);
	if ((pid = fork()) < 0) {
		*code = complain_errno("fork");
		return -1;
	}
	if (pid > 0) {
		*code = command != NULL ? become(place, pid, command) :
		    print_lines(place, pid, shell);
		/* Nobody was told of it, then. */
		if (*code != EXIT_SUCCESS)
			(void)kill(pid, SIGTERM);
		return -1;
	}
	/* With the command, the agent ends, and it speaks where that does. */
	if (command != NULL && (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 ||
	    getppid() != parent))
		_exit(EXIT_FAILURE);
	if (leave() != 0 || (command == NULL && open_log(log) != 0))
		_exit(EXIT_FAILURE);
	return 0;
}

int
start_kill(enum shell shell)
{
	const char *text = getenv("SSH_AGENT_PID");
	char *end = NULL;
	long pid = text != NULL ? strtol(text, &end, 10) : 0;

	if (text == NULL || end == text || *end != '\0' || pid <= 1) {
		complain("SSH_AGENT_PID does not say which agent; nothing was "
		    "ended", "SSH_AGENT_PID がエージェントを示していないので、"
		    "何も終了していません");
		return EXIT_FAILURE;
	}
	if (kill((pid_t)pid, SIGTERM) != 0)
		return complain_errno("SSH_AGENT_PID");
	if (is_csh(shell))
		printf("unsetenv SSH_AUTH_SOCK;\nunsetenv SSH_AGENT_PID;\n");
	else
		printf("unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;\n");
	printf("echo Agent pid %ld killed;\n", pid);
	return message_finish(EXIT_SUCCESS);
}
