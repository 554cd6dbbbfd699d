/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is my card usable today? Needs no PIN, asks no network: what it says is what
 * can be known offline.
 *
 *	cc -o usable usable.c $(pkg-config --cflags --libs libjpki)
 *	./usable [READER]
 *
 * Exit code: 0 the auth key can be used, 1 it cannot, 2 no answer.
 */
#include <jpki.h>
#include <stdio.h>
#include <time.h>

int
main(int argc, char **argv)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts) };
	enum jpki_lang lang = jpki_lang_from_locale();
	int64_t now = time(NULL);
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card = NULL;
	struct jpki_cert *cert = NULL;
	struct jpki_check *check = NULL;
	struct jpki_verdict *verdict = NULL;
	enum jpki_state state;
	int left = -1, usable = 2;

	jpki_ctx_set_lang(ctx, lang);
	if (jpki_card_open(ctx, argc > 1 ? argv[1] : NULL, &card) == 0 &&
	    jpki_pin_tries(card, JPKI_PIN_AUTH, &left) == 0 &&
	    jpki_card_cert(card, JPKI_SLOT_AUTH, &cert) == 0 &&
	    jpki_check_new(ctx, cert, NULL, 0, now, &check) == 0 &&
	    jpki_check_facts(check, &facts) == 0 &&
	    jpki_rules_cert(&facts, now, &verdict) == 0) {
		state = jpki_verdict_state(verdict);
		printf(lang == JPKI_LANG_JA ?
		    "%s（残り %d 日、暗証番号は残り %d 回）\n" :
		    "%s (days left: %d, tries left: %d)\n",
		    jpki_state_text(state, lang),
		    (int)jpki_verdict_days_left(verdict), left);
		/* States from good to worse; no tries: locked. */
		usable = state == JPKI_STATE_UNKNOWN ||
		    state > JPKI_STATE_RENEW || left == 0;
	} else {
		fprintf(stderr, "usable: %s\n%s\n", jpki_ctx_errmsg(ctx),
		    jpki_ctx_errhint(ctx));
	}
	jpki_verdict_free(&verdict);
	jpki_check_free(&check);
	jpki_cert_free(&cert);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	return usable;
}
