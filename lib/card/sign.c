/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE. The card signs anything; this file does not. */
#include "card/sign.h"

#include <string.h>

#include "base/buf.h"
#include "base/wipe.h"
#include "card/cert.h"
#include "card/command.h"
#include "card/file.h"
#include "card/head.h"
#include "card/run.h"
#include "certificate/cert.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

#define SFI 0x80
#define CURRENT_EF 0x80

/* P1 of the card's command. */
enum { P1_PKCS1 = 0x00, P1_PSS_SHA256 = 0x04 };

struct job {
	enum jpki_key key;
	uint16_t ef;
	const char *name;
	enum jpki_padding padding;
	enum jpki_md md;
	const uint8_t *digest;
	size_t digest_len;
	const struct jpki_cert *cert;	/* the key's, if it was given */
	const struct jpkip_public_key *public_key;	/* borrowed */
};

static int
send_sign(struct jpki_card *card, const struct job *job,
    struct jpkip_reply *reply)
{
	uint8_t data[JPKIP_DIGEST_INFO_MAX];
	struct jpkip_buf buf = JPKIP_BUF(data);
	struct jpkip_apdu apdu;
	uint8_t p1 = P1_PKCS1, p2 = (uint8_t)(SFI | job->ef);
	int r;

	if (job->padding == JPKI_PADDING_PSS) {
		p1 = P1_PSS_SHA256;
		jpkip_buf_put(&buf, job->digest, job->digest_len);
	} else {
		jpkip_digest_info(&buf, job->md, job->digest);
	}
	if (card->sfi != JPKIP_SFI_YES) {
		p2 = CURRENT_EF;
		if ((r = jpkip_select_ef(card, job->ef, job->name)) != 0)
			return r;
	} else {
		card->ef = 0;	/* the key's file may be current now */
	}
	jpkip_apdu_set(&apdu, 0x80, 0x2a, p1, p2, buf.data, buf.len,
	    JPKIP_LE_SHORT);
	return jpkip_send(card, &apdu, reply);
}

/*
 * The key that checks the signature: of a certificate that was given or read
 * before, else of the first bytes of the one on the card. Without it, and
 * without it being of use, no signature is asked for: one that nobody checked
 * may give the private key away.
 */
static int
know_key(struct jpki_card *card, struct job *job)
{
	const struct jpki_cert *cert = job->cert;
	const struct jpkip_head *head;
	int r;

	if (cert == NULL)
		cert = card->known[jpkip_slot_index(jpki_key_slot(job->key))];
	if (cert != NULL) {
		job->public_key = jpkip_cert_public_key(cert);
	} else {
		if ((r = jpkip_head_get(card, job->key, &head)) != 0)
			return r;
		job->public_key = &head->head.key;
	}
	return jpkip_signature_key(card->ctx, job->public_key, job->name);
}

static int
sign_refused(struct jpki_card *card, const struct job *job,
    const struct jpkip_reply *reply)
{
	if (reply->sw == 0x6982)
		return jpkip_fail_sw(card->ctx, JPKI_ERR_NEEDS_PIN, reply->sw,
		    JPKIP_SAME("%s"), job->name);
	if (reply->sw == 0x6a82)
		return jpkip_fail_sw(card->ctx, JPKI_ERR_NOT_ON_CARD,
		    reply->sw, JPKIP_SAME("%s"), job->name);
	if (job->padding == JPKI_PADDING_PSS)
		return jpkip_fail_sw(card->ctx, JPKI_ERR_NO_PSS, reply->sw,
		    "status %04X", "ステータスワード %04X",
		    (unsigned)reply->sw);
	return jpkip_refused(card, reply, job->name);
}

