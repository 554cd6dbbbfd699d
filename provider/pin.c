/* SPDX-License-Identifier: Apache-2.0 */
#include "pin.h"

#include "conf.h"
#include "debug.h"
#include "err.h"

/* OpenSSL's word for "there is no UI": the program cannot ask anybody. */
static bool
nobody_to_ask(void)
{
	return ERR_peek_last_error() == ERR_PACK(ERR_LIB_CRYPTO, 0,
	    ERR_R_PASSED_INVALID_ARGUMENT);
}

/* Asks once: OpenSSL answers a second question of the same store with the
 * first answer, and a wrong PIN would be spent until the card locks. 1 with
 * *answered false: there is nobody to ask. */
static int
ask(struct prov *prov, const struct prov_pin_request *req,
    char text[JPKI_SECRET_MAX], size_t *len, bool *answered)
{
	OSSL_PARAM params[2];
	char info[160];
	bool nobody;

	/* libjpki's prompt without its colon, as OpenSSL adds one. */
	jpki_pin_prompt(req->which, req->left, jpki_lang_from_locale(), info,
	    sizeof(info));
	info[strlen(info) - strlen(": ")] = '\0';
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PASSPHRASE_PARAM_INFO, info, 0);
	params[1] = OSSL_PARAM_construct_end();

	ERR_set_mark();
	*answered = req->cb != NULL && req->cb(text, JPKI_SECRET_MAX, len,
	    params, req->cbarg) && *len <= JPKI_SECRET_MAX;
	nobody = req->cb == NULL || (!*answered && nobody_to_ask());
	ERR_pop_to_mark();
	if (!*answered && !nobody)
		prov_raise(prov, -JPKI_ERR_PIN_CANCELLED, "%s", info);
	return *answered || nobody;
}

/* As a line of a pin-source is read: what the editor of an application's file
 * left at its ends is no part of a PIN. NULL and an error: none at all. */
static char *
trim(struct prov *prov, char *text, size_t *len)
{
	size_t mark = strlen(JPKI_BYTE_ORDER_MARK);

	if (*len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
	    memcmp(text, "\xfe\xff", 2) == 0)) {
		prov_raise(prov, -JPKI_ERR_PIN_SOURCE, "%s", prov_pick(
		    "the application's PIN begins with the byte order mark of "
		    "UTF-16: save its file as UTF-8",
		    "アプリケーションからの暗証番号が UTF-16 のバイト順マーク "
		    "（BOM）で始まっています。UTF-8 で保存し直してください"));
		return NULL;
	}
	if (*len > 0 && text[*len - 1] == '\r')
		--*len;
	if (*len < mark || memcmp(text, JPKI_BYTE_ORDER_MARK, mark) != 0)
		return text;
	prov_say(prov, prov_pick("jpki: the application's PIN begins with a "
	    "byte order mark, which is left out\n",
	    "jpki: アプリケーションからの暗証番号がバイト順マーク（BOM）で"
	    "始まっています。除いて読み取ります\n"));
	*len -= mark;
	return text + mark;
}

int
prov_pin_get(struct prov *prov, const struct prov_pin_request *req,
    struct jpki_kept **out)
{
	struct jpki_ctx *ctx;
	struct jpki_secret *secret = NULL;
	char answer[JPKI_SECRET_MAX];
	const char *text = answer;
	bool given = true;
	size_t len = 0;
	int ok = 1;

	*out = NULL;
	if ((ctx = prov_ctx_new(prov)) == NULL)
		return 0;
	if (req->value != NULL) {
		if (!atomic_exchange(&prov->warned, true))
			prov_say(prov, prov_pick("jpki: other users and log "
			    "files can see a PIN in a URI; use "
			    "pin-source=file: or pin-source=fd:\n",
			    "jpki: URI の中の暗証番号は、ほかのユーザーや"
			    "ログから見えます。pin-source=file: か "
			    "pin-source=fd: を使ってください\n"));
		text = req->value;
		len = strlen(text);
	} else if (req->source != NULL) {
		ok = jpki_secret_read(ctx, req->source, NULL, &secret) == 0;
		if (!ok)
			prov_raise_ctx(prov, ctx);
		text = jpki_secret_data(secret, &len);
	} else {
		ok = ask(prov, req, answer, &len, &given);
		if (ok && given)
			ok = (text = trim(prov, answer, &len)) != NULL;
	}
	if (ok && given && jpki_kept_new_from(ctx, req->which, text, len,
	    req->epoch, req->which == JPKI_PIN_SIGN ?
	    prov_conf(prov)->sign_pin_uses : 0, req->value != NULL ?
	    "pin-value" : req->source, out) != 0) {
		prov_raise_ctx(prov, ctx);
		ok = 0;
	}
	OPENSSL_cleanse(answer, sizeof(answer));
	jpki_secret_free(&secret);
	jpki_ctx_free(&ctx);
	/* Not the source itself: "file:PIN" is a mistake that happens. */
	prov_debug(prov, "%s by %s: %s", prov_pin_label(req->which),
	    req->value || req->source ? "URI or settings" : "application",
	    *out != NULL ? "given" : ok ? "nobody to ask" : "failed");
	return ok;
}
