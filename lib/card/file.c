/* SPDX-License-Identifier: Apache-2.0 */
#include "card/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "card/command.h"

#define SFI 0x80		/* P1 or P2: the low five bits name the file */

const struct jpkip_app jpkip_app_jpki = {
	"application of the service (JPKI)", "公的個人認証のアプリケーション",
	{ 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 } };
const struct jpkip_app jpkip_app_text = {
	"text application (券面事項入力補助)",
	"券面事項入力補助のアプリケーション",
	{ 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08 } };
const struct jpkip_app jpkip_app_common = {
	"common application (共通カード)", "共通カードのアプリケーション",
	{ 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00 } };

static int
fail_select(struct jpki_card *card, const struct jpkip_app *app, uint16_t sw)
{
	int r;

	r = jpkip_fail_sw(card->ctx, app == &jpkip_app_jpki ?
	    JPKI_ERR_NOT_JPKI : JPKI_ERR_NOT_ON_CARD, sw,
	    "%s, status %04X", "%s、ステータスワード %04X",
	    jpkip_pick(card->ctx, app->en, app->ja), (unsigned)sw);
	if (r == JPKI_ERR_NOT_JPKI)
		return r;
	return jpkip_hint(card->ctx, r,
	    "Phones do not have it; use the My Number Card itself.",
	    "スマートフォンにはありません。"
	    "マイナンバーカードそのものを使ってください。");
}

int
jpkip_select_app(struct jpki_card *card, const struct jpkip_app *app)
{
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;
	int r;

	if (card->app == app)
		return 0;
	card->app = NULL;
	card->ef = 0;
	card->verified = 0;
	jpkip_apdu_set(&apdu, 0x00, 0xa4, 0x04, 0x0c, app->aid,
	    sizeof(app->aid), 0);
	apdu.repeatable = true;
	if ((r = jpkip_send(card, &apdu, &reply)) != 0)
		return r;
	if (reply.sw != 0x9000)
		return fail_select(card, app, reply.sw);
	card->app = app;
	card->fresh = true;
	return 0;
}

int
jpkip_select_ef(struct jpki_card *card, uint16_t ef, const char *what)
{
	const uint8_t id[2] = { (uint8_t)(ef >> 8), (uint8_t)ef };
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;
	int r;

	if (card->ef == ef)
		return 0;
	card->ef = 0;
	jpkip_apdu_set(&apdu, 0x00, 0xa4, 0x02, 0x0c, id, sizeof(id), 0);
	apdu.repeatable = true;
	if ((r = jpkip_send(card, &apdu, &reply)) != 0)
		return r;
	if (reply.sw == 0x6a82)
		return jpkip_fail_sw(card->ctx, JPKI_ERR_NOT_ON_CARD, reply.sw,
		    JPKIP_SAME("%s"), what);
	if (reply.sw != 0x9000)
		return jpkip_refused(card, &reply, what);
	card->ef = ef;
	return 0;
}

/* Whether a READ brought data. 6282, "end of file reached", was never seen on
 * these cards, but means that. */
static bool
read_ok(const struct jpkip_reply *reply)
{
	return reply->sw == 0x9000 || reply->sw == 0x6282;
}

static int
read_refused(struct jpki_card *card, const struct jpkip_reply *reply,
    const char *what)
{
	if (reply->sw == 0x6982)
		return jpkip_fail_sw(card->ctx, JPKI_ERR_NEEDS_PIN, reply->sw,
		    JPKIP_SAME("%s"), what);
	return jpkip_refused(card, reply, what);
}

/* One READ at an offset of the current file. Extended length that the ATR
 * announced but the card or reader does not do ends in 6700. */
static int
read_at(struct jpki_card *card, uint8_t p1, uint8_t p2, size_t want,
    struct jpkip_reply *reply)
{
	struct jpkip_apdu apdu;
	int r;

	jpkip_apdu_read(&apdu, p1, p2, want);
	if ((r = jpkip_send(card, &apdu, reply)) != 0)
		return r;
	if (want > JPKIP_LE_SHORT && reply->sw == 0x6700) {
		card->link.extended = false;
		jpkip_apdu_read(&apdu, p1, p2, JPKIP_LE_SHORT);
		r = jpkip_send(card, &apdu, reply);
	}
	return r;
}

/*
 * Whether an answer is one that a card gives by mistake now and then, or for a
 * file that was current once: then it is worth a second READ, which costs
 * nothing.
 */
static bool
read_doubtful(const struct jpkip_reply *reply)
{
	if (read_ok(reply))
		return reply->len == 0;
	return reply->sw != 0x6982 && reply->sw != 0x6a82;
}

/* A READ of the current file; of the file once more, selected again, after a
 * bad answer. The application is not: on some cards that ends the login. */
static int
read_twice(struct jpki_card *card, uint16_t ef, const char *what, uint8_t p1,
    uint8_t p2, size_t want, struct jpkip_reply *reply)
{
	int r;

	if ((r = read_at(card, p1, p2, want, reply)) != 0 ||
	    !read_doubtful(reply))
		return r;
	card->ef = 0;
	if ((r = jpkip_select_ef(card, ef, what)) != 0)
		return r;
	return read_at(card, p1, p2, want, reply);
}

/* The first READ of a file, which makes it current. */
static int
read_first(struct jpki_card *card, uint16_t ef, const char *what, size_t want,
    struct jpkip_reply *reply)
{
	int r;

