/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the PKCS#11 module share: the module, loaded as
 * applications do it, and a software card of its own. */
#ifndef P11BENCH_H
#define P11BENCH_H

#include <jpki.h>
#include <p11-kit/pkcs11.h>

#include "bench.h"

/* Its functions. */
extern CK_FUNCTION_LIST *p11;

/* A card, and the module initialized with a reader of that and what else init
 * says. */
void	p11_start(struct bench *, const char *profile, const char *init);
void	p11_stop(struct bench *);

/* C_Initialize alone. */
CK_RV	p11_init(const struct bench *, const char *init);

/* A session in the first slot with a token, or the one after it. */
CK_SESSION_HANDLE p11_session(void);
CK_SESSION_HANDLE p11_session_in(size_t slot);
CK_RV	p11_login(CK_SESSION_HANDLE, const char *pin);

/* The one object of a class that has a key; 0: there is none. */
CK_OBJECT_HANDLE p11_object(CK_SESSION_HANDLE, CK_OBJECT_CLASS);

/* Signs in one part; sig has 512 bytes. */
CK_RV	p11_sign(CK_SESSION_HANDLE, CK_MECHANISM_TYPE, const void *data,
	    size_t len, unsigned char *sig, CK_ULONG *sig_len);

/* Signs "hello" with CKM_SHA256_RSA_PKCS. */
CK_RV	p11_hello(CK_SESSION_HANDLE);

/* Whether OpenSSL verifies it, with the key of the token's certificate. */
bool	p11_verifies(CK_SESSION_HANDLE, const char *md, bool pss,
	    const void *data, size_t len, const unsigned char *sig,
	    CK_ULONG sig_len);

/* Flags of a token that tell about tries. */
CK_FLAGS p11_flags(void);

#define assert_rv(got, want) \
	assert_int_equal((unsigned long)(got), (unsigned long)(want))

#endif
