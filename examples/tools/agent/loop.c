/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that speaks with all clients; see agent.h. It waits for nothing
 * but in poll(2).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"

#define LOOK_EVERY 1000	/* ms, while a PIN is kept */
#define FULL_FOR 1000	/* ms without new clients, for want of descriptors */
#define CHUNK 16384

struct client {
	int fd;
	struct peer peer;
	struct ssh_out in, out;
	struct job *job;	/* its answer is being made */
	bool ended;		/* nothing more comes from it */
	bool dead;
};

/* What poll() waits for, before the clients. */
enum { SIGNALS, DONE, LOG, LISTENER, N_FIXED };

struct loop {
	struct keeper *keeper;
	struct work *work;
	struct pollfd fds[N_FIXED + CLIENTS_MAX];
	struct client *clients[CLIENTS_MAX];
	size_t n;
	bool looking;		/* a job does so */
	int64_t looked;
	bool full;		/* no descriptor is left for a client */
	bool stop;
	char log[1024];		/* a line that is not whole yet */
	size_t log_len;
};

static void
client_free(struct client *client)
{
	uint64_t one = 1;

	/* What is asked for it is given up; its job comes back later. */
	if (client->job != NULL) {
		client->job->client = NULL;
		if (write(client->job->cancel, &one, sizeof(one)) < 0)
			errno = 0;
	}
	(void)close(client->fd);
	binds_free(&client->peer.binds);
	ssh_out_free(&client->in);
	ssh_out_free(&client->out);
	free(client);
}

/* Takes a connection of the same user's. */
static void
accept_client(struct loop *loop, int listener)
{
	struct ucred who;
	socklen_t len = sizeof(who);
	struct client *client;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		loop->full = errno == EMFILE || errno == ENFILE;
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) != 0 ||
	    who.uid != geteuid() ||
	    (client = calloc(1, sizeof(*client))) == NULL) {
		(void)close(fd);
		return;
	}
	client->fd = fd;
	client->peer.process = process_of(who.pid);
	loop->clients[loop->n++] = client;
}

/* All of what came: messages, their lengths before them, until one needs the
 * card. A length that cannot be ends the client. */
static void
read_messages(struct loop *loop, struct client *client)
{
	struct ssh_in in, body;
	uint32_t len;

	while (!client->dead && client->job == NULL && client->in.len >= 4) {
		in = ssh_in(client->in.data, client->in.len);
		len = ssh_take_number(&in);
		if (len == 0 || len > MESSAGE_MAX) {
			client->dead = true;
			return;
		}
		if (in.left < len)
			break;
		body = ssh_in(in.at, len);
		protocol_answer(loop->keeper, &client->peer, body,
		    &client->out, &client->job);
		ssh_out_drop(&client->in, 4 + (size_t)len);
		if (client->job != NULL) {
			client->job->client = client;
			work_give(loop->work, client->job);
		}
	}
	client->dead = client->dead || client->out.bad || client->in.bad ||
	    (client->ended && client->job == NULL && client->out.len == 0);
}

static void
receive(struct client *client)
{
	uint8_t bytes[CHUNK];
	ssize_t n = recv(client->fd, bytes, sizeof(bytes), 0);

	if (n > 0)
		ssh_put(&client->in, bytes, (size_t)n);
	else if (n == 0)
		client->ended = true;
	else if (errno != EAGAIN && errno != EINTR)
		client->dead = true;
	explicit_bzero(bytes, sizeof(bytes));
}

static void
answer(struct client *client)
{
	ssize_t n = send(client->fd, client->out.data, client->out.len,
	    MSG_NOSIGNAL);

	if (n >= 0)
		ssh_out_drop(&client->out, (size_t)n);
	else if (errno != EAGAIN && errno != EINTR)
		client->dead = true;
}

/* Who does not take its answers, or waits for one, is not listened to. */
static short
wanted(const struct client *client)
{
	if (client->out.len > 0)
		return POLLOUT;
	return client->job == NULL && !client->ended ? POLLIN : 0;
}

static void
serve(struct loop *loop, struct client *client, short events)
{
	if ((events & POLLIN) != 0)
		receive(client);
	else if ((events & (POLLHUP | POLLERR)) != 0)
		client->dead = true;
	if ((events & POLLOUT) != 0)
		answer(client);
	if (!client->dead && client->out.len == 0)
		read_messages(loop, client);
}

