/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card that follows a script: it compares every byte it is sent, every
 * begin and every end, and answers what the script says.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <jpki.h>

struct script_step {
	/* "begin", "leave", "off", or a command in hex; spaces are fine. */
	const char *expect;
	/* The answer in hex, or for begin "same", "reconnected", "changed".
	 * NULL: fail with err. */
	const char *answer;
	int err;
};

struct script {
	const struct script_step *steps;
	size_t n, at;
	const char *atr;	/* hex; NULL: none */
	bool closed;
};

/* Opens a card on the script; returns what jpki_card_open_with() returned. */
int	script_open(struct script *, struct jpki_ctx *, struct jpki_card **);

/* Fails the test unless every step was taken. */
void	script_done(const struct script *);

/* The commands of opening: a card with short EF ids, and one without. */
#define SCRIPT_SELECT "00A4040C 0A D392F000260100000001"
#define SCRIPT_DOOR "00A4040C 0A D3921000310001010100"
#define SCRIPT_LABEL_CARD "4A504B4941504943 43544F4B454E32 20" \
	"20202020202020202020202020202020"
#define SCRIPT_OPEN_AS(label) \
	{ "begin", "same", 0 }, \
	{ SCRIPT_SELECT, "9000", 0 }, \
	{ "00200098", "63C3", 0 }, \
	{ "00B08600 20", label "9000", 0 }, \
	{ "leave", "", 0 }
#define SCRIPT_OPEN SCRIPT_OPEN_AS(SCRIPT_LABEL_CARD)
#define SCRIPT_OPEN_PLAIN \
	{ "begin", "same", 0 }, \
	{ SCRIPT_SELECT, "9000", 0 }, \
	{ "00200098", "6A86", 0 }, \
	{ "00A4020C 02 0018", "9000", 0 }, \
	{ "00200080", "63C3", 0 }, \
	{ "00A4020C 02 0006", "9000", 0 }, \
	{ "00B00000 20", SCRIPT_LABEL_CARD "9000", 0 }, \
	{ "leave", "", 0 }

#endif
