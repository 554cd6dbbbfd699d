/* SPDX-License-Identifier: Apache-2.0 */
#include "card/kept.h"

#include <sys/mman.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/ctx.h"

int
jpki_kept_new(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len, unsigned epoch, int uses, struct jpki_kept **out)
{
	struct jpki_kept *kept;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if ((r = jpki_pin_check(ctx, pin, text, len)) != 0)
		return r;
	if ((kept = calloc(1, sizeof(*kept))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	kept->pin = pin;
	kept->epoch = epoch;
	kept->pid = getpid();
	kept->uses = uses;
	atomic_init(&kept->state, JPKI_KEPT_UNTRIED);
	kept->doubt = mmap(NULL, sizeof(*kept->doubt), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (kept->doubt == MAP_FAILED) {
		kept->doubt = NULL;
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	} else {
		r = jpki_secret_new(ctx, text, len, pin == JPKI_PIN_SIGN ?
		    JPKI_SECRET_WIPE_ON_FORK : 0, &kept->secret);
	}
	if (r != 0) {
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
	jpki_secret_free(&(*kept)->secret);
	if ((*kept)->doubt != NULL)
		(void)munmap((*kept)->doubt, sizeof(*(*kept)->doubt));
	free(*kept);
	*kept = NULL;
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
jpkip_kept_check(struct jpki_ctx *ctx, struct jpki_kept *kept, unsigned epoch,
    bool alone)
{
	if (kept == NULL)
		return jpkip_fail(ctx, JPKI_ERR_NEEDS_PIN,
		    "this key was loaded without a PIN");
	/* Another process that is sending it right now is no reason. */
	if (alone && atomic_load(kept->doubt))
		jpkip_kept_end(kept, JPKI_KEPT_REFUSED);
	if (jpki_kept_state(kept) == JPKI_KEPT_REFUSED)
		return jpkip_fail(ctx, JPKI_ERR_PIN_WRONG, "the card did not "
		    "accept this PIN before; nothing more was sent, load the "
		    "key again");
	if (kept->epoch != epoch)
		return jpkip_fail(ctx, JPKI_ERR_CHANGED, NULL);
	if (kept->secret == NULL || jpki_kept_state(kept) == JPKI_KEPT_ENDED)
		return jpkip_fail(ctx, JPKI_ERR_NEEDS_PIN,
		    "the PIN is not kept any more; load the key again");
	return 0;
}

int
jpkip_kept_send(struct jpki_card *card, struct jpki_kept *kept, int min_tries)
{
	const char *text;
	size_t len;
	int r;

	text = jpki_secret_data(kept->secret, &len);
	atomic_store(kept->doubt, true);
	r = jpki_pin_verify(card, kept->pin, text, len, min_tries, NULL);
	if (r == 0 || r == JPKI_ERR_PIN_LAST_TRY || r == JPKI_ERR_PIN_NO_COUNT)
		atomic_store(kept->doubt, false);
	else
		jpkip_kept_end(kept, JPKI_KEPT_REFUSED);
	if (r == 0)
		atomic_store(&kept->state, JPKI_KEPT_RIGHT);
	return r;
}
