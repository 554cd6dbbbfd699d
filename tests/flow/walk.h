/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every sequence of answers that differs from the good one in a few places.
 *
 * A card that always does the right thing is behind a link that asks, at each
 * begin, command and end, which answer to give: the good one (0) or one of the
 * others that fit there. A sequence is the list of these choices; walk_all()
 * plays the same scene once for each, depth first over the places that differ.
 * A scene needs no table of its commands: what it sends is what is varied.
 *
 * The link holds the laws itself, wherever they can be seen from a card.
 */
#ifndef WALK_H
#define WALK_H

#include <jpki.h>
#include <jpki/framework/shared.h>

#define WALK_STEPS 80		/* the longest sequence */

/* What the card has; the same in all sequences. */
struct walk_files {
	const uint8_t *auth, *sign;	/* certificates */
	size_t auth_len, sign_len;
	const uint8_t *sig;		/* the answer to every signature */
	size_t sig_len;
	bool plain;			/* no short EF ids */
};

struct walk_step {
	uint8_t asked[5];	/* begin 'b', end 'e', or a command's start */
	size_t len;		/* the command's */
	unsigned choice;
	uint16_t sw;		/* 0: no answer */
};

struct walk {
	const struct walk_files *files;
	int min_tries;		/* the guard of this scene */

	/* The sequence. */
	unsigned char choices[WALK_STEPS];
	size_t fixed;		/* chosen; behind it all is good */
	bool varied;		/* else the good answers, and no step counts */
	struct walk_step steps[WALK_STEPS];
	size_t n;

	/* The card. */
	unsigned app;		/* the AID's last two bytes */
	uint16_t ef;
	uint16_t pending_sw;
	size_t pending_len;
	uint8_t pending[2050];
	bool login;		/* a right PIN is what it was sent */
	int tries;		/* by what was said of the PIN; -1: full */

	/* The run, as the library was told. */
	bool in_run, lost;
	bool opened;		/* a PIN was sent in it */
	bool said_yes;		/* VERIFY: 9000 */
	bool closing;		/* SELECT of the common application since */
	bool counted;		/* the last command told a count or none */
	int count;		/* -1: it told none */

	/* The call. */
	unsigned verifies, changes, signatures;
	bool doubt;		/* a PIN was not answered with 9000 */
	bool door;		/* left open, and the library knows */
	uint16_t verify_sw, change_sw;	/* 0: no answer */
	const char *broken;	/* the law that was */
};

/* One play of a scene: all its laws are in w->broken, or stated by itself. */
typedef void (*walk_scene)(struct walk *w, void *arg);

extern const struct jpki_transport_ops walk_ops;

/* Forgets the last sequence, before a scene begins. */
void	walk_begin(struct walk *);

/* Plays it in each way with at most so many answers that are not the good one;
 * returns how many ways there were. A law that is broken ends the test with
 * the sequence that broke it. */
unsigned long walk_all(struct walk *, unsigned deviations, walk_scene,
	    void *arg);

/* Notes a broken law; the first one counts. */
void	walk_law(struct walk *, bool held, const char *law);

#endif
