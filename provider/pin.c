/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The prompt */

/* Whether what we print is shown as UTF-8. Not nl_langinfo(): few programs
 * that use OpenSSL call setlocale(). */
static bool
utf8_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value = NULL;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((value = secure_getenv(names[i])) != NULL && *value != '\0')
			return strcasestr(value, "UTF-8") != NULL ||
			    strcasestr(value, "utf8") != NULL ||
			    strcmp(value, "ja") == 0;
	}
	return false;
}

const char *
prov_pin_label(enum jpki_pin which)
{
	if (utf8_locale())
		return jpki_pin_name(which, jpki_lang_from_locale());
	return which == JPKI_PIN_SIGN ? "sign password (JPKI)" :
	    "auth PIN (JPKI)";
}

/* libjpki's prompt without its colon, as OpenSSL adds one. */
static void
prompt(const struct prov_pin_request *req, char *out, size_t size)
{
	enum jpki_lang lang = utf8_locale() ? jpki_lang_from_locale() :
	    JPKI_LANG_EN;
	size_t name = strlen(jpki_pin_name(req->which, lang));
	char text[160];

	jpki_pin_prompt(req->which, req->left, lang, text, sizeof(text));
	text[strlen(text) - strlen(": ")] = '\0';
	snprintf(out, size, "%s%s", prov_pin_label(req->which), text + name);
}

/* The record */

/* Takes what was given into a new record, if its shape is right. */
static int
record(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, const char *text, size_t len,
    struct prov_pin **out)
{
	int uses = req->which == JPKI_PIN_SIGN ?
	    prov_conf(prov)->sign_pin_uses : 0;
	struct prov_pin *pin;
	bool again = false;
	int ok = 0;

	if ((pin = OPENSSL_zalloc(sizeof(*pin))) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "PIN");
		return 0;
	}
	atomic_init(&pin->refs, 1);
	pin->epoch = req->epoch;
	pin->from_fd = req->source != NULL &&
	    strncmp(req->source, "fd:", 3) == 0;
	if (jpki_kept_new(ctx, req->which, text, len, req->epoch, uses,
	    &pin->kept) != 0) {
		prov_raise_ctx(prov, ctx);
	} else if (EVP_Q_mac(prov_libctx(prov), "HMAC", NULL, "SHA256", NULL,
	    prov->salt, sizeof(prov->salt), (const unsigned char *)text, len,
	    pin->print, sizeof(pin->print), NULL) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "PIN");
	} else {
		jpki_mutex_lock(&prov->mutex);
		again = req->from_key_file && memcmp(prov->wrong, pin->print,
		    sizeof(prov->wrong)) == 0;
		jpki_mutex_unlock(&prov->mutex);
		ok = !again;
	}
	if (again)
		prov_raise(prov, PROV_R_PIN_WRONG,
		    "it was wrong before, nothing more was sent");
	if (ok)
		*out = pin;
	else
		prov_pin_unref(pin);
	return ok;
}

void
prov_pin_was_wrong(struct prov *prov, const struct prov_pin *pin)
{
	if (pin == NULL || jpki_kept_state(pin->kept) != JPKI_KEPT_REFUSED)
		return;
	jpki_mutex_lock(&prov->mutex);
	memcpy(prov->wrong, pin->print, sizeof(prov->wrong));
	jpki_mutex_unlock(&prov->mutex);
}

/* The sources */

static int
from_source(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, struct prov_pin **out)
{
	struct jpki_secret *secret;
	const char *text;
	size_t len;
	int ok;

	if (jpki_secret_read(ctx, req->source, NULL, &secret) != 0) {
		prov_raise_ctx(prov, ctx);
		return 0;
	}
	text = jpki_secret_data(secret, &len);
	ok = record(prov, ctx, req, text, len, out);
	jpki_secret_free(&secret);
	return ok;
}

/* OpenSSL's word for "there is no UI": the program cannot ask anybody. */
static bool
nobody_to_ask(void)
{
	unsigned long e = ERR_peek_last_error();

	return ERR_GET_LIB(e) == ERR_LIB_CRYPTO &&
	    ERR_GET_REASON(e) == ERR_R_PASSED_INVALID_ARGUMENT;
}

/* Asks once: OpenSSL answers a second question of the same store with the
 * first answer, and a wrong PIN would be spent until the card locks. */
static int
from_callback(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, struct prov_pin **out)
{
	char info[160], text[JPKI_SECRET_MAX];
	OSSL_PARAM params[2];
	bool answered, nobody;
	size_t len = 0;
	int ok;

	if (req->cb == NULL)
		return 1;
	prompt(req, info, sizeof(info));
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PASSPHRASE_PARAM_INFO, info, 0);
	params[1] = OSSL_PARAM_construct_end();

	ERR_set_mark();
	answered = req->cb(text, sizeof(text), &len, params, req->cbarg) &&
	    len <= sizeof(text);
	nobody = !answered && nobody_to_ask();
	ERR_pop_to_mark();
	ok = answered ? record(prov, ctx, req, text, len, out) : nobody;
	OPENSSL_cleanse(text, sizeof(text));
	if (!answered && !nobody)
		prov_raise(prov, PROV_R_PIN_CANCELLED, "%s", info);
	return ok;
}

int
prov_pin_get(struct prov *prov, const struct prov_pin_request *req,
    struct prov_pin **out)
{
	struct jpki_ctx *ctx;
	int ok;

	*out = NULL;
	/* Not the card's context, which its lock guards. */
	if ((ctx = prov_ctx_new(prov)) == NULL)
		return 0;
	if (req->value != NULL) {
		if (!atomic_exchange(&prov->warned, true))
			fprintf(stderr, "jpki: other users and log files can "
			    "see a PIN in a URI; use pin-source=file: or "
			    "pin-source=fd:\n");
		ok = record(prov, ctx, req, req->value, strlen(req->value),
		    out);
	} else if (req->source != NULL) {
		ok = from_source(prov, ctx, req, out);
	} else {
		ok = from_callback(prov, ctx, req, out);
	}
	jpki_ctx_free(&ctx);
	prov_debug(prov, "%s from %s: %s", req->which == JPKI_PIN_SIGN ?
	    "sign password" : "auth PIN", req->value != NULL ? "the URI" :
	    req->source != NULL ? req->source : "the application",
	    *out != NULL ? "given" : ok ? "nobody to ask" : "failed");
	return ok;
}

struct prov_pin *
prov_pin_ref(struct prov_pin *pin)
{
	if (pin != NULL)
		atomic_fetch_add(&pin->refs, 1);
	return pin;
}

void
prov_pin_unref(struct prov_pin *pin)
{
	if (pin == NULL || atomic_fetch_sub(&pin->refs, 1) != 1)
		return;
	jpki_kept_free(&pin->kept);
	OPENSSL_free(pin);
}
