/* SPDX-License-Identifier: Apache-2.0 */
/* What a client sends to jpki-agent: each message has one answer, whole, or is
 * a job for the card, whose words are harmless on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "fuzz.h"

static void
check_answer(const struct ssh_out *out)
{
	struct ssh_in in = ssh_in(out->data, out->len), body;
	uint8_t type;

	body = ssh_take_string(&in);
	if (out->bad || !ssh_in_done(&in) || body.left == 0)
		abort();
	type = ssh_take_byte(&body);
	if (type != SSH_AGENT_FAILURE && type != SSH_AGENT_SUCCESS &&
	    type != SSH_AGENT_IDENTITIES_ANSWER &&
	    type != SSH_AGENT_EXTENSION_FAILURE &&
	    type != SSH_AGENT_EXTENSION_RESPONSE)
		abort();
}

static void
check_job(const struct job *job)
{
	const char *c;

	if (job->kind == JOB_LIST)
		return;
	if (job->kind != JOB_SIGN || job->description[0] == '\0' ||
	    (job->md != JPKI_MD_SHA256 && job->md != JPKI_MD_SHA512))
		abort();
	for (c = job->description; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			abort();
}

static void
feed(struct keeper *keeper, struct peer *peer, struct ssh_in in)
{
	struct ssh_out out = { 0 };
	struct job *job;

	protocol_answer(keeper, peer, in, &out, &job);
	if (job == NULL)
		check_answer(&out);
	else if (out.len != 0)
		abort();
	else
		check_job(job);
	job_free(job);
	ssh_out_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ssh_in in = ssh_in(data, size), body;
	struct keeper *keeper = keeper_new(1);
	struct peer peer = { 0 };

	if (keeper == NULL)
		return 0;
	while (in.left > 0 && !in.bad) {
		body = ssh_take_string(&in);
		if (!in.bad && body.left > 0)
			feed(keeper, &peer, body);
	}
	if (peer.binds.n > BINDS_MAX)
		abort();
	binds_free(&peer.binds);
	keeper_free(&keeper);
	return 0;
}
