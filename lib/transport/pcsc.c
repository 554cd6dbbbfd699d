/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards behind pcscd.
 *
 * Calls into PC/SC can block for ever: on a stopped daemon, on a program that
 * keeps its transaction, on a card that stopped answering. So a helper thread
 * makes them all, in the jobs of pcsc_session.c. A session whose daemon or
 * helper was lost stays dead; open a new one.
 */
#include "transport/pcsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "transport/daemon.h"
#include "transport/helper.h"
#include "transport/pcsc_session.h"

/* How long to wait for the helper, where the context does not say. */
#define LIMIT_SERVICE_MS 10000	/* the daemon alone answers */
#define LIMIT_END_MS 10000
#define LIMIT_GLANCE_MS 1500	/* one card of several */

/* The link's argument: outlives a session that was lost with its helper. */
struct pcsc {
	struct jpkip_helper *helper;
	struct jpkip_pcsc_session *session;
	const struct jpki_ctx *ctx;	/* for the limits */
};

/* Runs a job; the session may be touched only after success. */
static int
run(struct pcsc *pcsc, void (*job)(void *), unsigned limit_ms)
{
	if (!jpkip_helper_run(pcsc->helper, job, limit_ms))
		return JPKI_ERR_TIMEOUT;
	return pcsc->session->r;
}

static int
pcsc_begin(void *arg, enum jpki_link_event *event)
{
	struct pcsc *pcsc = arg;
	int r;

	/* A session that was lost before, or is another process's. */
	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_REMOVED;
	r = run(pcsc, jpkip_pcsc_begin_job,
	    jpkip_ctx_limits(pcsc->ctx).others_ms);
	if (r == 0)
		*event = pcsc->session->event;
	return r == JPKI_ERR_TIMEOUT ? JPKI_ERR_BUSY : r;
}

static int
pcsc_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct pcsc *pcsc = arg;
	struct jpkip_pcsc_session *s = pcsc->session;
	int r;

	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_TIMEOUT;
	if (cmd_len > sizeof(s->cmd) || cmd_len < 4)
		return JPKI_ERR_INTERNAL;
	memcpy(s->cmd, cmd, cmd_len);
	s->cmd_len = cmd_len;
	if ((r = run(pcsc, jpkip_pcsc_transmit_job,
	    jpkip_ctx_limits(pcsc->ctx).command_ms)) != 0)
		return r;
	if (s->rsp_len > rsp_size)
		return JPKI_ERR_IO;
	memcpy(rsp, s->rsp, s->rsp_len);
	*rsp_len = s->rsp_len;
	jpkip_wipe(s->rsp, s->rsp_len);
	return 0;
}

static int
pcsc_end(void *arg, enum jpki_link_end how)
{
	struct pcsc *pcsc = arg;

	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_TIMEOUT;
	pcsc->session->how = how;
	return run(pcsc, jpkip_pcsc_end_job, LIMIT_END_MS);
}

static int
pcsc_atr(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len)
{
	struct pcsc *pcsc = arg;

	if (!jpkip_helper_alive(pcsc->helper) ||
	    pcsc->session->atr_len > atr_size)
		return JPKI_ERR_IO;
	memcpy(atr, pcsc->session->atr, pcsc->session->atr_len);
	*atr_len = pcsc->session->atr_len;
	return 0;
}

static void
pcsc_close(void *arg)
{
	struct pcsc *pcsc = arg;

	jpkip_helper_free(pcsc->helper);
	free(pcsc);
}

/* FNV-1a over the reader's name, the run of the daemon and its count for that
 * reader: each alone can be the same for two cards. */
