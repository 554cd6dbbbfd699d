/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-agent: the auth key of the card for ssh, git and ssh-keygen, as an agent
 * of the SSH agent protocol (RFC 9987).
 *
 * One thread (loop.c) speaks with all clients and never waits for the card nor
 * for people. What needs the card becomes a job (work.c) of one of two other
 * threads: one lists the key, for which nobody is asked, the other one signs
 * and asks for the PIN (ask.c). So a question on the screen holds up nobody
 * who wants the list only. protocol.c makes answers and jobs of requests, and
 * touches neither sockets nor the card.
 *
 * What two threads use is in struct keeper, under its mutex: the PIN that is
 * kept for a while, and whether the agent is locked.
 */
#ifndef AGENT_H
#define AGENT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <jpki.h>
#include <jpki/framework/settings.h>
#include <jpki/framework/shared.h>

#include "common/ssh.h"

#define MESSAGE_MAX (256 * 1024)	/* bytes, as ssh-agent has it */
#define CLIENTS_MAX 400		/* each may have a job: two descriptors */
#define LIFE_DEFAULT 600		/* seconds that a PIN is kept */

/* Numbers of the protocol (RFC 9987, 8). */
enum {
	SSH_AGENT_FAILURE = 5,
	SSH_AGENT_SUCCESS = 6,
	SSH_AGENTC_REQUEST_IDENTITIES = 11,
	SSH_AGENT_IDENTITIES_ANSWER = 12,
	SSH_AGENTC_SIGN_REQUEST = 13,
	SSH_AGENT_SIGN_RESPONSE = 14,
	SSH_AGENTC_REMOVE_ALL_IDENTITIES = 19,
	SSH_AGENTC_LOCK = 22,
	SSH_AGENTC_UNLOCK = 23,
	SSH_AGENTC_EXTENSION = 27,
	SSH_AGENT_EXTENSION_FAILURE = 28,
	SSH_AGENT_EXTENSION_RESPONSE = 29
};

#define SSH_AGENT_RSA_SHA2_256 2
#define SSH_AGENT_RSA_SHA2_512 4

/* ---- keeper.c: what is kept, for all threads ---- */

struct keeper;

struct keeper *keeper_new(int life);
void keeper_free(struct keeper **keeper);

/*
 * A reference to the PIN of an epoch that is kept; NULL: none. *turn is for
 * keeper_keep(): a PIN that was asked for in one turn is not kept when another
 * one has begun meanwhile, because the holder wanted all forgotten; nor is one
 * that comes from here, whose time may be over meanwhile: that it was used once
 * more does not make it last longer.
 */
struct jpki_kept *keeper_pin(struct keeper *keeper, unsigned epoch,
    unsigned *turn);

/* Keeps another reference to a PIN that was right, from now on for its time. */
void keeper_keep(struct keeper *keeper, struct jpki_kept *kept, unsigned turn);

/* Forgets the PIN. */
void keeper_forget(struct keeper *keeper);

/* Forgets a PIN whose time is over. Milliseconds until the next one's is; -1:
 * none is kept. */
int keeper_tick(struct keeper *keeper);

/* The epoch of the PIN that is kept; 0: none. */
unsigned keeper_epoch(struct keeper *keeper);

/* Locks with a passphrase, which also forgets the PIN, and unlocks. False: it
 * was locked (was not, is another one), or memory is short. After a wrong
 * passphrase none is looked at for a moment, longer each time. */
bool keeper_lock(struct keeper *keeper, const struct ssh_in *passphrase);
bool keeper_unlock(struct keeper *keeper, const struct ssh_in *passphrase);
bool keeper_is_locked(struct keeper *keeper);

/* Milliseconds on a clock that never goes back. */
int64_t clock_ms(void);

/* ---- bind.c: which sessions a client's connection is bound to ---- */

#define BINDS_MAX 16
#define SESSION_MAX 128	/* bytes of a session's id */

struct bind {
	struct ssh_out host_key;
	uint8_t session[SESSION_MAX];
	size_t session_len;
	bool forwarding;	/* the agent goes on from that host */
};

struct binds {
	struct bind list[BINDS_MAX];
	size_t n;
	bool failed;	/* one was refused: no host is told any more */
};

/* Takes what is behind the name of session-bind@openssh.com. */
bool binds_add(struct binds *binds, struct ssh_in *in);
void binds_free(struct binds *binds);
/* Whether the requests come through a host that the agent was forwarded to. */
bool binds_forwarded(const struct binds *binds);

/* Whether sig (SSH's form) of data fits a public key. */
bool ssh_verify(struct ssh_in key, struct ssh_in sig, struct ssh_in data);

/* ---- describe.c: what a signature is for, in words ---- */

/* A sentence of the data and of where it comes from. */
#define DESCRIPTION_MAX 768
void describe(const struct ssh_in *data, const struct binds *binds,
    char out[DESCRIPTION_MAX]);

/* ---- protocol.c ---- */

/* Who asks. Its number may be another process's later on, but not with the same
 * beginning. */
