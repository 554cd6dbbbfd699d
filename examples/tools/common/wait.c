/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting; see wait.h. The library waits in one call, for whoever has the
 * card; so it is an alarm that tells. Signals that end us give the terminal
 * back first.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

#include "message.h"
#include "wait.h"

#define MOMENT_MS 700	/* a card without competition is opened sooner */

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define N_ENDS (sizeof(ends) / sizeof(ends[0]))

static char text[256];
static volatile sig_atomic_t said;
static int tty = -1;
static struct termios usual;
static struct sigaction before[N_ENDS], alarm_before;

static void
say(int sig)
{
	(void)sig;
	if (!said && write(STDERR_FILENO, text, strlen(text)) >= 0)
		said = 1;
}

static void
give_back(int sig)
{
	(void)tcsetattr(tty, TCSAFLUSH, &usual);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void
set_alarm(long ms)
{
	struct itimerval when = { { 0, 0 }, { 0, ms * 1000 } };

	(void)setitimer(ITIMER_REAL, &when, NULL);
}

/* What is typed is not shown. A signal that somebody ignores stays ignored. */
static void
go_dark(void)
{
	struct sigaction ending = { .sa_handler = give_back };
	struct termios dark;
	size_t i;

	if ((tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1)
		return;
	if (tcgetattr(tty, &usual) != 0) {
		close(tty);
		tty = -1;
		return;
	}
	for (i = 0; i < N_ENDS; i++) {
		(void)sigaction(ends[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_DFL)
			(void)sigaction(ends[i], &ending, NULL);
	}
	dark = usual;
	dark.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(tty, TCSANOW, &dark);
}

void
wait_begin(void)
{
	struct sigaction telling = {
		.sa_handler = say, .sa_flags = SA_RESTART
	};

	if (!isatty(STDERR_FILENO))
		return;
	snprintf(text, sizeof(text), pick("%s: waiting for the card, which "
	    "another program may be using; Ctrl-C stops.\n",
	    "%s: カードを待っています。ほかのプログラムが使用中かも"
	    "しれません（Ctrl-C で中止）。\n"), message_program());
	go_dark();
	(void)sigaction(SIGALRM, &telling, &alarm_before);
	set_alarm(MOMENT_MS);
}

void
wait_end(void)
{
	size_t i;

	if (*text == '\0')
		return;
	*text = '\0';
	set_alarm(0);
	(void)sigaction(SIGALRM, &alarm_before, NULL);
	if (tty == -1)
		return;
	(void)tcsetattr(tty, TCSAFLUSH, &usual);
	for (i = 0; i < N_ENDS; i++)
		(void)sigaction(ends[i], &before[i], NULL);
	close(tty);
	tty = -1;
}
