/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An old program: built with the headers as they are, it must say the same with
 * a library whose records have grown, and nothing may be written behind the
 * records that it makes. See grow.sh.
 *
 * usage: old CARD-DIRECTORY
 */
#include <jpki.h>
#include <jpki/framework/settings.h>
#include <jpki/framework/shared.h>
#include <jpki/framework/uri.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARD 0xa5

/* A record of the caller's, and what is behind it. */
#define GUARDED(type) struct { struct type it; uint8_t behind[64]; }
#define GUARD_IT(g) memset((g).behind, GUARD, sizeof((g).behind))
#define LOOK(g) look((g).behind, sizeof((g).behind), __LINE__)

static void
look(const uint8_t *behind, size_t len, int line)
{
	size_t i;

	for (i = 0; i < len && behind[i] == GUARD; i++)
		continue;
	if (i < len) {
		printf("line %d: byte %zu behind the record\n", line, i);
		exit(1);
	}
}

static void
must(int r, const struct jpki_ctx *ctx, int line)
{
	if (r == 0)
		return;
	printf("line %d: %s: %s\n", line, jpki_errname(r),
	    jpki_ctx_errmsg(ctx));
	exit(1);
}
#define MUST(call) must(call, ctx, __LINE__)

static void
print_verdict(struct jpki_verdict **verdict)
{
	char until[JPKI_DATE_TEXT];

	jpki_date_format(jpki_verdict_until(*verdict), until);
	printf("%s %s", jpki_state_name(jpki_verdict_state(*verdict)), until);
	printf(" %s\n", jpki_why_rule(jpki_verdict_why(*verdict), 0)->id);
	jpki_verdict_free(verdict);
}

static void
rules(struct jpki_ctx *ctx)
{
	const struct jpki_date day = { 2026, 4, 1 }, birth = { 1980, 2, 17 };
	GUARDED(jpki_validity_facts) validity = { .it = { sizeof(validity.it),
	    .key = JPKI_KEY_SIGN, .issued = day, .birth = birth } };
	GUARDED(jpki_card_facts) card = { .it = { sizeof(card.it),
	    .applied = day, .issued = day, .birth = birth } };
	struct jpki_verdict *verdict;

	GUARD_IT(validity);
	GUARD_IT(card);
	MUST(jpki_rules_validity(&validity.it, day, &verdict));
	print_verdict(&verdict);
	MUST(jpki_rules_card(&card.it, day, &verdict));
	print_verdict(&verdict);
	LOOK(validity);
	LOOK(card);
	printf("%s %s %s\n", jpki_rule_at(7)->id, jpki_dispute_at(2)->id,
	    jpki_seed_at(1)->id);
}

static void
certificate(struct jpki_ctx *ctx, struct jpki_cert *cert)
{
	const struct jpki_cert_info *info = jpki_cert_info(cert);
	GUARDED(jpki_cert_facts) facts = { .it = { sizeof(facts.it),
	    .moved = 1 } };
	struct jpki_check *check;
	struct jpki_verdict *verdict;

	GUARD_IT(facts);
	MUST(jpki_check_new(ctx, cert, NULL, 0, info->not_before + 86400 * 9,
	    &check));
	MUST(jpki_check_facts(check, &facts.it));
	LOOK(facts);
	printf("%d %d %d\n", facts.it.key, facts.it.reason, facts.it.moved);
	MUST(jpki_rules_cert(&facts.it, jpki_check_at(check), &verdict));
	print_verdict(&verdict);
	LOOK(facts);
	printf("%d %s %s %d %d\n", info->slot, info->serial, info->issuer->text,
	    info->ca->kind, jpki_check_revocation(check)->state);
	jpki_check_free(&check);
}

static int
link_begin(void *arg, enum jpki_link_event *event)
{
	*event = JPKI_LINK_SAME;
	return *(int *)arg;
}

static int
link_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	(void)arg, (void)cmd, (void)cmd_len, (void)rsp, (void)rsp_size;
	*rsp_len = 0;
	return JPKI_ERR_IO;
}

static int
link_end(void *arg, enum jpki_link_end how)
{
	(void)arg, (void)how;
	return 0;
}

/* The link says what it was asked: its functions are where they should be. */
static void
own_link(struct jpki_ctx *ctx)
{
	GUARDED(jpki_transport_ops) ops = { .it = { sizeof(ops.it),
	    .begin = link_begin, .transmit = link_transmit, .end = link_end } };
	int answer = JPKI_ERR_BUSY;
	struct jpki_card *card;

	GUARD_IT(ops);
	printf("%s\n", jpki_errname(jpki_card_open_with(ctx, &ops.it, &answer,
	    &card)));
	answer = 0;
	printf("%s\n", jpki_errname(jpki_card_open_with(ctx, &ops.it, &answer,
	    &card)));
	LOOK(ops);
}

static void
shared_card(struct jpki_ctx *ctx, const char *reader)
{
	const uint8_t digest[32] = { 1 };
	GUARDED(jpki_signing) what = { .it = { sizeof(what.it),
	    .digest = digest, .digest_len = sizeof(digest),
	    .key = JPKI_KEY_AUTH, .padding = JPKI_PADDING_PKCS1,
	    .md = JPKI_MD_SHA256 } };
	struct jpki_cards *cards;
	struct jpki_shared *shared;
	struct jpki_kept *kept;
	uint8_t sig[512];
	unsigned epoch;
	size_t len;

	GUARD_IT(what);
	MUST(jpki_cards_new(ctx, &cards));
	MUST(jpki_cards_get(ctx, cards, reader, NULL, &shared));
	MUST(jpki_shared_open(ctx, shared, &epoch));
	MUST(jpki_kept_new(ctx, JPKI_PIN_AUTH, "1234", 4, epoch, 0, &kept));
	MUST(jpki_shared_sign(ctx, shared, &what.it, kept, JPKI_TRIES_DEFAULT,
	    sig, sizeof(sig), &len));
	LOOK(what);
	printf("%zu %02x%02x\n", len, sig[0], sig[1]);
	jpki_kept_free(&kept);
	jpki_cards_free(&cards);
}

static void
lent(struct jpki_ctx *ctx)
{
	struct jpki_settings *settings;
	struct jpki_uri *uri;

	MUST(jpki_settings_new(ctx, &settings));
	MUST(jpki_settings_set(ctx, settings, "min-tries", "4", "here"));
	MUST(jpki_uri_parse(ctx, "jpki://sign?min-tries=3&reader=r", &uri));
	printf("%d %d %d %d %s\n", settings->min_tries, settings->pin_grace,
	    uri->object, uri->min_tries, uri->reader);
	jpki_settings_free(&settings);
	jpki_uri_free(&uri);
}

int
main(int argc, char **argv)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card;
	struct jpki_cert *cert;
	char reader[1024];

	if (argc != 2)
		return 2;
	snprintf(reader, sizeof(reader), "soft:%s", argv[1]);
	rules(ctx);
	own_link(ctx);
	lent(ctx);
	MUST(jpki_card_open(ctx, reader, &card));
	MUST(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert));
	jpki_card_close(&card);
	certificate(ctx, cert);
	jpki_cert_free(&cert);
	shared_card(ctx, reader);
	jpki_ctx_free(&ctx);
	return 0;
}
