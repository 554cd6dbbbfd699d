/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card laws by exhaustion: every sequence with up to three answers that
 * differ from the good one, over what costs tries or opens the card; up to two
 * where it takes many READs. How many there were is printed. JPKI_EVERY=more:
 * up to four, in about a minute.
 */
#include <sys/mman.h>

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "card/reader.h"
#include "card/shared.h"
#include "certs.h"
#include "crypto/signature.h"
#include "walk.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define EPOCH 1
#define PAGE 4096
#define UNTOUCHED 0xee
#define UNTOUCHED_LEN 77

/* What became of a signature; all are over the same digest. */
struct judged {
	uint8_t key[512], sig[256];
	size_t key_len;
	enum jpki_padding padding;
	int r;
};

static struct bench {
	struct certs certs;
	struct jpki_ctx *ctx;
	struct walk_files files, files_pss;
	struct walk *now;		/* for what opens a card by itself */
	sigset_t mask;			/* outside of runs */
	struct jpki_ctx *spare[4];
	size_t n_spare;
	struct judged judged[16];
	size_t n_judged;
	void *pages[16];
	size_t n_pages;
} bench;

static const uint8_t digest[32];

struct scene {
	const char *name;
	/* One call; with a handle of the core, or a kept PIN. */
	void (*core)(struct walk *, struct jpki_card *, const struct scene *);
	int (*shared)(struct walk *, struct jpki_shared *, struct jpki_kept *,
	    const struct scene *);
	enum jpki_pin pin;
	enum jpki_key key;
	enum jpki_padding padding;
	int min_tries;
	bool plain;		/* a card without short EF ids */
	bool strange;		/* nothing was read of the card before */
	unsigned deviations, more;	/* in the long run */
};

/* Whoever opens a card here gets the one of the walk. */
int	__real_jpkip_reader_open(struct jpki_ctx *, const char *,
	    struct jpkip_link *);
int	__wrap_jpkip_reader_open(struct jpki_ctx *, const char *,
	    struct jpkip_link *);

int
__wrap_jpkip_reader_open(struct jpki_ctx *ctx, const char *reader,
    struct jpkip_link *link)
{
	if (bench.now == NULL)
		return __real_jpkip_reader_open(ctx, reader, link);
	return jpkip_link_init(link, ctx, &walk_ops, bench.now);
}

/*
 * A context of libcrypto's for each new handle, and RSA for each signature,
 * would be nearly all of the time: contexts are used again, and each signature
 * is judged once.
 */
struct jpki_ctx *__real_jpki_ctx_new(void);
struct jpki_ctx *__wrap_jpki_ctx_new(void);
void	__real_jpki_ctx_free(struct jpki_ctx **);
void	__wrap_jpki_ctx_free(struct jpki_ctx **);
typedef int check_fn(struct jpki_ctx *, const struct jpkip_public_key *,
	    enum jpki_padding, enum jpki_md, const uint8_t *, size_t,
	    const uint8_t *, size_t);
check_fn __real_jpkip_signature_check, __wrap_jpkip_signature_check;

struct jpki_ctx *
__wrap_jpki_ctx_new(void)
{
	if (bench.n_spare == 0)
		return __real_jpki_ctx_new();
	return bench.spare[--bench.n_spare];
}

void
__wrap_jpki_ctx_free(struct jpki_ctx **ctx)
{
	if (ctx == NULL || *ctx == NULL)
		return;
	if (bench.now == NULL || bench.n_spare == N(bench.spare)) {
		__real_jpki_ctx_free(ctx);
		return;
	}
	jpki_ctx_set_log(*ctx, NULL, NULL);
	jpkip_ctx_clear(*ctx);
	bench.spare[bench.n_spare++] = *ctx;
	*ctx = NULL;
}

int
__wrap_jpkip_signature_check(struct jpki_ctx *ctx,
    const struct jpkip_public_key *key, enum jpki_padding padding,
    enum jpki_md md, const uint8_t *hash, size_t hash_len, const uint8_t *sig,
    size_t sig_len)
{
	struct judged *j;
	int r;

	for (j = bench.judged; j < bench.judged + bench.n_judged; j++)
		if (sig_len == 256 && key->spki.len == j->key_len &&
		    memcmp(key->spki.at, j->key, j->key_len) == 0 &&
		    padding == j->padding && memcmp(sig, j->sig, 256) == 0)
			return j->r == 0 ? 0 :
			    jpkip_fail(ctx, j->r, NULL, NULL);
	r = __real_jpkip_signature_check(ctx, key, padding, md, hash, hash_len,
	    sig, sig_len);
	if (sig_len != 256 || key->spki.len > sizeof(j->key) ||
	    bench.n_judged == N(bench.judged) ||
	    (r != 0 && r != JPKI_ERR_SIGNATURE))
		return r;
	bench.n_judged++;
	memcpy(j->key, key->spki.at, key->spki.len);
	j->key_len = key->spki.len;
	memcpy(j->sig, sig, 256);
	j->padding = padding;
	j->r = r;
	return r;
}

