/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor --record --with-auth-pin: how the card takes its PIN and signs.
 */
#include <stdio.h>

#include <openssl/rand.h>

#include "common/card.h"
#include "common/layout.h"
#include "common/prompt.h"
#include "doctor.h"

#define DIGEST_LEN 32

struct work {
	struct jpki_secret *pin;
	uint8_t digest[DIGEST_LEN];
	int tries;
};

/* The signature is nobody's business, nor is what was signed. */
static int
sign(struct jpki_card *card, enum jpki_padding padding,
    const struct work *work)
{
	uint8_t sig[512];
	size_t len;

	return jpki_card_sign(card, JPKI_KEY_AUTH, padding, JPKI_MD_SHA256,
	    work->digest, DIGEST_LEN, sig, sizeof(sig), &len);
}

static int
steps(struct jpki_card *card, void *arg)
{
	const struct work *work = arg;
	const char *text;
	size_t len;
	int r, pss;

	text = jpki_secret_data(work->pin, &len);
	if ((r = jpki_pin_verify(card, JPKI_PIN_AUTH, text, len, work->tries,
	    NULL)) != 0)
		return r;
	r = sign(card, JPKI_PADDING_PKCS1, work);
	pss = sign(card, JPKI_PADDING_PSS, work);
	/* A card without PSS is no fault. */
	return r != 0 ? r : pss == JPKI_ERR_NO_PSS ? 0 : pss;
}

/* Typing the PIN agrees; else yes does. */
static bool
agrees(const struct doctor *d, const struct args *args, FILE *tty)
{
	struct layout layout;
	bool typed = prompt_on_terminal(args->pin_source);

	if (tty == NULL)
		return d->recording.yes;
	layout = layout_of(tty);
	layout_paragraph(&layout, 0, pick("The auth PIN (利用者証明用) is "
	    "sent to the card once, and the card signs a random number "
	    "twice. The signatures are thrown away, and the PIN is not "
	    "recorded.", "利用者証明用暗証番号をカードに 1 回送り、乱数に 2 回"
	    "署名させます。署名は捨て、暗証番号は記録しません。"));
	if (typed)
		layout_paragraph(&layout, 0, pick("By typing the PIN you "
		    "agree to this; Ctrl-C gives up.",
		    "暗証番号を入力すると、同意したことになります。"
		    "やめるときは Ctrl-C を押してください。"));
	return typed || d->recording.yes || prompt_yes(tty,
	    pick("Send it? (yes/no): ", "送りますか（yes/no）: "));
}

int
record_pin(struct doctor *d, const struct args *args, FILE *tty)
{
	struct work work = { NULL, { 0 },
	    prompt_tries(args->min_tries, args->pin_source) };
	int left = -1, code, r;

	if (RAND_bytes(work.digest, DIGEST_LEN) != 1)
		return complain_code(NULL, JPKI_ERR_CRYPTO);
	if ((r = jpki_pin_ready(d->card, JPKI_PIN_AUTH, work.tries,
	    &left)) != 0)
		return complain_ctx(d->ctx, r, NULL);
	if (!agrees(d, args, tty)) {
		complain("no PIN was sent, because the answer was not yes",
		    "yes と入力されなかったため、暗証番号を送っていません");
		return EXIT_FAILURE;
	}
	if ((code = prompt_pin(d->ctx, JPKI_PIN_AUTH, args->pin_source, left,
	    &work.pin)) == 0)
		code = card_run(d->ctx, d->card, steps, &work, NULL);
	jpki_secret_free(&work.pin);
	return code;
}