	if (card->sfi == JPKIP_SFI_YES) {
		card->ef = 0;
		r = read_at(card, (uint8_t)(SFI | ef), 0, want, reply);
		if (r != 0)
			return r;
		if (read_ok(reply) && reply->len > 0) {
			card->ef = ef;
			return 0;
		}
		if (reply->sw == 0x6982)
			return read_refused(card, reply, what);
		/* The plain form tells whether the file is absent. */
		if ((r = jpkip_select_ef(card, ef, what)) == 0)
			r = read_at(card, 0, 0, want, reply);
	} else if ((r = jpkip_select_ef(card, ef, what)) == 0) {
		r = read_twice(card, ef, what, 0, 0, want, reply);
	}
	if (r != 0)
		return r;
	/* An empty file: its first byte is already past the end. */
	if (reply->sw == 0x6b00) {
		reply->len = 0;
		return 0;
	}
	return read_ok(reply) ? 0 : read_refused(card, reply, what);
}

int
jpkip_read_short(struct jpki_card *card, uint16_t ef, uint8_t *out,
    size_t size, size_t *len)
{
	struct jpkip_reply reply;
	int r;

	*len = 0;
	card->ef = 0;
	if ((r = read_at(card, (uint8_t)(SFI | ef), 0, size, &reply)) != 0 ||
	    !read_ok(&reply) || reply.len == 0)
		return r;
	*len = reply.len < size ? reply.len : size;
	memcpy(out, reply.data, *len);
	card->ef = ef;
	return 0;
}

int
jpkip_read_start(struct jpki_card *card, uint16_t ef, const char *what,
    uint8_t *out, size_t size, size_t *len)
{
	struct jpkip_reply reply;
	int r;

	if ((r = read_first(card, ef, what, size, &reply)) != 0)
		return r;
	*len = reply.len < size ? reply.len : size;
	memcpy(out, reply.data, *len);
	return 0;
}

static size_t
chunk(const struct jpki_card *card)
{
	return card->link.extended ? JPKIP_LE_EXTENDED : JPKIP_LE_SHORT;
}

/* The rest of an object, or enough of it, in READs of the current file; *len
 * is what was read before, and then. */
static int
read_rest(struct jpki_card *card, uint16_t ef, const char *what,
    jpkip_enough_fn *enough, uint8_t *out, size_t *len, size_t total)
{
	struct jpkip_reply reply;
	size_t want, got;
	int r;

	while ((got = *len) < total && (enough == NULL || !enough(out, got))) {
		want = total - got < chunk(card) ? total - got : chunk(card);
		r = read_twice(card, ef, what, (uint8_t)(got >> 8),
		    (uint8_t)got, want, &reply);
		if (r != 0)
			return r;
		if (!read_ok(&reply) && reply.sw != 0x6b00)
			return read_refused(card, &reply, what);
		if (reply.sw == 0x6b00 || reply.len == 0)
			return jpkip_fail(card->ctx, JPKI_ERR_DATA,
			    "%s, cut short", "%sが途中で切れています",
			    what);
		if (reply.len > total - got)
			reply.len = total - got;
		memcpy(out + got, reply.data, reply.len);
		jpkip_wipe(reply.data, reply.len);
		*len += reply.len;
	}
	return 0;
}

/* Where nothing was issued the file is absent, empty or filler. A tag can
 * begin with one FF. */
static bool
is_filler(const struct jpkip_reply *reply)
{
	return reply->len == 0 || reply->data[0] == 0x00 ||
	    (reply->data[0] == 0xff &&
	    (reply->len == 1 || reply->data[1] == 0xff));
}

int
jpkip_read_object(struct jpki_card *card, uint16_t ef, const char *what,
    uint8_t **out, size_t *len)
{
	return jpkip_read_enough(card, ef, what, NULL, out, len);
}

int
jpkip_read_enough(struct jpki_card *card, uint16_t ef, const char *what,
    jpkip_enough_fn *enough, uint8_t **out, size_t *len)
{
	struct jpkip_reply reply;
	struct jpkip_tlv tlv;
	uint8_t *object = NULL;
	size_t total = 0, got;
	int r;

	if ((r = read_first(card, ef, what, chunk(card), &reply)) != 0)
		return r;
	if (is_filler(&reply))
		return jpkip_fail(card->ctx, JPKI_ERR_NOT_ON_CARD,
		    JPKIP_SAME("%s"), what);
	if (!jpkip_tlv_header(reply.data, reply.len, &tlv) ||
	    (total = tlv.header_len + tlv.value_len) > JPKI_CERT_MAX) {
		r = jpkip_fail(card->ctx, JPKI_ERR_DATA, JPKIP_SAME("%s"),
		    what);
		goto out;
	}
	if ((object = malloc(total)) == NULL) {
		r = jpkip_fail(card->ctx, JPKI_ERR_MEMORY, NULL, NULL);
		goto out;
	}
	got = reply.len < total ? reply.len : total;
	memcpy(object, reply.data, got);
	if ((r = read_rest(card, ef, what, enough, object, &got,
	    total)) != 0)
		goto out;
	*out = object;
	*len = got;
	object = NULL;
out:
	jpkip_freezero(object, total);
	jpkip_wipe(reply.data, reply.len);
	return r;
}
