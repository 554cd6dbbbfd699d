/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a software card is: its settings, PINs and counters, in memory and as
 * the text file "state" in its directory.
 */
#ifndef JPKIP_SOFT_STATE_H
#define JPKIP_SOFT_STATE_H

#include <jpki/types.h>

#include "base/ctx.h"
#include "base/date.h"

#define JPKIP_SOFT_ID		33	/* 32 hex digits and NUL */
#define JPKIP_SOFT_NAME_CHARS	100
#define JPKIP_SOFT_ADDRESS_CHARS 200
#define JPKIP_SOFT_PIN_MAX	16	/* card.md 3.4: 1-16 bytes */
#define JPKIP_SOFT_PINS		3
#define JPKIP_SOFT_STATE_MAX	16384	/* bytes of the file */

enum jpkip_soft_profile {
	JPKIP_SOFT_CARD,
	JPKIP_SOFT_CHILD,	/* a card without 署名用 */
	JPKIP_SOFT_ANDROID,
	JPKIP_SOFT_IPHONE,
	JPKIP_SOFT_JUKI
};

/* How a signature comes out: as it should, or as on a card that is broken or
 * is none. */
enum jpkip_soft_signature {
	JPKIP_SOFT_RIGHT,
	JPKIP_SOFT_ZEROS,
	JPKIP_SOFT_OTHER,	/* by another key */
	JPKIP_SOFT_FLIPPED,	/* with one wrong bit */
	JPKIP_SOFT_SALT_0,	/* PSS with another length of the salt */
	JPKIP_SOFT_SALT_20,
	JPKIP_SOFT_SALT_64
};

/* What differs between cards in the field. */
struct jpkip_soft_switches {
	bool sfi;
	bool pss;
	bool extended;
	bool first_6f00;
	bool reselect_clear;
	uint16_t blocked_sw;
	uint8_t text_length;	/* first byte of that of the attributes: 81,
				 * 82; 0: the shortest of one or 82 */
	uint32_t filler;
	uint32_t delay_ms;
	uint32_t sign_ms;
	enum jpkip_soft_signature signature;
};

struct jpkip_soft_pin {
	uint8_t value[JPKIP_SOFT_PIN_MAX];
	size_t len;
	int tries;
};

struct jpkip_soft_state {
	char id[JPKIP_SOFT_ID];
	enum jpkip_soft_profile profile;
	int generation;
	struct jpki_date issued;
	struct jpki_date birth;
	char sex;
	char name[JPKIP_SOFT_NAME_CHARS * 4 + 1];
	char address[JPKIP_SOFT_ADDRESS_CHARS * 4 + 1];
	/* Which characters are substitutes; "": none. Of any length, for
	 * certificates whose flags do not fit. */
	char name_flags[JPKIP_SOFT_NAME_CHARS + 1];
	char address_flags[JPKIP_SOFT_ADDRESS_CHARS + 1];
	struct jpkip_soft_pin pins[JPKIP_SOFT_PINS];	/* see pins.h */
	struct jpkip_soft_switches sw;
	/* Last days that were asked for; year 0: by the rules. They are in
	 * the certificates, not in the file. */
	struct jpki_date not_after, auth_not_after, sign_not_after;
};

/*
 * The file's text, NUL-terminated, at most JPKIP_SOFT_STATE_MAX bytes; the
 * caller wipes it. False: out of room.
 */
bool	jpkip_soft_state_print(const struct jpkip_soft_state *, char *text,
	    size_t size, size_t *len);

/* What is wrong with a file, for people; it never holds a PIN. */
struct jpkip_soft_wrong {
	int line;		/* 0: what follows is not about a line */
	const char *missing;	/* a line that is not there; NULL: */
	const char *en, *ja;
};

/* Reads the text, which is changed on the way. False: *wrong is filled in. */
bool	jpkip_soft_state_parse(char *text, size_t len,
	    struct jpkip_soft_state *, struct jpkip_soft_wrong *);

#endif