/* Nor are pages asked for and locked each time. (The library is built for
 * files of any size: mmap is mmap64.) */
void	*__real_mmap64(void *, size_t, int, int, int, off_t);
void	*__wrap_mmap64(void *, size_t, int, int, int, off_t);
int	__real_munmap(void *, size_t);
int	__wrap_munmap(void *, size_t);
int	__wrap_mlock(const void *, size_t);
int	__wrap_madvise(void *, size_t, int);

void *
__wrap_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t from)
{
	if (bench.n_pages == 0 || size > PAGE)
		return __real_mmap64(at, size, prot, flags, fd, from);
	return memset(bench.pages[--bench.n_pages], 0, size);
}

int
__wrap_munmap(void *at, size_t size)
{
	if (bench.now == NULL || size > PAGE ||
	    bench.n_pages == N(bench.pages))
		return __real_munmap(at, size);
	bench.pages[bench.n_pages++] = at;
	return 0;
}

int
__wrap_mlock(const void *at, size_t size)
{
	(void)at;
	(void)size;
	return 0;
}

int
__wrap_madvise(void *at, size_t size, int advice)
{
	(void)at;
	(void)size;
	(void)advice;
	return 0;
}

static const char *
pin_of(enum jpki_pin pin)
{
	return pin == JPKI_PIN_SIGN ? "QRS789" : "9876";
}

static struct jpki_card *
opened(struct walk *w, struct jpki_ctx *ctx, const struct scene *scene)
{
	struct jpki_card *card;

	assert_int_equal(jpki_card_open_with(ctx, &walk_ops, w, &card), 0);
	if (!scene->strange) {
		card->known[0] = jpki_cert_ref(bench.certs.leaf[0]);
		card->known[1] = jpki_cert_ref(bench.certs.leaf[1]);
	}
	return card;
}

/* What holds after each call. */

static void
law_of_signals(struct walk *w)
{
	sigset_t mask;
	int i;

	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	for (i = 1; i < NSIG; i++)
		walk_law(w, sigismember(&mask, i) ==
		    sigismember(&bench.mask, i),
		    "signals are as before outside of runs");
}

/* Where no answer differs, all goes well: else little would be tested. */
static void
law_of_good(struct walk *w, int r)
{
	walk_law(w, w->fixed != 0 || r == 0, "good answers bring success");
}

static void
law_of_verify(struct walk *w, int r, int left)
{
	bool count = (w->verify_sw & 0xfff0) == 0x63c0;

	law_of_good(w, r);
	walk_law(w, r != 0 || w->verify_sw == 0x9000,
	    "a PIN is right if the card says so");
	walk_law(w, r != JPKI_ERR_PIN_WRONG || w->verifies == 0 ||
	    (count && left == (w->verify_sw & 0x0f)) ||
	    /* More than the PIN ever has is no count. */
	    ((w->verify_sw == 0x6300 || (w->verify_sw & 0x0f) > 3) &&
	    left == -1),
	    "a PIN is wrong, with so many tries, if the card says so");
	walk_law(w, left >= -1 && left <= 15, "tries are a number or -1");
	/* A door that stays open is told instead of what came before. */
	walk_law(w, r == JPKI_ERR_PIN_BLOCKED || r == JPKI_ERR_PIN_WRONG ||
	    r == JPKI_ERR_DOOR || w->verifies == 0 || left == -1,
	    "tries are told only if the card told them");
}

static bool
is_untouched(const uint8_t *out, size_t size, uint8_t with)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (out[i] != with)
			return false;
	return true;
}

/* wiped: what the output may be full of, instead. */
static void
law_of_signature(struct walk *w, int r, const uint8_t sig[256], size_t len,
    bool wiped)
{
	law_of_good(w, r);
	if (r != 0) {
		walk_law(w, len == UNTOUCHED_LEN &&
		    (is_untouched(sig, 256, UNTOUCHED) ||
		    (wiped && is_untouched(sig, 256, 0))),
		    "outputs are untouched on failure");
		return;
	}
	walk_law(w, w->signatures == 1, "a signature is made by the card");
	walk_law(w, len == 256 && memcmp(sig, w->files->sig, 256) == 0,
	    "a signature that leaves is the right one");
}

