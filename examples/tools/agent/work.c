/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs on the card, in two threads; see agent.h.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent.h"
#include "common/message.h"
#include "common/prompt.h"

#define QUESTIONS 3	/* for a PIN, until one has the right shape */

/* A thread and what it has to do. */
struct worker {
	struct work *work;
	pthread_t thread;
	bool started;
	struct job *first;	/* to be done, under the mutex of the work */
	pthread_cond_t more;
	struct job *now;	/* being done */
	struct jpki_ctx *ctx;
};

struct work {
	const struct options *options;
	struct keeper *keeper;
	struct jpki_cards *cards;
	struct jpki_shared *shared;
	pthread_mutex_t mutex;
	struct worker lister, signer;
	struct job *done;
	int bell;		/* eventfd: something is done */
	bool stopping;
	int last_told;		/* the lister's last failure */
	struct answer answer;	/* the signer's; locked memory, if there is */
};

static bool
is_cancelled(const struct job *job)
{
	struct pollfd fd = { .fd = job->cancel, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* The epoch of the card that is there. The PIN of one that left is forgotten,
 * also if the same card comes back; that another program has the card for a
 * while is no leaving. */
static int
open_card(struct work *work, struct jpki_ctx *ctx, unsigned *epoch)
{
	unsigned kept = keeper_epoch(work->keeper);
	int r = jpki_shared_open(ctx, work->shared, epoch);

	if (kept != 0 && r != JPKI_ERR_BUSY && (r != 0 || *epoch != kept))
		keeper_forget(work->keeper);
	return r;
}

/* The card's certificate and its epoch. */
static int
read_cert(struct work *work, struct jpki_ctx *ctx, struct jpki_cert **cert,
    unsigned *epoch)
{
	int r;

	*cert = NULL;
	if ((r = open_card(work, ctx, epoch)) == 0)
		r = jpki_shared_cert(ctx, work->shared, *epoch,
		    JPKI_SLOT_AUTH, NULL, 0, cert);
	return r;
}

/* Its key as SSH writes it. */
static bool
key_of(const struct jpki_cert *cert, struct ssh_out *key)
{
	if (ssh_put_key(key, cert))
		return true;
	complain("The card's auth key is not an RSA key; ssh cannot use it "
	    "here", "カードの利用者証明用の鍵は RSA ではないので、ここでは "
	    "ssh に使えません");
	return false;
}

/* Whatever goes wrong with a list is told once. That there is no card is no
 * failure of it, but a command that is served wants to know. */
static void
tell_once(struct work *work, const struct jpki_ctx *ctx, int r)
{
	if (r != work->last_told && r != 0 &&
	    (r != JPKI_ERR_NO_CARD || work->options->command))
		complain_ctx(ctx, r, NULL);
	work->last_told = r;
}

static void
put_list(struct job *job, const struct ssh_out *key, const char *comment)
{
	struct ssh_out body = { 0 };

	ssh_put_byte(&body, SSH_AGENT_IDENTITIES_ANSWER);
	ssh_put_number(&body, key->len > 0 ? 1 : 0);
	if (key->len > 0) {
		ssh_put_string(&body, key->data, key->len);
		ssh_put_text(&body, comment);
	}
	ssh_put_string(&job->answer, body.data, body.len);
	job->answer.bad = job->answer.bad || body.bad;
	ssh_out_free(&body);
}

static void
list(struct work *work, struct jpki_ctx *ctx, struct job *job)
{
	char reader[JPKI_INFO_MAX], comment[JPKI_INFO_MAX + 32] = "";
	struct ssh_out key = { 0 };
	struct jpki_cert *cert;
	unsigned epoch;
	int r = read_cert(work, ctx, &cert, &epoch);

	tell_once(work, ctx, r);
	if (r == 0 && key_of(cert, &key)) {
		jpki_shared_reader(work->shared, reader, sizeof(reader));
		ssh_comment(reader, comment, sizeof(comment));
	} else {
		ssh_out_free(&key);
	}
	put_list(job, &key, comment);
	ssh_out_free(&key);
	jpki_cert_free(&cert);
}

/* Whether the card of the PIN is still there. */
static void
look(struct work *work, struct jpki_ctx *ctx)
{
	unsigned epoch;
	int r = open_card(work, ctx, &epoch);

	tell_once(work, ctx, r);
}

/* Signatures */

static struct question
question_of(const struct job *job)
{
	struct question question = { job->description, job->process,
	    !job->forwarded, job->cancel };

	return question;
}

/* To whoever waits there and to where the agent speaks. With a command that is
 * the command's standard error, most often the same terminal. */
static void
say(const struct work *work, const struct job *job, const char *text)
{
	struct question question = question_of(job);
	bool told = ask_tell(&question, text);

	if (!told || !work->options->command)
		message_put(stderr, text);
}

/* An agent that runs gets no --last-try any more. */
static const struct advice advice[] = {
	{ JPKI_ERR_PIN_LAST_TRY, {
	    "\"jpki-pin --last-try try auth\" sends it; a right one gives back "
	    "all tries.",
	    "jpki-pin --last-try try auth で送れます。正しければ残り回数は元に"
	    "戻ります。" } },
	{ 0, { NULL, NULL } }
};

/* What went wrong. */
static void
tell(const struct work *work, struct jpki_ctx *ctx, const struct job *job,
    int r)
{
	char *text = message_text(ctx, r, advice);

	say(work, job, text != NULL ? text : jpki_strerror(r, text_lang()));
	free(text);
}

static int
min_tries(const struct work *work)
{
	return prompt_tries(work->options->min_tries,
	    work->options->pin_source);
}

static void
no_way_to_ask(const struct work *work, const struct job *job)
{
	say(work, job, pick("There is no terminal to ask for the PIN on, "
	    "and no SSH_ASKPASS. Set SSH_ASKPASS and DISPLAY for the agent, "
	    "or use it from a terminal",
	    "暗証番号を入力してもらう端末も SSH_ASKPASS もありません。"
	    "エージェントの環境に SSH_ASKPASS と DISPLAY を設定するか、"
	    "端末から使ってください"));
}

/* A PIN that somebody gives. One of the wrong shape costs no try, and is asked
 * for again. */
static int
typed_pin(struct work *work, struct jpki_ctx *ctx, const struct job *job,
    unsigned epoch, struct jpki_kept **kept)
{
	struct question question = question_of(job);
	struct answer *answer = &work->answer;
	int i, left, r;

	if ((r = jpki_shared_ready(ctx, work->shared, JPKI_PIN_AUTH,
	    min_tries(work), &left)) != 0) {
		tell(work, ctx, job, r);
		return r;
	}
	r = JPKI_ERR_PIN_FORMAT;
	for (i = 0; i < QUESTIONS && r == JPKI_ERR_PIN_FORMAT; i++) {
		r = ask_pin(&question, left, answer);
		if (r == JPKI_ERR_PIN_SOURCE)
			no_way_to_ask(work, job);
		else if (r == 0 && (r = jpki_kept_new(ctx, JPKI_PIN_AUTH,
		    answer->text, answer->len, epoch, 0, kept)) != 0)
			tell(work, ctx, job, r);
		explicit_bzero(answer, sizeof(*answer));
	}
	return r;
}

/* A PIN of a file or a descriptor. */
static int
read_pin(struct work *work, struct jpki_ctx *ctx, const struct job *job,
    unsigned epoch, struct jpki_kept **kept)
{
	const char *source = work->options->pin_source, *text;
	struct jpki_secret *secret = NULL;
	size_t len;
	int r;

	if ((r = jpki_secret_read(ctx, source, NULL, &secret)) == 0) {
		text = jpki_secret_data(secret, &len);
		r = jpki_kept_new_from(ctx, JPKI_PIN_AUTH, text, len, epoch,
		    0, source, kept);
	}
	jpki_secret_free(&secret);
	if (r != 0)
		tell(work, ctx, job, r);
	return r;
}

static int
get_pin(struct work *work, struct jpki_ctx *ctx, const struct job *job,
    unsigned epoch, struct jpki_kept **kept, unsigned *turn)
{
	*kept = keeper_pin(work->keeper, epoch, turn);
	if (*kept != NULL)
		return 0;
	return prompt_on_terminal(work->options->pin_source) ?
	    typed_pin(work, ctx, job, epoch, kept) :
	    read_pin(work, ctx, job, epoch, kept);
}

/* SSH's signature: its name and its bytes. */
static void
put_signature(struct job *job, const uint8_t *sig, size_t len)
{
	struct ssh_out body = { 0 }, blob = { 0 };

	ssh_put_text(&blob, job->md == JPKI_MD_SHA256 ? "rsa-sha2-256" :
	    "rsa-sha2-512");
	ssh_put_string(&blob, sig, len);
	ssh_put_byte(&body, SSH_AGENT_SIGN_RESPONSE);
	ssh_put_string(&body, blob.data, blob.len);
	ssh_put_string(&job->answer, body.data, body.len);
	job->answer.bad = job->answer.bad || body.bad || blob.bad;
	ssh_out_free(&blob);
	ssh_out_free(&body);
}

static int
sign_with(struct work *work, struct jpki_ctx *ctx, struct job *job,
    const struct jpki_cert *cert, struct jpki_kept *kept, unsigned turn)
{
	struct jpki_signing what = {
		.size = sizeof(what),
		.digest = job->digest, .digest_len = jpki_md_len(job->md),
		.cert = cert, .key = JPKI_KEY_AUTH,
		.padding = JPKI_PADDING_PKCS1, .md = job->md,
	};
	uint8_t sig[512];
	size_t len;
	int r = jpki_shared_sign(ctx, work->shared, &what, kept,
	    min_tries(work), sig, sizeof(sig), &len);

	if (r != 0) {
		tell(work, ctx, job, r);
		return r;
	}
	keeper_keep(work->keeper, kept, turn);
	put_signature(job, sig, len);
	return 0;
}

/* Whether the holder allows it, where that is to be asked. */
static bool
is_allowed(const struct work *work, const struct job *job)
{
	struct question question = question_of(job);
	bool asked;

	if (!work->options->confirm || ask_yes(&question, &asked))
		return true;
	if (!asked)
		say(work, job, pick("Signatures are to be asked for (-c), but "
		    "there is no SSH_ASKPASS to do it. Set it for the agent",
		    "署名の前に確認する設定（-c）ですが、確認に使う "
		    "SSH_ASKPASS がありません。エージェントの環境に設定して"
		    "ください"));
	return false;
}

/* Clients that say nothing of a digest mean SHA-1, as ssh-add -T does. */
static bool
is_sha2(const struct work *work, const struct job *job)
{
	if (job->md == 0)
		say(work, job, pick("Only signatures with rsa-sha2-256 and "
		    "rsa-sha2-512 are made; another one was asked for, such "
		    "as ssh-rsa (SHA-1)",
		    "rsa-sha2-256 と rsa-sha2-512 以外の署名（SHA-1 の "
		    "ssh-rsa など）を求められましたが、行いません"));
	return job->md != 0;
}

/* Another card may be in the reader by now, and the agent may be locked. */
static bool
sign(struct work *work, struct jpki_ctx *ctx, struct job *job)
{
	struct jpki_cert *cert = NULL;
	struct jpki_kept *kept = NULL;
	struct ssh_out key = { 0 };
	unsigned epoch, turn;
	int r = read_cert(work, ctx, &cert, &epoch);
	bool ok = false;

	if (r != 0)
		tell(work, ctx, job, r);
	else if (key_of(cert, &key) && key.len == job->key.len &&
	    memcmp(key.data, job->key.data, key.len) == 0 &&
	    is_sha2(work, job) && is_allowed(work, job) &&
	    get_pin(work, ctx, job, epoch, &kept, &turn) == 0 &&
	    !is_cancelled(job) && !keeper_is_locked(work->keeper))
		ok = sign_with(work, ctx, job, cert, kept, turn) == 0;
	jpki_kept_free(&kept);
	ssh_out_free(&key);
	jpki_cert_free(&cert);
	return ok;
}

static void
do_job(struct worker *worker, struct job *job)
{
	struct work *work = worker->work;

	if (is_cancelled(job))
		return;
	switch (job->kind) {
	case JOB_LIST:
		list(work, worker->ctx, job);
		break;
	case JOB_SIGN:
		if (keeper_is_locked(work->keeper) ||
		    !sign(work, worker->ctx, job))
			protocol_status(&job->answer, SSH_AGENT_FAILURE);
		break;
	case JOB_LOOK:
		look(work, worker->ctx);
		break;
	}
}

/* Threads */

static void *
run(void *arg)
{
	struct worker *worker = arg;
	struct work *work = worker->work;
	uint64_t one = 1;
	struct job *job;

	pthread_mutex_lock(&work->mutex);
	for (;;) {
		while (worker->first == NULL && !work->stopping)
			pthread_cond_wait(&worker->more, &work->mutex);
		if (work->stopping)
			break;
		job = worker->now = worker->first;
		worker->first = job->next;
		pthread_mutex_unlock(&work->mutex);
		do_job(worker, job);
		pthread_mutex_lock(&work->mutex);
		worker->now = NULL;
		job->next = work->done;
		work->done = job;
		while (write(work->bell, &one, sizeof(one)) < 0 &&
		    errno == EINTR)
			;
	}
	pthread_mutex_unlock(&work->mutex);
	return NULL;
}

static bool
start(struct work *work, struct worker *worker)
{
	worker->work = work;
	if ((worker->ctx = message_ctx()) == NULL)
		return false;
	worker->started = pthread_cond_init(&worker->more, NULL) == 0 &&
	    pthread_create(&worker->thread, NULL, run, worker) == 0;
	return worker->started;
}

int
work_start(const struct options *options, struct keeper *keeper,
    struct work **out, int *done)
{
	struct work *work = *out = calloc(1, sizeof(*work));
	struct jpki_ctx *ctx = message_ctx();
	int r = JPKI_ERR_MEMORY;

	if (work != NULL && ctx != NULL) {
		work->options = options;
		work->keeper = keeper;
		pthread_mutex_init(&work->mutex, NULL);
		(void)mlock(&work->answer, sizeof(work->answer));
		work->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if ((r = jpki_cards_new(ctx, &work->cards)) == 0)
			r = jpki_cards_get(ctx, work->cards, options->reader,
			    NULL, &work->shared);
		if (r == 0 && (work->bell < 0 || !start(work, &work->lister) ||
		    !start(work, &work->signer)))
			r = JPKI_ERR_MEMORY;
		*done = work->bell;
	}
	if (r != 0) {
		complain_code(NULL, r);
		work_stop(out);
	}
	jpki_ctx_free(&ctx);
	return r == 0 ? 0 : exit_code(r);
}

/* Makes the job that is being done give up what it asks people. */
static void
give_up(struct worker *worker)
{
	uint64_t one = 1;

	/* Where that fails, it is readable already. */
	if (worker->now != NULL && write(worker->now->cancel, &one,
	    sizeof(one)) < 0)
		errno = 0;
	if (worker->started)
		pthread_cond_signal(&worker->more);
}

static void
free_jobs(struct job *job)
{
	struct job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job_free(job);
	}
}

static void
end(struct worker *worker)
{
	if (worker->started) {
		pthread_join(worker->thread, NULL);
		pthread_cond_destroy(&worker->more);
	}
	free_jobs(worker->first);
	jpki_ctx_free(&worker->ctx);
}

void
work_stop(struct work **out)
{
	struct work *work = *out;

	if (work == NULL)
		return;
	pthread_mutex_lock(&work->mutex);
	work->stopping = true;
	give_up(&work->lister);
	give_up(&work->signer);
	pthread_mutex_unlock(&work->mutex);
	end(&work->lister);
	end(&work->signer);
	free_jobs(work->done);
	jpki_cards_free(&work->cards);
	if (work->bell >= 0)
		close(work->bell);
	pthread_mutex_destroy(&work->mutex);
	(void)munlock(&work->answer, sizeof(work->answer));
	free(work);
	*out = NULL;
}

void
work_give(struct work *work, struct job *job)
{
	struct worker *worker = job->kind == JOB_SIGN ? &work->signer :
	    &work->lister;
	struct job **end_of;

	pthread_mutex_lock(&work->mutex);
	for (end_of = &worker->first; *end_of != NULL;
	    end_of = &(*end_of)->next)
		;
	*end_of = job;
	pthread_cond_signal(&worker->more);
	pthread_mutex_unlock(&work->mutex);
}

struct job *
work_take(struct work *work)
{
	struct job *job;
	uint64_t n;

	pthread_mutex_lock(&work->mutex);
	if ((job = work->done) != NULL)
		work->done = job->next;
	else if (read(work->bell, &n, sizeof(n)) < 0)
		job = NULL;	/* nothing is told that was not taken */
	pthread_mutex_unlock(&work->mutex);
	return job;
}
