/* SPDX-License-Identifier: Apache-2.0 */
#include "card/kept_pin.h"

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/secret.h"
#include "base/wipe.h"
#include "card/pin.h"
#include "card/pin_table.h"
#include "crypto/digest.h"

/* The object with what it owns, and no PIN yet. */
static struct jpki_kept *
kept_alloc(const char *source)
{
	struct jpki_kept *kept;

	if ((kept = calloc(1, sizeof(*kept))) == NULL)
		return NULL;
	atomic_init(&kept->refs, 1);
	atomic_init(&kept->state, JPKI_KEPT_UNTRIED);
	kept->fate = mmap(NULL, sizeof(*kept->fate), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (kept->fate == MAP_FAILED)
		kept->fate = NULL;
	if (source != NULL)
		kept->source = strdup(jpkip_secret_shown(source));
	if (kept->fate == NULL || (source != NULL && kept->source == NULL))
		jpki_kept_free(&kept);
	return kept;
}

int
jpki_kept_new(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len, unsigned epoch, int uses, struct jpki_kept **out)
{
	return jpki_kept_new_from(ctx, pin, text, len, epoch, uses, NULL, out);
}

int
jpki_kept_new_from(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len, unsigned epoch, int uses, const char *source,
    struct jpki_kept **out)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	struct jpkip_pin_text folded = { .len = 0 };
	struct jpki_kept *kept;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (info == NULL || (text == NULL && len > 0) || uses < 0)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((kept = kept_alloc(source)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	kept->pin = pin;
	kept->epoch = epoch;
	kept->pid = getpid();
	kept->uses = uses;
	if ((r = jpkip_pin_check(ctx, info, text, len, &folded)) == 0)
		r = jpkip_secret_new(ctx, folded.text, folded.len,
		    pin == JPKI_PIN_SIGN ? JPKIP_SECRET_WIPE_ON_FORK : 0,
		    &kept->secret);
	jpkip_wipe(&folded, sizeof(folded));
	if (r != 0) {
		r = jpkip_kept_blame(ctx, kept, r);
		jpki_kept_free(&kept);
		return r;
	}
	*out = kept;
	return 0;
}

void
jpki_kept_free(struct jpki_kept **kept)
{
	if (kept == NULL || *kept == NULL)
		return;
	if (atomic_fetch_sub(&(*kept)->refs, 1) == 1) {
		jpki_secret_free(&(*kept)->secret);
		if ((*kept)->fate != NULL)
			(void)munmap((*kept)->fate, sizeof(*(*kept)->fate));
		free((*kept)->source);
		free(*kept);
	}
	*kept = NULL;
}

struct jpki_kept *
jpki_kept_ref(struct jpki_kept *kept)
{
	if (kept != NULL)
		atomic_fetch_add(&kept->refs, 1);
	return kept;
}

unsigned
jpki_kept_epoch(const struct jpki_kept *kept)
{
	return kept != NULL ? kept->epoch : 0;
}

enum jpki_kept_state
jpki_kept_state(const struct jpki_kept *kept)
{
	if (kept == NULL || (kept->pin == JPKI_PIN_SIGN &&
	    kept->pid != getpid()))
		return JPKI_KEPT_ENDED;
	return (enum jpki_kept_state)atomic_load(&kept->state);
}

void
jpkip_kept_end(struct jpki_kept *kept, enum jpki_kept_state state)
{
	atomic_store(&kept->state, state);
	jpki_secret_free(&kept->secret);
}

int
jpkip_kept_blame(struct jpki_ctx *ctx, const struct jpki_kept *kept, int r)
{
	if (kept == NULL || kept->source == NULL ||
	    jpki_errclass(r) != JPKI_CLASS_PIN)
		return r;
	return jpkip_detail(ctx, r, ", from %s", "、読み取り元 %s",
	    kept->source);
}

/* A PIN that was refused; left < 0: the card was not asked, or did not say. */
static int
fail_refused(struct jpki_ctx *ctx, enum jpki_pin pin, int left)
{
	const char *name = jpkip_pin_name(ctx, jpkip_pin_info(pin));
	int r;

	if (left < 0)
		r = jpkip_fail(ctx, JPKI_ERR_PIN_WRONG,
		    "%s, refused before, nothing more was sent",
		    "%sは前に拒否されたので、もう送っていません", name);
	else if (left == 1)
		r = jpkip_fail(ctx, JPKI_ERR_PIN_WRONG,
		    "%s, refused before, nothing more was sent, 1 try left",
		    "%sは前に拒否されたので、もう送っていません、残り 1 回",
		    name);
	else
		r = jpkip_fail(ctx, JPKI_ERR_PIN_WRONG,
		    "%s, refused before, nothing more was sent, %d tries left",
		    "%sは前に拒否されたので、もう送っていません、残り %d 回",
		    name, left);
	return jpkip_hint(ctx, r,
	    "Make sure which PIN is asked for, and give another one; the "
	    "program may have to be started again for that.",
	    "どの暗証番号かを確かめて、別の番号を入力し直してください。"
	    "プログラムの再起動が必要なこともあります。");
}

/* A PIN that is not there to be sent. */
static int
fail_gone(struct jpki_ctx *ctx, int r)
{
	return jpkip_hint(ctx, r,
	    "Give the PIN again; the program may have to be started again for "
	    "that.",
	    "暗証番号を入力し直してください。"
	    "プログラムの再起動が必要なこともあります。");
}

int
jpkip_kept_check(struct jpki_ctx *ctx, struct jpki_kept *kept, bool alone)
{
	const char *name;

	if (kept == NULL)
		return jpkip_fail(ctx, JPKI_ERR_NEEDS_PIN,
		    "none was given for this key",
		    "この鍵の暗証番号が渡されていません");
	name = jpkip_pin_name(ctx, jpkip_pin_info(kept->pin));
	/* Another process that is sending it right now is no reason. */
	if (alone && atomic_load(&kept->fate->doubt))
		atomic_store(&kept->state, JPKI_KEPT_REFUSED);
	if (jpki_kept_state(kept) == JPKI_KEPT_REFUSED) {
		/* A copy that a fork made before it was wiped is wiped, too. */
		jpki_secret_free(&kept->secret);
		if (atomic_load(&kept->fate->doubt) == JPKIP_KEPT_WRONG)
			return fail_refused(ctx, kept->pin, -1);
		return fail_gone(ctx, jpkip_fail(ctx, JPKI_ERR_NEEDS_PIN,
		    "%s, the card did not say whether it is right, nothing "
		    "more was sent",
		    "%sが正しいかどうかをカードが答えなかったので、"
		    "もう送っていません", name));
	}
	if (kept->secret == NULL || jpki_kept_state(kept) == JPKI_KEPT_ENDED)
		return fail_gone(ctx, jpkip_fail(ctx, JPKI_ERR_NEEDS_PIN,
		    "%s, which is not kept any more",
		    "%sは、もう保持していません", name));
	return 0;
}

struct jpkip_refused *
jpkip_refused_new(void)
{
	size_t size = JPKIP_N_PINS * sizeof(struct jpkip_refused);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Best effort, as for secrets. */
	(void)mlock(p, size);
	(void)madvise(p, size, MADV_DONTDUMP);
	return p;
}

void
jpkip_refused_free(struct jpkip_refused *refused)
{
	if (refused != NULL)
		(void)munmap(refused, JPKIP_N_PINS * sizeof(*refused));
}

struct jpkip_refused *
jpkip_refused_of(struct jpkip_refused *refused, const struct jpki_kept *kept)
{
	return &refused[jpkip_pin_index(jpkip_pin_info(kept->pin))];
}

/* The digest of a salt and the PIN. */
static int
digest(struct jpki_ctx *ctx, const struct jpki_kept *kept,
    const uint8_t salt[16], uint8_t out[32])
{
	uint8_t text[16 + JPKI_PIN_MAX], all[64];
	struct jpkip_part part = { text, 0 };
	size_t len;
	const char *pin = jpki_secret_data(kept->secret, &len);
	bool ok;

	memcpy(text, salt, 16);
	memcpy(text + 16, pin, len);
	part.len = 16 + len;
	ok = jpkip_digest(ctx, "SHA256", part, all, &len);
	memcpy(out, all, 32);
	jpkip_wipe(text, sizeof(text));
	jpkip_wipe(all, sizeof(all));
	return ok ? 0 : jpki_ctx_err(ctx);
}

int
jpkip_refused_is(struct jpki_ctx *ctx, const struct jpkip_refused *refused,
    const struct jpki_kept *kept, bool *is)
{
	uint8_t now[sizeof(refused->digest)];
	int r;

	*is = false;
	if (atomic_load(&refused->epoch) != kept->epoch)
		return 0;
	if ((r = digest(ctx, kept, refused->salt, now)) == 0)
		*is = memcmp(now, refused->digest, sizeof(now)) == 0;
	jpkip_wipe(now, sizeof(now));
	return r;
}

/* If it cannot be noted, the PIN may be sent once more. */
static void
note(struct jpki_ctx *ctx, const struct jpki_kept *kept,
    struct jpkip_refused *refused)
{
	atomic_store(&refused->epoch, 0);
	if (getentropy(refused->salt, sizeof(refused->salt)) == 0 &&
	    digest(ctx, kept, refused->salt, refused->digest) == 0)
		atomic_store(&refused->epoch, kept->epoch);
	atomic_fetch_add(&refused->count, 1);
}

/* Whether nothing happened since the card refused this PIN. */
static int
check_again(struct jpki_card *card, enum jpki_pin pin, int *left)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	int r;

	if ((r = jpkip_pin_query(card, pin, left)) != 0 || *left == 0 ||
	    *left >= info->rules->tries)
		return r;
	return fail_refused(card->ctx, pin, *left);
}

int
jpkip_kept_send(struct jpki_card *card, struct jpki_kept *kept, bool again,
    int min_tries, int *left)
{
	const char *text;
	size_t len;
	int r;

	*left = -1;
	jpkip_ctx_clear(card->ctx);
	if (again && (r = check_again(card, kept->pin, left)) != 0) {
		if (r == JPKI_ERR_PIN_WRONG) {
			atomic_store(&kept->fate->doubt, JPKIP_KEPT_WRONG);
			atomic_store(&kept->state, JPKI_KEPT_REFUSED);
		}
		return r;
	}
	if (min_tries == JPKI_TRIES_UNATTENDED &&
	    atomic_load(&kept->fate->accepted))
		min_tries = JPKI_TRIES_DEFAULT;
	text = jpki_secret_data(kept->secret, &len);
	atomic_store(&kept->fate->doubt, JPKIP_KEPT_SENT);
	r = jpki_pin_verify(card, kept->pin, text, len, min_tries, left);
	if (r == 0 || !card->pin_sent) {
		atomic_store(&kept->fate->doubt, 0);
	} else {
		if (r == JPKI_ERR_PIN_WRONG || r == JPKI_ERR_PIN_BLOCKED)
			atomic_store(&kept->fate->doubt, JPKIP_KEPT_WRONG);
		atomic_store(&kept->state, JPKI_KEPT_REFUSED);
	}
	if (r == 0) {
		atomic_store(&kept->fate->accepted, true);
		atomic_store(&kept->state, JPKI_KEPT_RIGHT);
	}
	return r;
}

void
jpkip_kept_settle(struct jpki_ctx *ctx, struct jpki_kept *kept, int r,
    struct jpkip_refused *refused)
{
	if (jpki_kept_state(kept) != JPKI_KEPT_REFUSED || kept->secret == NULL)
		return;
	if (r == JPKI_ERR_PIN_WRONG)
		note(ctx, kept, refused);
	jpkip_kept_end(kept, JPKI_KEPT_REFUSED);
}