/* Calls of the core; each as a caller who goes on whatever fails. */

static void
core_end(struct walk *w, struct jpki_card *card)
{
	int r = jpki_card_end(card);

	walk_law(w, (r == JPKI_ERR_DOOR) == w->door,
	    "an open door is told, and only that");
}

static bool
core_verify(struct walk *w, struct jpki_card *card, const struct scene *scene)
{
	const char *pin = pin_of(scene->pin);
	int left = 99, r;

	if (jpki_card_begin(card) != 0)
		return false;
	r = jpki_pin_verify(card, scene->pin, pin, strlen(pin),
	    scene->min_tries, &left);
	law_of_verify(w, r, left);
	return true;
}

static void
call_sign(struct walk *w, struct jpki_card *card, const struct scene *scene)
{
	uint8_t sig[256];
	size_t len = UNTOUCHED_LEN;
	int r;

	if (!core_verify(w, card, scene))
		return;
	memset(sig, UNTOUCHED, sizeof(sig));
	r = jpki_card_sign(card, scene->key, scene->padding, JPKI_MD_SHA256,
	    digest, sizeof(digest), sig, sizeof(sig), &len);
	law_of_signature(w, r, sig, len, false);
	core_end(w, card);
}

static void
call_cert(struct walk *w, struct jpki_card *card, const struct scene *scene)
{
	struct jpki_cert *cert = NULL;
	int r;

	if (!core_verify(w, card, scene))
		return;
	r = jpki_card_cert(card, JPKI_SLOT_SIGN, &cert);
	law_of_good(w, r);
	walk_law(w, (r == 0) == (cert != NULL),
	    "a certificate comes with success alone");
	jpki_cert_free(&cert);
	core_end(w, card);
}

static void
call_attributes(struct walk *w, struct jpki_card *card,
    const struct scene *scene)
{
	struct jpki_attributes *attributes = NULL;
	int r;

	if (!core_verify(w, card, scene))
		return;
	r = jpki_card_attributes(card, &attributes);
	law_of_good(w, r);
	walk_law(w, (r == 0) == (attributes != NULL),
	    "attributes come with success alone");
	jpki_attributes_free(&attributes);
	core_end(w, card);
}

static void
call_change(struct walk *w, struct jpki_card *card, const struct scene *scene)
{
	const char *old = pin_of(scene->pin);
	const char *new = scene->pin == JPKI_PIN_SIGN ? "H7K2P9" : "5071";
	int left = 99, r;

	r = jpki_pin_change(card, scene->pin, old, strlen(old), new,
	    strlen(new), scene->min_tries, 0, &left);
	law_of_good(w, r);
	if (w->changes == 0)
		law_of_verify(w, r, left);
	walk_law(w, (r == JPKI_ERR_DOOR) == w->door,
	    "an open door is told, and only that");
	walk_law(w, r != 0 || w->change_sw == 0x9000,
	    "a PIN is changed if the card says so");
	walk_law(w, w->changes == 0 || r == 0 || r == JPKI_ERR_DOOR ||
	    r == JPKI_ERR_PIN_IN_DOUBT ||
	    (r == JPKI_ERR_PIN_NOT_CHANGED && w->change_sw != 0 &&
	    w->change_sw != 0x9000),
	    "which PIN is set is said, or that it is not known");
	walk_law(w, w->changes != 0 || (r != JPKI_ERR_PIN_IN_DOUBT && r != 0),
	    "no doubt where nothing was sent");
}

static void
play_core(struct walk *w, void *arg)
{
	const struct scene *scene = arg;
	struct jpki_card *card;

	walk_begin(w);
	card = opened(w, bench.ctx, scene);
	w->varied = true;
	scene->core(w, card, scene);
	w->varied = false;
	law_of_signals(w);
	jpki_card_close(&card);
}

/* Calls of the shared card with a kept PIN. */

static int
call_shared_sign(struct walk *w, struct jpki_shared *shared,
    struct jpki_kept *kept, const struct scene *scene)
{
	const struct jpki_signing what = {
		.size = sizeof(what), .digest = digest,
		.digest_len = sizeof(digest), .key = scene->key,
		.padding = scene->padding, .md = JPKI_MD_SHA256,
		.cert = scene->strange ? NULL :
		    bench.certs.leaf[certs_at(scene->key)],
	};
	uint8_t sig[256];
	size_t len = UNTOUCHED_LEN;
	int r;

