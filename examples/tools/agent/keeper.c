/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept, for all threads; see agent.h.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "agent.h"

#define WAIT_STEP 100	/* ms that each wrong passphrase adds */
#define WAIT_MAX 10000

struct keeper {
	pthread_mutex_t mutex;
	int life;			/* seconds */
	struct jpki_kept *kept;		/* NULL: none */
	int64_t until;			/* its time is over */
	unsigned turn;			/* counts what was forgotten; not 0 */
	bool locked;
	uint8_t salt[16], hash[32];	/* of the passphrase */
	int wrong;			/* passphrases since the last right */
	int64_t not_before;		/* the next one is looked at */
};

int64_t
clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct keeper *
keeper_new(int life)
{
	struct keeper *keeper = calloc(1, sizeof(*keeper));

	if (keeper == NULL)
		return NULL;
	if (pthread_mutex_init(&keeper->mutex, NULL) != 0) {
		free(keeper);
		return NULL;
	}
	keeper->life = life;
	keeper->turn = 1;
	return keeper;
}

void
keeper_free(struct keeper **keeper)
{
	if (*keeper == NULL)
		return;
	jpki_kept_free(&(*keeper)->kept);
	pthread_mutex_destroy(&(*keeper)->mutex);
	OPENSSL_cleanse(*keeper, sizeof(**keeper));
	free(*keeper);
	*keeper = NULL;
}

/* With the mutex. One that the card refused is of no use. */
static void
let_go(struct keeper *keeper)
{
	if (keeper->kept != NULL && (clock_ms() >= keeper->until ||
	    jpki_kept_state(keeper->kept) != JPKI_KEPT_RIGHT))
		jpki_kept_free(&keeper->kept);
}

struct jpki_kept *
keeper_pin(struct keeper *keeper, unsigned epoch, unsigned *turn)
{
	struct jpki_kept *kept = NULL;

	pthread_mutex_lock(&keeper->mutex);
	let_go(keeper);
	if (jpki_kept_epoch(keeper->kept) == epoch)
		kept = jpki_kept_ref(keeper->kept);
	*turn = kept == NULL ? keeper->turn : 0;
	pthread_mutex_unlock(&keeper->mutex);
	return kept;
}

void
keeper_keep(struct keeper *keeper, struct jpki_kept *kept, unsigned turn)
{
	pthread_mutex_lock(&keeper->mutex);
	if (turn == keeper->turn && keeper->life > 0) {
		jpki_kept_free(&keeper->kept);
		keeper->kept = jpki_kept_ref(kept);
		keeper->until = clock_ms() + (int64_t)keeper->life * 1000;
	}
	pthread_mutex_unlock(&keeper->mutex);
}

/* With the mutex. */
static void
forget(struct keeper *keeper)
{
	jpki_kept_free(&keeper->kept);
	if (++keeper->turn == 0)
		keeper->turn = 1;
}

void
keeper_forget(struct keeper *keeper)
{
	pthread_mutex_lock(&keeper->mutex);
	forget(keeper);
	pthread_mutex_unlock(&keeper->mutex);
}

int
keeper_tick(struct keeper *keeper)
{
	int64_t left = -1;

	pthread_mutex_lock(&keeper->mutex);
	let_go(keeper);
	if (keeper->kept != NULL)
		left = keeper->until - clock_ms();
	if (keeper->kept != NULL && left < 1)
		left = 1;
	pthread_mutex_unlock(&keeper->mutex);
	return left > 60000 ? 60000 : (int)left;
}

unsigned
keeper_epoch(struct keeper *keeper)
{
	unsigned epoch;

	pthread_mutex_lock(&keeper->mutex);
	let_go(keeper);
	epoch = jpki_kept_epoch(keeper->kept);
	pthread_mutex_unlock(&keeper->mutex);
	return epoch;
}

/* Slow on purpose: 16 MB and some tens of milliseconds. */
static bool
hash(const struct keeper *keeper, const struct ssh_in *passphrase,
    uint8_t out[32])
{
	return EVP_PBE_scrypt((const char *)passphrase->at, passphrase->left,
	    keeper->salt, sizeof(keeper->salt), 1 << 14, 8, 1,
	    (uint64_t)32 << 20, out, 32) == 1;
}

bool
keeper_lock(struct keeper *keeper, const struct ssh_in *passphrase)
{
	bool ok;

	pthread_mutex_lock(&keeper->mutex);
	ok = !keeper->locked &&
	    RAND_bytes(keeper->salt, sizeof(keeper->salt)) == 1 &&
	    hash(keeper, passphrase, keeper->hash);
	if (ok) {
		keeper->locked = true;
		forget(keeper);
	}
	pthread_mutex_unlock(&keeper->mutex);
	return ok;
}

bool
keeper_unlock(struct keeper *keeper, const struct ssh_in *passphrase)
{
	uint8_t now[32];
	bool ok = false;
	int wait;

	pthread_mutex_lock(&keeper->mutex);
	if (keeper->locked && clock_ms() >= keeper->not_before) {
		ok = hash(keeper, passphrase, now) &&
		    CRYPTO_memcmp(now, keeper->hash, sizeof(now)) == 0;
		OPENSSL_cleanse(now, sizeof(now));
		keeper->locked = !ok;
		keeper->wrong = ok ? 0 : keeper->wrong + 1;
		wait = keeper->wrong < WAIT_MAX / WAIT_STEP ?
		    keeper->wrong * WAIT_STEP : WAIT_MAX;
		keeper->not_before = clock_ms() + wait;
	}
	if (ok)
		OPENSSL_cleanse(keeper->hash, sizeof(keeper->hash));
	pthread_mutex_unlock(&keeper->mutex);
	return ok;
}

bool
keeper_is_locked(struct keeper *keeper)
{
	bool locked;

	pthread_mutex_lock(&keeper->mutex);
	locked = keeper->locked;
	pthread_mutex_unlock(&keeper->mutex);
	return locked;
}