static int
sign(struct jpki_card *card, struct job *job, uint8_t *sig, size_t sig_size,
    size_t *sig_len)
{
	struct jpkip_reply reply;
	size_t len;
	int r;

	if ((r = know_key(card, job)) != 0)
		return r;
	len = job->public_key->modulus_len;
	if (sig_size < len)
		return jpkip_fail(card->ctx, JPKI_ERR_SPACE,
		    "%zu bytes needed", "%zu バイト必要です", len);
	if ((r = send_sign(card, job, &reply)) != 0)
		return r;
	if (reply.sw != 0x9000)
		r = sign_refused(card, job, &reply);
	else if (reply.len != len)
		r = jpkip_fail(card->ctx, JPKI_ERR_DATA,
		    "a signature of %zu bytes",
		    "署名が %zu バイトです", reply.len);
	else
		r = jpkip_signature_check(card->ctx, job->public_key,
		    job->padding, job->md, job->digest, job->digest_len,
		    reply.data, reply.len);
	if (r == 0) {
		memcpy(sig, reply.data, reply.len);
		*sig_len = reply.len;
	}
	jpkip_wipe(reply.data, reply.len);
	return r;
}

int
jpkip_sign_check(struct jpki_ctx *ctx, enum jpki_key key,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len)
{
	if ((key != JPKI_KEY_AUTH && key != JPKI_KEY_SIGN) || digest == NULL ||
	    (padding != JPKI_PADDING_PKCS1 && padding != JPKI_PADDING_PSS))
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (jpki_md_len(md) == 0 || digest_len != jpki_md_len(md) ||
	    (padding == JPKI_PADDING_PSS && md != JPKI_MD_SHA256))
		return jpkip_fail(ctx, JPKI_ERR_DIGEST, NULL, NULL);
	return 0;
}

static void
name_key(const struct jpki_ctx *ctx, struct job *job)
{
	switch (job->key) {
	case JPKI_KEY_AUTH:
		job->ef = 0x0017;
		job->name = jpkip_pick(ctx, "auth key (利用者証明用)",
		    "利用者証明用の鍵");
		break;
	case JPKI_KEY_SIGN:
		job->ef = 0x001a;
		job->name = jpkip_pick(ctx, "sign key (署名用)",
		    "署名用の鍵");
		break;
	}
}

int
jpkip_card_sign(struct jpki_card *card, const struct jpki_signing *what,
    uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	struct job job = {
		.key = what->key, .padding = what->padding, .md = what->md,
		.digest = what->digest, .digest_len = what->digest_len,
		.cert = what->cert
	};
	int r;

	jpkip_ctx_clear(card->ctx);
	if ((r = jpkip_sign_check(card->ctx, what->key, what->padding,
	    what->md, what->digest, what->digest_len)) != 0)
		return r;
	name_key(card->ctx, &job);
	/* A door that some other program left open is not ours to use. */
	if (card->depth == 0 ||
	    !(card->verified & 1u << jpki_key_pin(job.key)))
		return jpkip_fail(card->ctx, JPKI_ERR_NEEDS_PIN,
		    JPKIP_SAME("%s"), job.name);
	return sign(card, &job, sig, sig_size, sig_len);
}

int
jpki_card_key_validity(struct jpki_card *card, enum jpki_key key,
    int64_t *not_before, int64_t *not_after)
{
	const struct jpkip_head *head;
	const struct jpki_cert *cert;
	int r;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if ((key != JPKI_KEY_AUTH && key != JPKI_KEY_SIGN) ||
	    not_before == NULL || not_after == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	cert = card->known[jpkip_slot_index(jpki_key_slot(key))];
	if (cert != NULL) {
		jpki_cert_validity(cert, not_before, not_after);
		return 0;
	}
	if ((head = jpkip_head_known(card, key)) == NULL) {
		if ((r = jpkip_run_begin(card)) != 0)
			return r;
		r = jpkip_head_get(card, key, &head);
		if ((r = jpkip_run_finish(card, r)) != 0)
			return r;
	}
	*not_before = head->head.not_before;
	*not_after = head->head.not_after;
	return 0;
}

int
jpki_card_sign(struct jpki_card *card, enum jpki_key key,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len, uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	const struct jpki_signing what = {
		.size = sizeof(what), .key = key, .padding = padding,
		.md = md, .digest = digest, .digest_len = digest_len
	};

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (sig == NULL || sig_len == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	return jpkip_card_sign(card, &what, sig, sig_size, sig_len);
}
