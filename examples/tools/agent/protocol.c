/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests and answers of the SSH agent protocol (RFC 9987); see agent.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include <openssl/evp.h>

#include "agent.h"

#define SESSION_BIND "session-bind@openssh.com"

void
protocol_status(struct ssh_out *out, uint8_t status)
{
	ssh_put_string(out, &status, 1);
}

struct job *
job_new(enum job_kind kind)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		return NULL;
	job->kind = kind;
	if ((job->cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
		free(job);
		return NULL;
	}
	return job;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	(void)close(job->cancel);
	ssh_out_free(&job->answer);
	ssh_out_free(&job->key);
	free(job);
}

/* Which digest is asked for; 0: SHA-1, by saying nothing, or one that is not
 * known. */
static enum jpki_md
wanted_md(uint32_t flags)
{
	if (flags == SSH_AGENT_RSA_SHA2_256)
		return JPKI_MD_SHA256;
	if (flags == SSH_AGENT_RSA_SHA2_512)
		return JPKI_MD_SHA512;
	return 0;
}

/* The digest is made here: what waits for the card is short, then. */
static struct job *
sign_job(const struct peer *peer, struct ssh_in *in)
{
	struct ssh_in key = ssh_take_string(in), data = ssh_take_string(in);
	enum jpki_md md = wanted_md(ssh_take_number(in));
	struct job *job;

	if (!ssh_in_done(in) || (job = job_new(JOB_SIGN)) == NULL)
		return NULL;
	job->md = md;
	job->process = peer->process;
	job->forwarded = binds_forwarded(&peer->binds) ||
	    peer->binds.failed;
	describe(&data, &peer->binds, job->description);
	ssh_put(&job->key, key.at, key.left);
	if (job->key.bad || (md != 0 && EVP_Q_digest(NULL, jpki_md_name(md),
	    NULL, data.at, data.left, job->digest, NULL) != 1)) {
		job_free(job);
		return NULL;
	}
	return job;
}

static uint8_t
status_of(bool ok)
{
	return ok ? SSH_AGENT_SUCCESS : SSH_AGENT_FAILURE;
}

/* An extension that is not known is a failure, one that fails another. */
static void
extension(struct peer *peer, struct ssh_in *in, struct ssh_out *out)
{
	struct ssh_in name = ssh_take_string(in);
	struct ssh_out body = { 0 };

	if (!in->bad && ssh_in_is(&name, SESSION_BIND)) {
		protocol_status(out, binds_add(&peer->binds, in) ?
		    SSH_AGENT_SUCCESS : SSH_AGENT_EXTENSION_FAILURE);
	} else if (ssh_in_done(in) && ssh_in_is(&name, "query")) {
		ssh_put_byte(&body, SSH_AGENT_EXTENSION_RESPONSE);
		ssh_put_text(&body, "query");
		ssh_put_text(&body, SESSION_BIND);
		ssh_put_text(&body, "query");
		ssh_put_string(out, body.data, body.len);
		out->bad = out->bad || body.bad;
		ssh_out_free(&body);
	} else {
		protocol_status(out, SSH_AGENT_FAILURE);
	}
}

/* The empty list. */
static void
no_keys(struct ssh_out *out)
{
	ssh_put_number(out, 5);
	ssh_put_byte(out, SSH_AGENT_IDENTITIES_ANSWER);
	ssh_put_number(out, 0);
}

/* One string, and nothing behind it. */
static bool
take_only(struct ssh_in *in, struct ssh_in *string)
{
	*string = ssh_take_string(in);
	return ssh_in_done(in);
}

static void
answer_locked(struct keeper *keeper, uint8_t type, struct ssh_in *in,
    struct ssh_out *out)
{
	struct ssh_in string;

	if (type == SSH_AGENTC_REQUEST_IDENTITIES)
		no_keys(out);
	else
		protocol_status(out, status_of(type == SSH_AGENTC_UNLOCK &&
		    take_only(in, &string) &&
		    keeper_unlock(keeper, &string)));
}

void
protocol_answer(struct keeper *keeper, struct peer *peer, struct ssh_in in,
    struct ssh_out *out, struct job **job)
{
	uint8_t type = ssh_take_byte(&in);
	struct ssh_in string;

	*job = NULL;
	if (keeper_is_locked(keeper)) {
		answer_locked(keeper, type, &in, out);
		return;
	}
	switch (type) {
	case SSH_AGENTC_REQUEST_IDENTITIES:
		if (ssh_in_done(&in))
			*job = job_new(JOB_LIST);
		break;
	case SSH_AGENTC_SIGN_REQUEST:
		*job = sign_job(peer, &in);
		break;
	case SSH_AGENTC_REMOVE_ALL_IDENTITIES:
		if (!ssh_in_done(&in))
			break;
		keeper_forget(keeper);
		protocol_status(out, SSH_AGENT_SUCCESS);
		return;
	case SSH_AGENTC_LOCK:
		protocol_status(out, status_of(take_only(&in, &string) &&
		    keeper_lock(keeper, &string)));
		return;
	case SSH_AGENTC_EXTENSION:
		extension(peer, &in, out);
		return;
	default:
		break;
	}
	if (*job == NULL)
		protocol_status(out, SSH_AGENT_FAILURE);
}
