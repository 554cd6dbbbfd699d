/* SPDX-License-Identifier: Apache-2.0 */
/* Commands, and the status words that answer them. */
#ifndef JPKIP_SOFT_APDU_H
#define JPKIP_SOFT_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A command after parsing. */
struct jpkip_soft_apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t lc;	/* 0: no data */
	size_t le;	/* 0: nothing expected */
	bool extended;
};

/* Status words, card.md 3.8. */
#define SW_OK			0x9000
#define SW_TRIES(n)		(0x63c0 | (n))
#define SW_LENGTH		0x6700
#define SW_NO_SM_HERE		0x66f1
#define SW_CHANNEL		0x6881
#define SW_NO_SM		0x6882
#define SW_WRONG_TYPE		0x6981
#define SW_SECURITY		0x6982
#define SW_CONDITIONS		0x6985
#define SW_NO_EF		0x6986
#define SW_SM_OBJECTS		0x69fc
#define SW_FUNCTION		0x6a81
#define SW_NOT_FOUND		0x6a82
#define SW_NO_RECORD		0x6a83
#define SW_P1P2			0x6a86
#define SW_NO_OBJECT		0x6a88
#define SW_OFFSET		0x6b00
#define SW_INS			0x6d00
#define SW_CLA			0x6e00
#define SW_FIRST		0x6f00

/* 0, or a status word. */
unsigned jpkip_soft_apdu_parse(const uint8_t *, size_t, bool extended,
	    struct jpkip_soft_apdu *);

#endif
