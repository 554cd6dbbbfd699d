/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs a SHA-256 digest with the card's auth key (利用者証明用). The digest
 * comes in, the signature goes out:
 *
 *	cc -o sign sign.c $(pkg-config --cflags --libs libjpki)
 *	openssl dgst -sha256 -binary FILE | ./sign > FILE.sig
 *
 * Arguments, if any: where the PIN comes from ("tty", "file:PATH", "fd:N"), and
 * the reader (its name, or "soft:DIR" for a software card).
 */
#include <jpki.h>
#include <stdio.h>
#include <string.h>

/*
 * A run: nobody else reaches the card meanwhile, so everything that takes time
 * (prompt, files, digests) happened before.
 */
static int
sign(struct jpki_card *card, const struct jpki_secret *pin, int min_tries,
    const uint8_t digest[32], uint8_t *sig, size_t size, size_t *len)
{
	size_t n;
	const char *text = jpki_secret_data(pin, &n);
	int r, end;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	r = jpki_pin_verify(card, JPKI_PIN_AUTH, text, n, min_tries, NULL);
	if (r == 0)
		r = jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PKCS1,
		    JPKI_MD_SHA256, digest, 32, sig, size, len);
	end = jpki_card_end(card);	/* logs out: never leave it out */
	return end != 0 ? end : r;
}

int
main(int argc, char **argv)
{
	const char *source = argc > 1 ? argv[1] : "tty";
	const char *reader = argc > 2 ? argv[2] : NULL;	/* NULL: the one */
	uint8_t digest[33], sig[512];
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *pin = NULL;
	struct jpki_card *card = NULL;
	char prompt[160];
	size_t len = 0;
	/* A wrong PIN in a file must not cost a try each time. */
	int min_tries = strcmp(source, "tty") == 0 ? JPKI_TRIES_DEFAULT :
	    JPKI_TRIES_UNATTENDED;
	int left, r;

	if (ctx == NULL || fread(digest, 1, sizeof(digest), stdin) != 32) {
		fprintf(stderr, "sign: no digest of 32 bytes to sign\n");
		jpki_ctx_free(&ctx);
		return 1;
	}
	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	/* Ask for the PIN only where it could be sent: that costs no try. */
	if ((r = jpki_card_open(ctx, reader, &card)) == 0 &&
	    (r = jpki_pin_ready(card, JPKI_PIN_AUTH, min_tries, &left)) == 0) {
		jpki_pin_prompt(JPKI_PIN_AUTH, left, jpki_ctx_lang(ctx), prompt,
		    sizeof(prompt));
		if ((r = jpki_secret_read(ctx, source, prompt, &pin)) == 0)
			r = sign(card, pin, min_tries, digest, sig, sizeof(sig),
			    &len);
	}
	if (r != 0)
		fprintf(stderr, "sign: %s\n%s\n", jpki_ctx_errmsg(ctx),
		    jpki_ctx_errhint(ctx));
	else if (fwrite(sig, 1, len, stdout) != len || fflush(stdout) != 0) {
		perror("sign");
		r = 1;
	}
	jpki_secret_free(&pin);		/* wipes it */
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	return r != 0;
}
