/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

/* The prompt */

const char *
prov_pin_label(enum jpki_pin which)
{
	if (jpki_locale_is_utf8())
		return jpki_pin_name(which, jpki_lang_from_locale());
	return which == JPKI_PIN_SIGN ? "sign password (JPKI)" :
	    "auth PIN (JPKI)";
}

/* libjpki's prompt without its colon, as OpenSSL adds one. */
static void
prompt(const struct prov_pin_request *req, char *out, size_t size)
{
	enum jpki_lang lang = jpki_locale_is_utf8() ? jpki_lang_from_locale() :
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
	} else if (req->from_key_file && EVP_Q_mac(prov_libctx(prov), "HMAC",
	    NULL, "SHA256", NULL, prov->salt, sizeof(prov->salt),
	    (const unsigned char *)text, len, pin->print, sizeof(pin->print),
	    NULL) == NULL) {
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

/* OpenSSL's word for "there is no UI": the program cannot ask anybody. */
static bool
nobody_to_ask(void)
{
	unsigned long e = ERR_peek_last_error();

	return ERR_GET_LIB(e) == ERR_LIB_CRYPTO &&
	    ERR_GET_REASON(e) == ERR_R_PASSED_INVALID_ARGUMENT;
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

	prompt(req, info, sizeof(info));
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PASSPHRASE_PARAM_INFO, info, 0);
	params[1] = OSSL_PARAM_construct_end();

	ERR_set_mark();
	*answered = req->cb != NULL && req->cb(text, JPKI_SECRET_MAX, len,
	    params, req->cbarg) && *len <= JPKI_SECRET_MAX;
	nobody = req->cb == NULL || (!*answered && nobody_to_ask());
	ERR_pop_to_mark();
	if (!*answered && !nobody)
		prov_raise(prov, PROV_R_PIN_CANCELLED, "%s", info);
	return *answered || nobody;
}

int
prov_pin_get(struct prov *prov, const struct prov_pin_request *req,
    struct prov_pin **out)
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
			fprintf(stderr, "jpki: other users and log files can "
			    "see a PIN in a URI; use pin-source=file: or "
			    "pin-source=fd:\n");
		text = req->value;
		len = strlen(text);
	} else if (req->source != NULL) {
		ok = jpki_secret_read(ctx, req->source, NULL, &secret) == 0;
		if (!ok)
			prov_raise_ctx(prov, ctx);
		text = jpki_secret_data(secret, &len);
	} else {
		ok = ask(prov, req, answer, &len, &given);
	}
	if (ok && given)
		ok = record(prov, ctx, req, text, len, out);
	OPENSSL_cleanse(answer, sizeof(answer));
	jpki_secret_free(&secret);
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
	OPENSSL_clear_free(pin, sizeof(*pin));
}
