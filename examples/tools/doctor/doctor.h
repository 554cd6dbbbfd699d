/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: what works between a program and the My Number Card.
 *
 * Walks the layers from the libraries up to OpenSSL's store and says for each
 * whether it works, what is wrong, and what to do. A layer that stands on a
 * broken one is not checked; all others are. It sends no PIN and changes
 * nothing.
 *
 * With --record it keeps what was sent and answered; see record.c. Only there,
 * and only with --with-auth-pin, a PIN is sent.
 *
 * With --redact nothing is printed that tells whose card or computer this is.
 * That is decided in few places: hide(), blame(), blame_openssl(), and where
 * the word "redact" stands. A certificate ends on a birthday of its holder,
 * so a redacted report has only the year of it.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdio.h>

#include <jpki.h>
#include <openssl/provider.h>
#include <openssl/types.h>

#include "common/options.h"
#include "common/text.h"

/* From the best to the worst, but for the last. */
enum state { FINE, WARN, MISSING, BROKEN, UNCHECKED, N_STATES };

/* What was found out about a layer. */
struct finding {
	enum state state;
	char *text;
	char *todo;	/* the remedy; NULL: none is needed */
};

enum layer_id {
	LIBRARIES, MODULE, CONFIGURATION, SERVICE, READERS, CARD,
	APPLICATION, CARRIER, CERTIFICATES, TRIES, CA, STORE, AGENT, PKCS11,
	N_LAYERS
};

/* What --record keeps: one line of JSON for each command. */
struct recording {
	const char *path;	/* NULL: nothing is recorded */
	bool with_pin, yes;
	FILE *lines;
	char *text;		/* what was written to lines */
	size_t len, n_commands;
};

struct doctor {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: the one with a card */
	bool redact;
	struct finding findings[N_LAYERS];
	struct finding *now;	/* of the layer that is being checked */

	OSSL_LIB_CTX *libctx;	/* with the providers default and jpki */
	OSSL_PROVIDER *providers[2];
	struct jpki_readers *readers;
	struct jpki_card *card;
	int open_err;		/* why there is no card */
	bool hangs;		/* it did not answer in time */
	struct jpki_cert *cert;	/* auth */
	struct recording recording;
};

struct layer {
	const char *name;	/* in JSON */
	struct text title;
	void (*check)(struct doctor *doctor);
	unsigned int needs;	/* a bit for each layer that it stands on */
};
extern const struct layer layers[N_LAYERS];

/* ---- finding.c ---- */

/* Adds to the findings about a layer, and makes its state as bad as this. */
void tell(struct doctor *doctor, enum state state, const char *what);

/* The same with formats, one in each language. */
void note(struct doctor *doctor, enum state state, const char *en,
    const char *ja, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* Adds a remedy, unless another finding has the same one. */
void advise(struct doctor *doctor, const char *todo);

/* The library's last failure, err, with what can be done about it. */
void blame(struct doctor *doctor, enum state state, int err);

/* OpenSSL's last failure: its cause stands behind the text, and what can be
 * done about it is added. Returns libjpki's code; 0: it was not libjpki. */
int blame_openssl(struct doctor *doctor, const char *text);

/* A path that may be shown: in a redacted report, only the system's own. */
const char *hide(const struct doctor *doctor, const char *path);

/* ---- report.c ---- */

/* Prints what was found. The exit code. */
int report(const struct doctor *doctor, bool json);

/* ---- The checks, each of a layer ---- */

/* openssl.c */
void check_libraries(struct doctor *doctor);
void check_module(struct doctor *doctor);
void check_store(struct doctor *doctor);

/* service.c */
bool is_soft(const struct doctor *doctor);
void check_service(struct doctor *doctor);
void check_readers(struct doctor *doctor);

/* configuration.c */
void check_configuration(struct doctor *doctor);

/* agent.c */
void check_agent(struct doctor *doctor);

/* pkcs11.c */
void check_pkcs11(struct doctor *doctor);

/* holders.c: which programs may be holding the card for themselves */
void name_holders(struct doctor *doctor);

/* card.c */
void check_card(struct doctor *doctor);
void check_application(struct doctor *doctor);
void check_carrier(struct doctor *doctor);
void check_tries(struct doctor *doctor);

/* certificates.c */
void check_certificates(struct doctor *doctor);
void check_ca(struct doctor *doctor);

/* ---- Recording ---- */

/* Hides what of an answer to reset, in hexadecimal digits, can differ from card
 * to card: the historical bytes and the checksum over them. atr.c */
void hide_atr(char *atr);

/* record.c: before the card is opened, after everything was checked, and when
 * all is over. Each returns 0, or the exit code after a message. tty may be
 * NULL if --yes was given. */
int record_begin(struct doctor *doctor);
int record_finish(struct doctor *doctor, const struct args *args, FILE *tty);
void record_discard(struct doctor *doctor);

/* record_pin.c: one VERIFY of the auth PIN and one signature of each padding,
 * if the holder agrees. tty may be NULL. 0, or the exit code after a message;
 * what the card answered is recorded in any case. */
int record_pin(struct doctor *doctor, const struct args *args, FILE *tty);

#endif
