/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building commands (ISO 7816-4, short form; extended Le for READ) and
 * reading status words. No I/O.
 */
#ifndef JPKIP_APDU_H
#define JPKIP_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JPKIP_APDU_MAX (5 + 255 + 1)
#define JPKIP_LE_SHORT 256	/* the most a short Le asks for */
#define JPKIP_LE_EXTENDED 2048	/* what we ask for with an extended one */

struct jpkip_apdu {
	uint8_t bytes[JPKIP_APDU_MAX];
	size_t len;
	bool le;		/* the last byte is a short Le */
	bool repeatable;	/* SELECT, READ, counter query; else never */
};

/* le: 0 for none, up to JPKIP_LE_SHORT. data_len is at most 255. */
void	jpkip_apdu_set(struct jpkip_apdu *, uint8_t cla, uint8_t ins,
	    uint8_t p1, uint8_t p2, const uint8_t *data, size_t data_len,
	    size_t le);

/* READ BINARY of le bytes; more than JPKIP_LE_SHORT in the extended form. */
void	jpkip_apdu_read(struct jpkip_apdu *, uint8_t p1, uint8_t p2, size_t le);

/* What a counter query or VERIFY was answered with. Only 63Cx carries a
 * count; 63C0, 6983 and 6984 mean blocked, by whichever the card says. */
enum jpkip_pin_state {
	JPKIP_PIN_STATE_OTHER,	/* none of the below */
	JPKIP_PIN_STATE_COUNT,	/* *left tries */
	JPKIP_PIN_STATE_BLOCKED,
	JPKIP_PIN_STATE_NO_COUNT /* 9000, or 6300: a key without limit */
};

enum jpkip_pin_state jpkip_sw_pin(uint16_t sw, int *left);

#endif
