/* SPDX-License-Identifier: Apache-2.0 */
#include "pin.h"
#include "err.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
			return strstr(value, "UTF-8") != NULL ||
			    strstr(value, "utf8") != NULL ||
			    strstr(value, "utf-8") != NULL ||
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

/* Copies into the application's secure heap, or else into memory that the
 * library locks. */
static int
keep(struct prov *prov, struct jpki_ctx *ctx, struct prov_pin *pin,
    const char *text, size_t len)
{
	unsigned flags = pin->which == JPKI_PIN_SIGN ?
	    JPKI_SECRET_WIPE_ON_FORK : 0;

	pin->len = len;
	if (CRYPTO_secure_malloc_initialized()) {
		/* A full secure heap is no reason to fail. */
		ERR_set_mark();
		pin->heap = OPENSSL_secure_malloc(len + 1);
		ERR_pop_to_mark();
		if (pin->heap != NULL) {
			memcpy(pin->heap, text, len);
			pin->heap[len] = '\0';
			return 1;
		}
	}
	if (jpki_secret_new(ctx, text, len, flags, &pin->secret) == 0)
		return 1;
	prov_raise(prov, PROV_R_MEMORY, "PIN");
	return 0;
}

/* Checks the shape of what was given, and takes it into a new record. */
static int
record(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, const char *text, size_t len,
    struct prov_pin **out)
{
	struct prov_fail fail;
	struct prov_pin *pin;
	int r;

	if ((r = jpki_pin_check(ctx, req->which, text, len)) != 0) {
		prov_fail(&fail, r, jpki_ctx_errmsg(ctx));
		prov_raise_fail(prov, &fail);
		return 0;
	}
	if ((pin = calloc(1, sizeof(*pin))) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "PIN");
		return 0;
	}
	atomic_init(&pin->refs, 1);
	pin->doubt = mmap(NULL, sizeof(*pin->doubt), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pin->doubt == MAP_FAILED) {
		pin->doubt = NULL;
		prov_pin_unref(pin);
		prov_raise(prov, PROV_R_MEMORY, "PIN");
		return 0;
	}
	atomic_init(pin->doubt, false);
	pin->which = req->which;
	pin->pid = getpid();
	pin->epoch = req->epoch;
	pin->from_fd = req->uri->pin_source != NULL &&
	    strncmp(req->uri->pin_source, "fd:", 3) == 0;
	if (!keep(prov, ctx, pin, text, len)) {
		prov_pin_unref(pin);
		return 0;
	}
	*out = pin;
	return 1;
}

static int
from_source(struct prov *prov, struct jpki_ctx *ctx,
    const struct prov_pin_request *req, struct prov_pin **out)
{
	struct jpki_secret *secret;
	struct prov_fail fail;
	const char *text;
	size_t len;
	int r, ok;

	r = jpki_secret_read(ctx, req->uri->pin_source, NULL, &secret);
	if (r != 0) {
		prov_fail(&fail, r, jpki_ctx_errmsg(ctx));
		prov_raise_fail(prov, &fail);
		return 0;
	}
	text = jpki_secret_data(secret, &len);
	ok = record(prov, ctx, req, text, len, out);
	jpki_secret_free(&secret);
	return ok;
}

static void
warn_once(struct prov *prov)
{
	bool first;

	prov_lock(&prov->lock);
	first = !prov->warned;
	prov->warned = true;
	prov_unlock(&prov->lock);
	if (first)
		fprintf(stderr, "jpki: other users and log files can see a "
		    "PIN in a URI; use pin-source=file: or pin-source=fd:\n");
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
	size_t len = 0;
	int ok, nobody;

	if (req->cb == NULL)
		return 1;
	prompt(req, info, sizeof(info));
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PASSPHRASE_PARAM_INFO, info, 0);
	params[1] = OSSL_PARAM_construct_end();

	ERR_set_mark();
	ok = req->cb(text, sizeof(text), &len, params, req->cbarg);
	nobody = !ok && nobody_to_ask();
	ERR_pop_to_mark();
	if (ok && len <= sizeof(text)) {
		ok = record(prov, ctx, req, text, len, out);
	} else if (nobody) {
		ok = 1;
	} else {
		ok = 0;
		prov_raise(prov, PROV_R_PIN_CANCELLED, "%s", info);
	}
	OPENSSL_cleanse(text, sizeof(text));
	return ok;
}

int
prov_pin_get(struct prov *prov, const struct prov_pin_request *req,
    struct prov_pin **out)
{
	const char *value = req->uri->pin_value;
	struct jpki_ctx *ctx;
	int ok;

	*out = NULL;
	/* Not the card's context, which its lock guards. */
	if ((ctx = jpki_ctx_new()) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "PIN");
		return 0;
	}
	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	if (req->uri->pin_source != NULL) {
		ok = from_source(prov, ctx, req, out);
	} else if (value != NULL) {
		warn_once(prov);
		ok = record(prov, ctx, req, value, strlen(value),
		    out);
	} else {
		ok = from_callback(prov, ctx, req, out);
	}
	jpki_ctx_free(&ctx);
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
	if (pin->len == 0)
		return NULL;
	if (pin->heap != NULL) {
		*len = pin->len;
		return pin->heap;
	}
	return jpki_secret_data(pin->secret, len);
}

void
prov_pin_wipe(struct prov_pin *pin)
{
	jpki_secret_free(&pin->secret);
	if (pin->heap != NULL)
		explicit_bzero(pin->heap, pin->len);
	pin->len = 0;
}
