/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal of the program that waits for a signature; see agent.h.
 *
 * The agent itself may have none: it stays in the background. What sits in the
 * foreground of a terminal and waits for us does not read it meanwhile, unless
 * it has taken the terminal over as ssh does for a remote shell; then each key
 * goes there, and nothing may be asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

/* What proc(5) says of a process. */
struct status {
	dev_t terminal;		/* 0: it has none */
	bool front;		/* there */
	unsigned long long started;
};

/* All zeros: there is no such process. */
static struct status
status_of(pid_t pid)
{
	struct status status = { 0 };
	char path[64], line[1024], *end;
	int group, number, in_front;
	unsigned long long started;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return status;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return status;
	line[n] = '\0';
	/* Behind the name, which may hold anything: state, parent, group,
	 * session, terminal, the group in front; much later the beginning. */
	if ((end = strrchr(line, ')')) == NULL || sscanf(end + 1,
	    " %*c %*d %d %*d %d %d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
	    "%*d %*d %*d %llu", &group, &number, &in_front, &started) != 4)
		return status;
	status.terminal = number > 0 ? (dev_t)number : 0;
	status.front = group == in_front;
	status.started = started;
	return status;
}

struct process
process_of(pid_t pid)
{
	struct process process = { pid, status_of(pid).started };

	return process;
}

/* The one to ask on, or 0. The kernel lets nobody read the terminal of his own
 * session who is not in front there. */
static dev_t
usable_terminal(struct process process)
{
	struct status theirs = status_of(process.pid);
	struct status ours = status_of(getpid());

	if (process.pid <= 0 || theirs.started != process.started ||
	    !theirs.front ||
	    (theirs.terminal == ours.terminal && !ours.front))
		return 0;
	return theirs.terminal;
}

/* Line by line and with an echo: nothing has taken it over. */
static bool
is_free(int fd)
{
	struct termios mode;

	return tcgetattr(fd, &mode) == 0 && (mode.c_lflag & ICANON) != 0 &&
	    (mode.c_lflag & ECHO) != 0;
}

int
terminal_of(struct process process)
{
	dev_t number = usable_terminal(process);
	struct stat st;
	char path[64];
	int fd;

	if (number == 0)
		return -1;
	/* Documentation/admin-guide/devices.txt: 136 to 143 are pseudo
	 * terminals, 4 is the console. */
	if (major(number) == 4)
		snprintf(path, sizeof(path), "/dev/tty%u", minor(number));
	else
		snprintf(path, sizeof(path), "/dev/pts/%u", minor(number));
	if ((fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == number && st.st_uid == getuid() && is_free(fd))
		return fd;
	close(fd);
	return -1;
}

/* A line, where there is one. False: given up, also with ^D, or the terminal is
 * gone. */
static bool
read_line(int fd, int cancel, struct answer *answer)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
	    { .fd = cancel, .events = POLLIN } };
	ssize_t n;

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	if (fds[1].revents != 0 ||
	    (n = read(fd, answer->text, sizeof(answer->text))) <= 0)
		return false;
	answer->len = (size_t)n;
	answer_cut(answer);
	return true;
}

bool
terminal_answer(int fd, int cancel, const char *prompt, struct answer *answer)
{
	struct termios mode, quiet;
	bool answered;

	if (tcgetattr(fd, &mode) != 0)
		return false;
	quiet = mode;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* What was typed before the question is no answer to it. */
	if (tcsetattr(fd, TCSAFLUSH, &quiet) != 0)
		return false;
	answered = dprintf(fd, "%s", prompt) >= 0 &&
	    read_line(fd, cancel, answer);
	(void)dprintf(fd, "\n");
	(void)tcsetattr(fd, TCSAFLUSH, &mode);
	return answered;
}
