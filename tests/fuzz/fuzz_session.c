/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card that answers whatever the input says. Looked for: crashes, endless
 * loops, and a second VERIFY.
 */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "fuzz.h"

struct input {
	const uint8_t *data;
	size_t size;
	unsigned verifies;
	unsigned commands;
};

static uint8_t
take(struct input *in)
{
	if (in->size == 0)
		return 0;
	in->size--;
	return *in->data++;
}

static int
fuzz_begin(void *arg, enum jpki_link_event *event)
{
	uint8_t c = take(arg);

	*event = c < 250 ? JPKI_LINK_SAME : (enum jpki_link_event)(c % 3);
	return c == 249 ? JPKI_ERR_BUSY : 0;
}

/* Status words that lead somewhere, and any other. */
static uint16_t
status(struct input *in)
{
	static const uint16_t known[] = {
		0x9000, 0x9000, 0x9000, 0x63c3, 0x63c1, 0x63c0, 0x6984, 0x6983,
		0x6982, 0x6a82, 0x6b00, 0x6700, 0x6f00, 0x6c10, 0x6110, 0x6282
	};
	uint8_t c = take(in);

	if (c < 240)
		return known[c % 16];
	c = take(in);
	return (uint16_t)(c << 8 | take(in));
}

static int
fuzz_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct input *in = arg;
	uint8_t c = take(in);
	size_t n, i;
	uint16_t sw;

	in->commands++;
	if (cmd[1] == 0x20 && cmd_len > 5)
		in->verifies++;
	if (c == 255)
		return JPKI_ERR_REMOVED;
	if (c == 254) {
		*rsp_len = take(in);
		return 0;
	}
	n = c < 64 ? 0 : c < 128 ? take(in) : c < 192 ? 256 :
	    (size_t)take(in) * 8;
	if (n > rsp_size - 2)
		n = rsp_size - 2;
	for (i = 0; i < n; i++)
		rsp[i] = take(in);
	sw = status(in);
	rsp[n] = (uint8_t)(sw >> 8);
	rsp[n + 1] = (uint8_t)sw;
	*rsp_len = n + 2;
	return 0;
}

static int
fuzz_end(void *arg, enum jpki_link_end how)
{
	(void)how;
	return take(arg) == 255 ? JPKI_ERR_IO : 0;
}

static int
fuzz_atr(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len)
{
	size_t n = take(arg) % 40, i;

	if (n > atr_size)
		return JPKI_ERR_SPACE;
	for (i = 0; i < n; i++)
		atr[i] = take(arg);
	*atr_len = n;
	return 0;
}

static void
use(struct jpki_card *card, struct input *in)
{
	static const uint8_t digest[64];
	static const enum jpki_slot slots[8] = {
		0, JPKI_SLOT_AUTH, JPKI_SLOT_SIGN, JPKI_SLOT_AUTH_CA,
		JPKI_SLOT_SIGN_CA
	};
	struct jpki_cert *cert;
	uint8_t sig[512];
	size_t len;
	bool present;
	int left;
	uint8_t op;

	for (op = take(in); in->size > 0; op = take(in)) {
		in->verifies = 0;
		in->commands = 0;
		len = 0;
		switch (op % 8) {
		case 0:
			if (jpki_card_begin(card) != 0)
				break;
			break;
		case 1:
			if (jpki_card_end(card) != 0)
				break;
			break;
		case 2:
			if (jpki_pin_verify(card, (enum jpki_pin)(op >> 6),
			    "1234", 4, op >> 5, &left) == 0)
				break;
			break;
		case 3:
			if (jpki_card_cert(card, slots[op >> 5], &cert) == 0)
				jpki_cert_free(&cert);
			break;
		case 4:
		case 5:
			if (jpki_card_sign(card, JPKI_KEY_AUTH,
			    op % 8 == 4 ? JPKI_PADDING_PKCS1 :
			    JPKI_PADDING_PSS, JPKI_MD_SHA256, digest, 32, sig,
			    sizeof(sig), &len) == 0 && len > sizeof(sig))
				abort();
			break;
		case 6:
			if (jpki_pin_change(card, JPKI_PIN_SIGN, "ABC123", 6,
			    "DEF456", 6, 2, op >> 6 & JPKI_PIN_ALLOW_WEAK,
			    &left) == 0)
				break;
			break;
		default:
			if (jpki_card_present(card, JPKI_SLOT_SIGN,
			    &present) == 0)
				break;
			break;
		}
		if (in->verifies > 1 || in->commands > 40000)
			abort();
	}
}

static void
quiet(void *arg, enum jpki_log_level level, const char *line)
{
	(void)arg;
	(void)level;
	/* The PIN in clear or in hex. */
	if (strstr(line, "1234") || strstr(line, "31323334"))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jpki_transport_ops ops = {
		sizeof(ops), fuzz_begin, fuzz_transmit, fuzz_end,
		fuzz_atr, NULL, NULL
	};
	static struct jpki_ctx *ctx;
	struct input in = { data, size, 0, 0 };
	struct jpki_card *card;

	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		abort();
	jpki_ctx_set_log(ctx, quiet, NULL);
	if (jpki_card_open_with(ctx, &ops, &in, &card) == 0)
		use(card, &in);
	jpki_card_close(&card);
	return 0;
}