	memset(sig, UNTOUCHED, sizeof(sig));
	r = jpki_shared_sign(bench.ctx, shared, &what, kept, scene->min_tries,
	    sig, sizeof(sig), &len);
	law_of_signature(w, r, sig, len, true);
	return r;
}

static int
call_shared_cert(struct walk *w, struct jpki_shared *shared,
    struct jpki_kept *kept, const struct scene *scene)
{
	struct jpki_cert *cert = NULL;
	int r;

	r = jpki_shared_cert(bench.ctx, shared, shared->epoch, JPKI_SLOT_SIGN,
	    kept, scene->min_tries, &cert);
	law_of_good(w, r);
	walk_law(w, (r == 0) == (cert != NULL),
	    "a certificate comes with success alone");
	jpki_cert_free(&cert);
	return r;
}

static int
call_shared_try(struct walk *w, struct jpki_shared *shared,
    struct jpki_kept *kept, const struct scene *scene)
{
	int left = 99, r;

	r = jpki_shared_try(bench.ctx, shared, kept, scene->min_tries, &left);
	law_of_verify(w, r, left);
	return r;
}

static struct jpki_shared *
shared_on(struct walk *w, const struct scene *scene)
{
	struct jpki_shared *shared;
	size_t len;

	assert_int_equal(jpkip_shared_new(bench.ctx, NULL, NULL, &shared), 0);
	assert_non_null(shared->ctx = jpki_ctx_new());
	shared->card = opened(w, shared->ctx, scene);
	shared->pid = getpid();
	shared->epoch = EPOCH;
	shared->carrier = jpki_card_carrier(shared->card);
	if (!scene->strange)
		jpkip_seen_head(&shared->seen, EPOCH,
		    jpki_cert_der(bench.certs.leaf[0], &len));
	return shared;
}

static struct jpki_kept *
keep(const struct scene *scene)
{
	const char *pin = pin_of(scene->pin);
	struct jpki_kept *kept;

	assert_int_equal(jpki_kept_new(bench.ctx, scene->pin, pin,
	    strlen(pin), EPOCH, 0, &kept), 0);
	return kept;
}

/*
 * The same PIN again, on a card that answers well by now: if there is a doubt
 * it is not sent, and the law of the VERIFY says so, because the doubt stays.
 */
static void
again(struct walk *w, struct jpki_shared *shared, struct jpki_kept *kept,
    const struct scene *scene)
{
	struct jpki_kept *same;
	int r;

	w->verifies = w->signatures = 0;
	w->door = false;
	r = scene->shared(w, shared, kept, scene);
	walk_law(w, r != 0, "a PIN in doubt is not used again");
	if (w->tries < 0)
		return;
	/* Refused, and the counter is not full: nor is the same given anew. */
	same = keep(scene);
	w->verifies = 0;
	r = scene->shared(w, shared, same, scene);
	walk_law(w, r != 0, "a PIN that was refused is not used again");
	jpki_kept_free(&same);
}

static void
play_shared(struct walk *w, void *arg)
{
	const struct scene *scene = arg;
	struct jpki_shared *shared;
	struct jpki_kept *kept = keep(scene);
	int r;

	walk_begin(w);
	shared = shared_on(w, scene);
	w->varied = true;
	r = scene->shared(w, shared, kept, scene);
	w->varied = false;
	walk_law(w, (r == JPKI_ERR_DOOR) == w->door,
	    "an open door is told, and only that");
	walk_law(w, jpki_kept_state(kept) == JPKI_KEPT_REFUSED ? w->doubt :
	    !w->doubt, "a PIN is refused if it was not right");
	law_of_signals(w);
	if (w->doubt)
		again(w, shared, kept, scene);
	jpki_kept_free(&kept);
	jpkip_shared_free(shared);
}

