/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

#include <jpki/framework/settings.h>

#include "debug.h"
#include "err.h"

OSSL_LIB_CTX *
prov_libctx(struct prov *prov)
{
	OSSL_LIB_CTX *libctx = atomic_load(&prov->libctx), *other = NULL;

	/* Late, because libcrypto may load us while it reads its own
	 * configuration. A new context reads none, and activates OpenSSL's
	 * default provider by itself. */
	if (libctx != NULL)
		return libctx;
	libctx = OSSL_LIB_CTX_new_from_dispatch(prov->handle, prov->core);
	if (libctx == NULL) {
		prov_raise(prov, -JPKI_ERR_MEMORY, "library context");
	} else if (!atomic_compare_exchange_strong(&prov->libctx, &other,
	    libctx)) {
		OSSL_LIB_CTX_free(libctx);
		libctx = other;
	}
	return libctx;
}

static void
log_line(void *arg, enum jpki_log_level level, const char *line)
{
	if (level == JPKI_LOG_WARNING)
		prov_say(arg, "jpki: %s\n", line);
	else if (prov_debug_wants(arg, JPKI_DEBUG_APDU))
		prov_say(arg, "%s\n", line);
}

struct jpki_ctx *
prov_ctx_new(struct prov *prov)
{
	struct jpki_ctx *ctx = jpki_ctx_new();

	if (ctx == NULL) {
		prov_raise(prov, -JPKI_ERR_MEMORY, "libjpki");
		return NULL;
	}
	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	jpki_ctx_set_log(ctx, log_line, prov);
	return ctx;
}

int
prov_add_params(struct prov *prov, OSSL_PARAM **all, const OSSL_PARAM *more)
{
	OSSL_PARAM *both, *copy;

	if (more == NULL || more->key == NULL)
		return 1;
	both = OSSL_PARAM_merge(*all, more);
	copy = both != NULL ? OSSL_PARAM_dup(both) : NULL;
	OPENSSL_free(both);
	if (copy == NULL) {
		prov_raise(prov, -JPKI_ERR_MEMORY, "parameters");
		return 0;
	}
	OSSL_PARAM_free(*all);
	*all = copy;
	return 1;
}

int
prov_deliver(OSSL_CALLBACK *cb, void *cbarg, int type, OSSL_PARAM first,
    OSSL_PARAM second)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
		first, second, OSSL_PARAM_construct_end()
	};

	return cb(params, cbarg) != 0;
}
