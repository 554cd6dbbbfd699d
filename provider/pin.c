/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void
prompt(const struct prov_pin_request *req, char *out, size_t size)
{
	bool ja = utf8_locale() && jpki_lang_from_locale() == JPKI_LANG_JA;
	const char *label = prov_pin_label(req->which);

	if (req->left < 0)
		snprintf(out, size, "%s", label);
	else if (ja)
		snprintf(out, size, "%s（残り %d 回）", label, req->left);
	else
		snprintf(out, size, "%s, %d %s left", label, req->left,
		    req->left == 1 ? "try" : "tries");
}

/* The record */

/* Copies into the application's secure heap, or else into memory that the
 * library locks. */
static bool
keep(struct jpki_ctx *ctx, struct prov_pin *pin, const char *text, size_t len)
{
	pin->len = len;
	if (CRYPTO_secure_malloc_initialized()) {
		/* A full secure heap is no reason to fail. */
		ERR_set_mark();
		pin->heap = OPENSSL_secure_malloc(len + 1);
		ERR_pop_to_mark();
	}
	if (pin->heap == NULL)
		return jpki_secret_new(ctx, text, len,
		    pin->which == JPKI_PIN_SIGN ? JPKI_SECRET_WIPE_ON_FORK : 0,
		    &pin->secret) == 0;
	memcpy(pin->heap, text, len);
	pin->heap[len] = '\0';
	return true;
}

static struct prov_pin *
pin_new(struct jpki_ctx *ctx, const struct prov_pin_request *req,
    const char *text, size_t len)
{
	struct prov_pin *pin;

	if ((pin = calloc(1, sizeof(*pin))) == NULL)
		return NULL;
	atomic_init(&pin->refs, 1);
	pin->which = req->which;
	pin->pid = getpid();
	pin->epoch = req->epoch;
	pin->from_fd = req->source != NULL && strncmp(req->source, "fd:", 3) == 0;
	pin->doubt = mmap(NULL, sizeof(*pin->doubt), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pin->doubt == MAP_FAILED)
		pin->doubt = NULL;
	if (pin->doubt == NULL || !keep(ctx, pin, text, len)) {
		prov_pin_unref(pin);
		return NULL;
	}
	atomic_init(pin->doubt, false);
	return pin;
}

/* Checks the shape of what was given, and takes it into a new record. */
static int
record(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, const char *text, size_t len,
    struct prov_pin **out)
{
	bool again;

	if (jpki_pin_check(ctx, req->which, text, len) != 0) {
		prov_raise_ctx(prov, ctx);
		return 0;
	}
	if ((*out = pin_new(ctx, req, text, len)) == NULL ||
	    EVP_Q_mac(prov_libctx(prov), "HMAC", NULL, "SHA256", NULL,
	    prov->salt, sizeof(prov->salt), (const unsigned char *)text, len,
	    (*out)->print, sizeof((*out)->print), NULL) == NULL) {
		prov_pin_unref(*out);
		*out = NULL;
		prov_raise(prov, PROV_R_MEMORY, "PIN");
		return 0;
	}
	prov_lock(&prov->lock);
	again = req->from_key_file && memcmp(prov->wrong, (*out)->print,
	    sizeof(prov->wrong)) == 0;
	prov_unlock(&prov->lock);
	if (again) {
		prov_pin_unref(*out);
		*out = NULL;
		prov_raise(prov, PROV_R_PIN_WRONG,
		    "it was wrong before, nothing more was sent");
	}
	return !again;
}

void
prov_pin_was_wrong(struct prov *prov, const struct prov_pin *pin)
{
	prov_lock(&prov->lock);
	memcpy(prov->wrong, pin->print, sizeof(prov->wrong));
	prov_unlock(&prov->lock);
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
	jpki_secret_free(&pin->secret);
	if (pin->heap != NULL)
		OPENSSL_secure_clear_free(pin->heap, pin->len + 1);
	if (pin->doubt != NULL)
		(void)munmap(pin->doubt, sizeof(*pin->doubt));
	free(pin);
}

const char *
prov_pin_text(struct prov_pin *pin, size_t *len)
{
	/* What is signed with the sign password is as good as a seal: a
	 * forked child, which may be anybody's, does not inherit it. */
	if (pin->which == JPKI_PIN_SIGN && pin->pid != getpid())
		prov_pin_wipe(pin);
	*len = pin->len;
	return pin->len == 0 ? NULL : pin->heap != NULL ? pin->heap :
	    jpki_secret_data(pin->secret, NULL);
}

void
prov_pin_wipe(struct prov_pin *pin)
{
	jpki_secret_free(&pin->secret);
	if (pin->heap != NULL)
		explicit_bzero(pin->heap, pin->len);
	pin->len = 0;
}