static const struct scene scenes[] = {
	{ "sign, auth", call_sign, NULL, JPKI_PIN_AUTH, JPKI_KEY_AUTH,
	  JPKI_PADDING_PKCS1, 2, false, false, 3, 4 },
	{ "sign, auth, PSS", call_sign, NULL, JPKI_PIN_AUTH, JPKI_KEY_AUTH,
	  JPKI_PADDING_PSS, 2, false, false, 2, 3 },
	{ "sign, sign", call_sign, NULL, JPKI_PIN_SIGN, JPKI_KEY_SIGN,
	  JPKI_PADDING_PKCS1, 2, true, false, 3, 3 },
	{ "sign, auth, strange", call_sign, NULL, JPKI_PIN_AUTH, JPKI_KEY_AUTH,
	  JPKI_PADDING_PKCS1, 1, false, true, 2, 3 },
	{ "certificate", call_cert, NULL, JPKI_PIN_SIGN, JPKI_KEY_SIGN,
	  JPKI_PADDING_PKCS1, 2, false, false, 2, 2 },
	{ "attributes", call_attributes, NULL, JPKI_PIN_TEXT, JPKI_KEY_AUTH,
	  JPKI_PADDING_PKCS1, 1, true, false, 3, 3 },
	{ "change, sign", call_change, NULL, JPKI_PIN_SIGN, JPKI_KEY_SIGN,
	  JPKI_PADDING_PKCS1, 2, false, false, 3, 4 },
	{ "change, text", call_change, NULL, JPKI_PIN_TEXT, JPKI_KEY_AUTH,
	  JPKI_PADDING_PKCS1, 1, true, false, 3, 3 },
	{ "shared, sign, auth", NULL, call_shared_sign, JPKI_PIN_AUTH,
	  JPKI_KEY_AUTH, JPKI_PADDING_PKCS1, 2, false, false, 3, 3 },
	{ "shared, sign, sign", NULL, call_shared_sign, JPKI_PIN_SIGN,
	  JPKI_KEY_SIGN, JPKI_PADDING_PKCS1, 2, false, true, 2, 3 },
	{ "shared, certificate", NULL, call_shared_cert, JPKI_PIN_SIGN,
	  JPKI_KEY_SIGN, JPKI_PADDING_PKCS1, 1, false, false, 2, 2 },
	{ "shared, try", NULL, call_shared_try, JPKI_PIN_AUTH,
	  JPKI_KEY_AUTH, JPKI_PADDING_PKCS1, 2, false, false, 3, 4 },
};

static void
every_sequence(void **state)
{
	const char *long_run = getenv("JPKI_EVERY");
	bool more = long_run != NULL && strcmp(long_run, "more") == 0;
	unsigned long all = 0, n;
	unsigned deviations;
	size_t i;

	(void)state;
	for (i = 0; i < N(scenes); i++) {
		struct scene scene = scenes[i];
		struct walk w = { .min_tries = scene.min_tries };
		struct walk_files files = scene.padding == JPKI_PADDING_PSS ?
		    bench.files_pss : bench.files;

		files.plain = scene.plain;
		w.files = &files;
		bench.now = &w;
		deviations = more ? scene.more : scene.deviations;
		n = walk_all(&w, deviations, scene.core != NULL ?
		    play_core : play_shared, &scene);
		print_message("%s: %lu sequences, up to %u answers that "
		    "differ\n", scene.name, n, deviations);
		all += n;
	}
	bench.now = NULL;
	print_message("%lu sequences in all\n", all);
}

static uint8_t *
make_signature(bool pss, size_t *len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(bench.certs.key, NULL);
	uint8_t *sig = malloc(256);

	*len = 256;
	assert_non_null(sig);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, pss ?
	    RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
	if (pss)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, sig, len, digest, sizeof(digest)),
	    1);
	EVP_PKEY_CTX_free(ctx);
	return sig;
}

static int
setup(void **state)
{
	struct walk_files *files = &bench.files;

	(void)state;
	pthread_sigmask(SIG_BLOCK, NULL, &bench.mask);
	certs_make(&bench.certs);
	bench.ctx = bench.certs.ctx;
	files->auth = jpki_cert_der(bench.certs.leaf[0], &files->auth_len);
	files->sign = jpki_cert_der(bench.certs.leaf[1], &files->sign_len);
	bench.files_pss = *files;
	files->sig = make_signature(false, &files->sig_len);
	bench.files_pss.sig = make_signature(true, &bench.files_pss.sig_len);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	while (bench.n_pages > 0)
		__real_munmap(bench.pages[--bench.n_pages], PAGE);
	while (bench.n_spare > 0)
		__real_jpki_ctx_free(&bench.spare[--bench.n_spare]);
	free((void *)(uintptr_t)bench.files.sig);
	free((void *)(uintptr_t)bench.files_pss.sig);
	certs_free(&bench.certs);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sequence),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
