/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE. The card signs anything; this file does not. */
#include "card/sign.h"

#include <string.h>

#include "base/buf.h"
#include "base/wipe.h"
#include "card/cert.h"
#include "card/command.h"
#include "card/file.h"
#include "certificate/cert.h"
#include "crypto/digest.h"

#define SFI 0x80
#define CURRENT_EF 0x80

/* P1 of the card's command. */
enum { P1_PKCS1 = 0x00, P1_PSS_SHA256 = 0x04 };

struct job {
	enum jpki_slot slot;
	enum jpki_pin pin;
	uint16_t ef;
	const char *name;
	enum jpki_padding padding;
	enum jpki_md md;
	const uint8_t *digest;
	size_t digest_len;
	size_t sig_len;			/* what the key makes */
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

/* The key's certificate, where it was read. */
static struct jpki_cert *const *
known_cert(const struct jpki_card *card, const struct job *job)
{
	return &card->known[jpkip_slot_index(job->slot)];
}

/* The size of the key: from the certificate, or by what this carrier is known
 * to have. A PSS signature is never made without the certificate. */
static int
know_key(struct jpki_card *card, struct job *job)
{
	struct jpki_cert *const *known = known_cert(card, job);
	struct jpki_cert *cert = NULL;
	int r;

	if (*known == NULL && job->padding == JPKI_PADDING_PKCS1 &&
	    card->carrier == JPKI_CARRIER_CARD) {
		job->sig_len = JPKIP_RSA2048_LEN;
		return 0;
	}
	if (*known == NULL) {
		if ((r = jpkip_read_cert(card, job->slot, &cert)) != 0)
			return r;
		jpki_cert_free(&cert);
	}
	job->sig_len = jpkip_cert_modulus_len(*known);
	if (job->sig_len == 0)
		return jpkip_fail(card->ctx, JPKI_ERR_DATA,
		    "%s, which is not RSA", "%sが RSA ではありません",
		    job->name);
	return 0;
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
	struct jpki_cert *const *known = known_cert(card, job);
	struct jpkip_reply reply;
	int r;

	if ((r = know_key(card, job)) != 0)
		return r;
	if (sig_size < job->sig_len)
		return jpkip_fail(card->ctx, JPKI_ERR_SPACE,
		    "%zu bytes needed", "%zu バイト必要です",
		    job->sig_len);
	if ((r = send_sign(card, job, &reply)) != 0)
		return r;
	if (reply.sw != 0x9000)
		return sign_refused(card, job, &reply);
	if (reply.len != job->sig_len)
		r = jpkip_fail(card->ctx, JPKI_ERR_DATA,
		    "a signature of %zu bytes",
		    "署名が %zu バイトです", reply.len);
	else if (*known != NULL)
		r = jpkip_cert_verify(card->ctx, *known, job->padding,
		    job->md, job->digest, job->digest_len, reply.data,
		    reply.len);
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
name_key(const struct jpki_ctx *ctx, enum jpki_key key, struct job *job)
{
	switch (key) {
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
jpki_card_sign(struct jpki_card *card, enum jpki_key key,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len, uint8_t *sig, size_t sig_size, size_t *sig_len)
{
	struct job job = {
		jpki_key_slot(key), jpki_key_pin(key), 0, NULL,
		padding, md, digest, digest_len, 0
	};
	int r;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (sig == NULL || sig_len == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((r = jpkip_sign_check(card->ctx, key, padding, md, digest,
	    digest_len)) != 0)
		return r;
	name_key(card->ctx, key, &job);
	/* A door that some other program left open is not ours to use. */
	if (card->depth == 0 || !(card->verified & 1u << job.pin))
		return jpkip_fail(card->ctx, JPKI_ERR_NEEDS_PIN,
		    JPKIP_SAME("%s"), job.name);
	return sign(card, &job, sig, sig_size, sig_len);
}