struct process {
	pid_t pid;
	unsigned long long started;
};

struct peer {
	struct process process;
	struct binds binds;
};

enum job_kind { JOB_LIST, JOB_SIGN, JOB_LOOK };

/* What one of the other threads has to do. */
struct job {
	struct job *next;
	enum job_kind kind;
	void *client;		/* whose; NULL: nobody's any more */
	int cancel;		/* readable: nobody waits for it */
	struct ssh_out answer;
	/* Of a signature. */
	struct ssh_out key;
	enum jpki_md md;	/* 0: one that is refused, which is told */
	uint8_t digest[64];
	struct process process;
	bool forwarded;
	char description[DESCRIPTION_MAX];
};

struct job *job_new(enum job_kind kind);
void job_free(struct job *job);

/*
 * Answers a request, the body of a message. What needs the card becomes *job,
 * and there is no answer yet; NULL otherwise. The answer goes into out, with
 * its length before it.
 */
void protocol_answer(struct keeper *keeper, struct peer *peer,
    struct ssh_in request, struct ssh_out *out, struct job **job);

/* The answer of one byte. */
void protocol_status(struct ssh_out *out, uint8_t status);

/* ---- work.c: jobs on the card ---- */

/* What was said on the command line or in the file of settings. */
struct options {
	const char *reader;
	const char *pin_source;	/* NULL: somebody is asked */
	int min_tries;		/* 0: what fits the source */
	int life;
	bool confirm;
	bool command;		/* serves one, and has its standard error */
};

struct work;

/* Starts both threads; *done can be polled: jobs are done. 0, or the exit code
 * after a message. */
int work_start(const struct options *options, struct keeper *keeper,
    struct work **out, int *done);

/* Ends them: what is being asked is given up. */
void work_stop(struct work **work);

/* Gives a job, and takes one that is done; NULL: none is. */
void work_give(struct work *work, struct job *job);
struct job *work_take(struct work *work);

/* ---- ask.c: questions to whoever sits there ---- */

struct question {
	const char *about;	/* what it is for: a line, or "" */
	struct process process;	/* that wants it */
	bool terminal;		/* their terminal may be used */
	int cancel;
};

/* What was said, without the end of its line; what is longer than any answer is
 * cut off. Whoever had it wipes it. */
struct answer {
	char text[1024];	/* as many as ssh(1) takes */
	size_t len;
};

/* Leaves the first line, without its end. */
void answer_cut(struct answer *answer);

/*
 * The PIN: on the terminal of the program that wants it, on the agent's own, or
 * by SSH_ASKPASS, as ssh(1) chooses. left: tries. JPKI_ERR_PIN_CANCELLED:
 * there is no answer; JPKI_ERR_PIN_SOURCE: nor a way to ask.
 */
int ask_pin(const struct question *question, int left, struct answer *answer);

/* Yes or no, by SSH_ASKPASS alone. *asked: whether that could be. */
bool ask_yes(const struct question *question, bool *asked);

/* What went wrong, on the terminal of the program that waits for it. False: it
 * has none that may be used. */
bool ask_tell(const struct question *question, const char *text);

/* ---- terminal.c ---- */

/* The process that has this number now. */
struct process process_of(pid_t pid);

/* The terminal of a process, for reading and writing; -1: it has none, is not
 * in its foreground, or is gone, or something reads it already. */
int terminal_of(struct process process);

/* A line of it with the echo off. False: there is none, or cancel is
 * readable. */
bool terminal_answer(int fd, int cancel, const char *prompt,
    struct answer *answer);

/* ---- place.c: the socket ---- */

struct place {
	char dir[108];		/* made for it; "": none was */
	char path[108];		/* "": systemd's, which keeps it */
	int fd;			/* listening */
};

/* Makes it: at path, or (NULL) in a new folder of its own. What systemd hands
 * over goes first. 0, or the exit code after a message. */
int place_make(struct place *place, const char *path);

/* Closes it, and removes what was made. */
void place_remove(struct place *place);

/* ---- start.c: as ssh-agent is started ---- */

enum shell { SHELL_GUESS, SHELL_SH, SHELL_CSH };

/* Whoever was started without its three standard streams has them afterwards,
 * of no use: nothing else gets their numbers. 0, or the exit code after a
 * message. */
int start_streams(void);

/* What a shell would misread is refused. 0, or the exit code after a
 * message. */
int start_check(const struct place *place);

/*
 * Goes to the background: the process that returns 0 is the agent, the other
 * one prints what a shell needs and returns its exit code in *code with -1, or
 * becomes the command (NULL: none). *log: to be read, what the agent says.
 */
int start_background(const struct place *place, enum shell shell,
    char **command, int *log, int *code);

/* Ends the agent that SSH_AGENT_PID names. The exit code. */
int start_kill(enum shell shell);

/* ---- loop.c ---- */

/* Serves until a signal ends it. log: what goes to syslog(3), or -1. The exit
 * code. */
int loop_run(struct keeper *keeper, struct work *work, int done, int listener,
    int log);

#endif