/* Takes what the other threads have done. */
static void
take_jobs(struct loop *loop)
{
	struct client *client;
	struct job *job;

	while ((job = work_take(loop->work)) != NULL) {
		if (job->kind == JOB_LOOK)
			loop->looking = false;
		if ((client = job->client) != NULL) {
			client->job = NULL;
			ssh_put(&client->out, job->answer.data,
			    job->answer.len);
			client->dead = client->dead || job->answer.bad ||
			    client->out.bad;
		}
		job_free(job);
	}
}

/* Lines of the agent's own messages: there is no terminal for them. */
static void
write_log(struct loop *loop, int fd)
{
	ssize_t n = read(fd, loop->log + loop->log_len,
	    sizeof(loop->log) - 1 - loop->log_len);
	char *end;

	if (n <= 0)
		return;
	loop->log_len += (size_t)n;
	loop->log[loop->log_len] = '\0';
	while ((end = strchr(loop->log, '\n')) != NULL ||
	    loop->log_len == sizeof(loop->log) - 1) {
		if (end != NULL)
			*end = '\0';
		else
			end = loop->log + loop->log_len - 1;
		syslog(LOG_WARNING, "%s", loop->log);
		loop->log_len -= (size_t)(end + 1 - loop->log);
		memmove(loop->log, end + 1, loop->log_len + 1);
	}
}

static void
take_signal(struct loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->fds[SIGNALS].fd, &info, sizeof(info)) !=
	    (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1)
		keeper_forget(loop->keeper);
	else
		loop->stop = true;
}

/* While a PIN is kept, its card is looked for. Milliseconds until the next
 * thing of this kind; -1: nothing is to be done. */
static int
tick(struct loop *loop)
{
	int left = keeper_tick(loop->keeper);
	int64_t now = clock_ms();

	if (left < 0)
		return -1;
	if (!loop->looking && now - loop->looked >= LOOK_EVERY) {
		struct job *job = job_new(JOB_LOOK);

		loop->looked = now;
		loop->looking = job != NULL;
		if (job != NULL)
			work_give(loop->work, job);
	}
	return left < LOOK_EVERY ? left : LOOK_EVERY;
}

static void
remove_dead(struct loop *loop)
{
	size_t i, kept = 0;

	for (i = 0; i < loop->n; i++) {
		if (loop->clients[i]->dead)
			client_free(loop->clients[i]);
		else
			loop->clients[kept++] = loop->clients[i];
	}
	loop->n = kept;
}

static void
turn(struct loop *loop)
{
	size_t i, n = loop->n;
	int wait;

	for (i = 0; i < n; i++) {
		loop->fds[N_FIXED + i].fd = loop->clients[i]->fd;
		loop->fds[N_FIXED + i].events = wanted(loop->clients[i]);
	}
	loop->fds[LISTENER].events = n < CLIENTS_MAX && !loop->full ?
	    POLLIN : 0;
	wait = tick(loop);
	/* Descriptors of others' may be free by then. */
	if (loop->full && (wait < 0 || wait > FULL_FOR))
		wait = FULL_FOR;
	if (poll(loop->fds, (nfds_t)(N_FIXED + n), wait) < 0)
		return;
	loop->full = false;
	if (loop->fds[SIGNALS].revents != 0)
		take_signal(loop);
	if (loop->fds[DONE].revents != 0)
		take_jobs(loop);
	if (loop->fds[LOG].revents != 0)
		write_log(loop, loop->fds[LOG].fd);
	for (i = 0; i < n; i++)
		serve(loop, loop->clients[i],
		    loop->fds[N_FIXED + i].revents);
	if (loop->fds[LISTENER].revents != 0)
		accept_client(loop, loop->fds[LISTENER].fd);
	remove_dead(loop);
}

int
loop_run(struct keeper *keeper, struct work *work, int done, int listener,
    int log)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	sigset_t set;
	size_t i;

	if (loop == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	loop->keeper = keeper;
	loop->work = work;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	loop->fds[SIGNALS].fd = signalfd(-1, &set,
	    SFD_CLOEXEC | SFD_NONBLOCK);
	loop->fds[DONE].fd = done;
	loop->fds[LOG].fd = log;
	loop->fds[LISTENER].fd = listener;
	for (i = 0; i < N_FIXED; i++)
		loop->fds[i].events = POLLIN;
	while (!loop->stop)
		turn(loop);
	for (i = 0; i < loop->n; i++)
		client_free(loop->clients[i]);
	(void)close(loop->fds[SIGNALS].fd);
	free(loop);
	return EXIT_SUCCESS;
}