static uint64_t
pcsc_insertion(void *arg)
{
	struct pcsc *pcsc = arg;
	const struct jpkip_pcsc_session *s = pcsc->session;
	uint64_t h = 0xcbf29ce484222325u;
	const char *c;

	if (!jpkip_helper_alive(pcsc->helper) || s->daemon == 0)
		return 0;
	for (c = s->reader; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	h = (h ^ s->daemon) * 0x100000001b3u;
	h = (h ^ s->count) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static const struct jpki_transport_ops ops = {
	sizeof(ops), pcsc_begin, pcsc_transmit, pcsc_end, pcsc_atr,
	pcsc_insertion, pcsc_close
};

static int
pcsc_new(struct jpki_ctx *ctx, struct pcsc *pcsc)
{
	pcsc->ctx = ctx;
	if ((pcsc->session = jpkip_pcsc_session_new()) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	pcsc->helper = jpkip_helper_new(jpkip_pcsc_session_free,
	    pcsc->session);
	if (pcsc->helper == NULL) {
		jpkip_pcsc_session_free(pcsc->session);
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	}
	return 0;
}

static bool
is_lost(const struct pcsc *pcsc)
{
	return !jpkip_helper_alive(pcsc->helper);
}

/* The daemon's own business, or not enough of a failure to ask it. */
static int
no_list(struct jpki_ctx *ctx, int r)
{
	return jpkip_fail(ctx, r == JPKI_ERR_TIMEOUT ? JPKI_ERR_NO_SERVICE : r,
	    NULL, NULL);
}

/* Says why libpcsclite got nowhere. It tries once more where the daemon
 * answers by now: one that nobody needs ends, and somebody may come at that
 * moment. */
static int
explain(struct jpki_ctx *ctx, struct pcsc *pcsc, int r, unsigned limit)
{
	struct jpkip_daemon daemon;

	if (r == JPKI_ERR_MEMORY ||
	    (!is_lost(pcsc) && pcsc->session->has_context))
		return no_list(ctx, r);
	if (r == JPKI_ERR_NOT_ALLOWED)
		return jpkip_daemon_refuses(ctx);
	daemon = jpkip_daemon_ask();
	if (daemon.state != JPKIP_DAEMON_ANSWERS)
		return jpkip_daemon_blame(ctx, &daemon);
	if (!is_lost(pcsc) && (r = run(pcsc, jpkip_pcsc_list_job, limit)) == 0)
		return 0;
	return is_lost(pcsc) || pcsc->session->has_context ?
	    no_list(ctx, r) : jpkip_daemon_blame(ctx, &daemon);
}

int
jpkip_pcsc_list(struct jpki_ctx *ctx, struct jpkip_readers *out)
{
	unsigned limit = jpkip_ctx_limits(ctx).others_ms;
	struct pcsc pcsc;
	int r;

	if ((r = pcsc_new(ctx, &pcsc)) != 0)
		return r;
	if (limit > LIMIT_SERVICE_MS)
		limit = LIMIT_SERVICE_MS;
	if ((r = run(&pcsc, jpkip_pcsc_list_job, limit)) != 0)
		r = explain(ctx, &pcsc, r, limit);
	if (r == 0)
		*out = pcsc.session->readers;
	jpkip_helper_free(pcsc.helper);
	return r;
}

int
jpkip_pcsc_open(struct jpki_ctx *ctx, const char *reader, bool patient,
    struct jpkip_link *link)
{
	unsigned limit = jpkip_ctx_limits(ctx).others_ms;
	struct pcsc *pcsc;
	int r;

	if (strlen(reader) >= sizeof(pcsc->session->reader))
		return jpkip_fail(ctx, JPKI_ERR_NO_READER, JPKIP_SAME("%s"),
		    reader);
	if ((pcsc = calloc(1, sizeof(*pcsc))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if ((r = pcsc_new(ctx, pcsc)) != 0) {
		free(pcsc);
		return r;
	}
	memcpy(pcsc->session->reader, reader, strlen(reader) + 1);
	pcsc->session->patient = patient;
	if (!patient && limit > LIMIT_GLANCE_MS)
		limit = LIMIT_GLANCE_MS;
	r = run(pcsc, jpkip_pcsc_connect_job, limit);
	if (r == JPKI_ERR_TIMEOUT)
		r = JPKI_ERR_BUSY;
	if (r == JPKI_ERR_IO)	/* for many reasons: by its number */
		r = jpkip_fail(ctx, r, JPKIP_SAME("%s (0x%08lX)"), reader,
		    (unsigned long)pcsc->session->rv);
	else if (r != 0)
		r = jpkip_fail(ctx, r, JPKIP_SAME("%s"), reader);
	else
		r = jpkip_link_init(link, ctx, &ops, pcsc);
	if (r != 0)
		pcsc_close(pcsc);
	else
		snprintf(link->reader, sizeof(link->reader), "%s", reader);
	return r;
}
