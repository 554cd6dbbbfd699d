/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card that follows a script: it compares every byte it is sent, every
 * begin and every end, and answers what the script says.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <jpki.h>

#include "row.h"
#include "script_card.h"

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

/*
 * A script that a test puts together, step by step, where SCRIPT() and a fixed
 * array do not do: it begins with the usual opening, of a card with short EF
 * ids or of one without, and is freed when the test ends.
 */
struct script *script_new(void);
struct script *script_new_plain(void);
void	script_add(struct script *, const char *expect, const char *answer);
void	script_add_failure(struct script *, const char *expect, int err);
/* A run begins: begin, and SELECT of the application. */
void	script_add_run(struct script *);
/* The READs of SCRIPT_HEAD. */
void	script_add_head(struct script *);

/* Opens a card on the script; returns what jpki_card_open_with() returned. */
int	script_open(struct script *, struct jpki_ctx *, struct jpki_card **);

/* The same without asking for a count. */
int	script_open_by_label(struct script *, struct jpki_card **);

/* Fails the test unless every step was taken. */
void	script_done(const struct script *);

/* The context of the test that runs; made and freed around each, which has
 * its rows, too. */
extern struct jpki_ctx *script_ctx;
int	script_setup(void **state);
int	script_teardown(void **state);

/* The usual steps, which fail the test when they fail: open; open and begin;
 * close and be done; end, close and be done. */
struct jpki_card *script_opened(struct script *);
struct jpki_card *script_begun(struct script *);
void	script_closed(struct script *, struct jpki_card *);
void	script_ended(struct script *, struct jpki_card *);

/* VERIFY of the auth PIN 1234; a signature over 32 zeros. */
int	script_verify(struct jpki_card *);
int	script_sign(struct jpki_card *, enum jpki_key);

/* For struct script script = SCRIPT(steps) and test tables. */
#define SCRIPT(steps) \
	{ steps, sizeof(steps) / sizeof((steps)[0]), 0, NULL, false }
#define SCRIPT_TEST(f) \
	cmocka_unit_test_setup_teardown(f, script_setup, script_teardown)

/* A signature over 32 zeros by the auth key; see also script_card.h. */
#define SCRIPT_ZERO32 \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define SCRIPT_DIGEST_INFO \
	"3031300D060960864801650304020105000420" SCRIPT_ZERO32
#define SCRIPT_SIGN_AUTH "802A0097 33" SCRIPT_DIGEST_INFO "00"

/* The first bytes of the auth certificate, which the first signature needs:
 * with short EF ids, and without. */
#define SCRIPT_HEAD \
	{ "00B08A00 00", SCRIPT_HEAD_1, 0 }, \
	{ "00B00100 00", SCRIPT_HEAD_2, 0 }, \
	{ "00B00200 00", SCRIPT_HEAD_3, 0 }
#define SCRIPT_HEAD_PLAIN \
	{ "00A4020C 02 000A", "9000", 0 }, \
	{ "00B00000 00", SCRIPT_HEAD_1, 0 }, \
	{ "00B00100 00", SCRIPT_HEAD_2, 0 }, \
	{ "00B00200 00", SCRIPT_HEAD_3, 0 }

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
