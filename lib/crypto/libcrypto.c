/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/libcrypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/mutex.h"

struct jpkip_crypto {
	atomic_uint refs;	/* the process, each jpki_ctx, and keys */
	pid_t process;
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider;
	struct jpkip_crypto *next;	/* of inherited */
};

/*
 * Each load of a provider takes one of the 128 numbers that libcrypto has for
 * error libraries, and none comes back: a library context for each jpki_ctx
 * would in the end leave all errors of the process's other providers without
 * their texts. So there is one, for as long as the process lives.
 */
static struct jpkip_mutex mutex;
static struct jpkip_crypto *shared;
static struct jpkip_crypto *inherited;	/* left alone, but not lost */
static bool registered;

void
jpkip_crypto_unref(struct jpkip_crypto *crypto)
{
	if (atomic_fetch_sub(&crypto->refs, 1) != 1)
		return;
	if (crypto->provider != NULL)
		OSSL_PROVIDER_unload(crypto->provider);
	OSSL_LIB_CTX_free(crypto->lib);
	free(crypto);
}

static void
detach(void *crypto)
{
	jpkip_crypto_unref(crypto);
}

bool
jpkip_crypto_is_own(const struct jpkip_crypto *crypto)
{
	return crypto->process == getpid();
}

/* At the process's end, or when the library is unloaded: whoever still has a
 * reference keeps it. libcrypto may be closed already. */
static void
leave_shared(void)
{
	struct jpkip_crypto *crypto;

	jpkip_mutex_lock(&mutex);
	crypto = shared;
	shared = NULL;
	jpkip_mutex_unlock(&mutex);
	if (crypto != NULL && jpkip_crypto_is_own(crypto) &&
	    OPENSSL_init_crypto(0, NULL) == 1)
		jpkip_crypto_unref(crypto);
}

/* libcrypto's own handler is there first, so that it runs after ours. Asked for
 * nothing, libcrypto would not even register it; these it loads anyway, with
 * the first error mark. */
static bool
register_leave(void)
{
	if (!registered)
		registered = OPENSSL_init_crypto(
		    OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL) == 1 &&
		    atexit(leave_shared) == 0;
	return registered;
}

/*
 * The provider is loaded by name: without that, libcrypto would look for one
 * when the first algorithm is fetched. A library context of one's own reads
 * no openssl.cnf, so nobody can put another provider under our feet.
 */
static struct jpkip_crypto *
crypto_new(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto;

	if ((crypto = calloc(1, sizeof(*crypto))) == NULL ||
	    !register_leave()) {
		free(crypto);
		jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		return NULL;
	}
	atomic_init(&crypto->refs, 1);
	crypto->process = getpid();
	jpkip_crypto_enter();
	if ((crypto->lib = OSSL_LIB_CTX_new()) != NULL)
		crypto->provider = OSSL_PROVIDER_load(crypto->lib, "default");
	jpkip_crypto_leave();
	if (crypto->provider == NULL) {
		jpkip_crypto_unref(crypto);
		jpkip_fail(ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("OSSL_PROVIDER"));
		return NULL;
	}
	return crypto;
}

/* One more reference to the process's; a child of fork() makes its own, since
 * another thread may have held a lock of the parent's at that moment. NULL
 * after recording the failure. */
static struct jpkip_crypto *
share(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto;

	jpkip_mutex_lock(&mutex);
	crypto = shared;
	if ((crypto == NULL || !jpkip_crypto_is_own(crypto)) &&
	    (crypto = crypto_new(ctx)) != NULL) {
		if (shared != NULL) {
			shared->next = inherited;
			inherited = shared;
		}
		shared = crypto;
	}
	if (crypto != NULL)
		atomic_fetch_add(&crypto->refs, 1);
	jpkip_mutex_unlock(&mutex);
	return crypto;
}

/* What was the parent's stays as it is: see share(). */
static struct jpkip_crypto *
attached(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = jpkip_ctx_attached(ctx);

	if (crypto != NULL && jpkip_crypto_is_own(crypto))
		return crypto;
	if ((crypto = share(ctx)) != NULL)
		jpkip_ctx_attach(ctx, crypto, detach);
	return crypto;
}

OSSL_LIB_CTX *
jpkip_crypto(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = attached(ctx);

	return crypto != NULL ? crypto->lib : NULL;
}

struct jpkip_crypto *
jpkip_crypto_ref(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = attached(ctx);

	if (crypto != NULL)
		atomic_fetch_add(&crypto->refs, 1);
	return crypto;
}

OSSL_LIB_CTX *
jpkip_crypto_lib(const struct jpkip_crypto *crypto)
{
	return crypto->lib;
}

void
jpkip_crypto_enter(void)
{
	ERR_set_mark();
}

void
jpkip_crypto_leave(void)
{
	ERR_pop_to_mark();
}
