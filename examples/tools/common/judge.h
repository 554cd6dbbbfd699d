/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said about a signature, one thing at a time, for jpki-cms,
 * jpki-pdf and jpki-xml: the options that they share, what they found out
 * (struct judge_facts), the answer, and its reports. A program:
 *
 *	struct judge judge = { 0 };
 *
 *	... options_parse() with OPTION_CA ..., whose set() begins with
 *	    if ((code = judge_option(&judge, id, value)) != JUDGE_NOT_MINE)
 *		return code;
 *	if ((code = judge_open(&judge, ctx)) == 0) {
 *		for each signature {
 *			judge_signature(&judge, &facts, &j);
 *			judgement_add(j, JUDGE_WRONG, "gap", ...);
 *			judgement_put(j, &layout);
 *			code = judge_worst(code, judgement_exit(j));
 *			judgement_free(&j);
 *		}
 *	}
 *	judge_close(&judge);
 *
 * CMS goes through cms_read.h, which does the middle part. Nothing here says
 * "valid". No network, and none of OpenSSL's trust stores.
 */
#ifndef TOOLS_JUDGE_H
#define TOOLS_JUDGE_H

#include <jpki.h>
#include <openssl/types.h>

#include "json.h"
#include "layout.h"

/* What verify ends with, beside the codes of all programs. */
enum {
	JUDGE_FINE = 0,		/* all but perhaps the revocation */
	JUDGE_BAD = 1,		/* something is wrong */
	JUDGE_OPEN = 2		/* nothing is, but chain or content could not
				 * be checked */
};

/* The worse of two of these: 1, 2, 0. */
int judge_worst(int a, int b);

/* ---- Options ---- */

enum {
	OPT_CA = 200, OPT_CRL, OPT_OCSP, OPT_TSA_CA
};

#define OPTION_CA { "ca", OPT_CA, { "FILE|DIR", "FILE|DIR" }, \
	{ "trust these CAs, too (verify)", \
	    "信頼する認証局の証明書（verify）" } }
#define OPTION_CRL { "crl", OPT_CRL, { "FILE", "FILE" }, \
	{ "a list of revoked certificates (verify)", \
	    "失効リスト（verify）" } }
#define OPTION_OCSP { "ocsp", OPT_OCSP, { "FILE", "FILE" }, \
	{ "an OCSP answer (verify)", "OCSP の応答（verify）" } }
#define OPTION_TSA_CA { "tsa-ca", OPT_TSA_CA, { "FILE|DIR", "FILE|DIR" }, \
	{ "trust time stamps from below these CAs (verify)", \
	    "タイムスタンプの認証局の証明書（verify）" } }

struct judge_file;		/* one that an option named */

struct judge {
	struct jpki_ctx *ctx;	/* borrowed */
	OSSL_LIB_CTX *libctx;	/* of its own, provider "default" alone */
	OSSL_PROVIDER *provider;
	int64_t now;
	struct judge_file *files;
	size_t n_files;
	struct jpki_cert **cas;	/* of --ca */
	size_t n_cas;
	struct jpki_cert **tsa_cas;
	size_t n_tsa_cas;
};

#define JUDGE_NOT_MINE (-1)

/* Takes one of the options above: 0, or an exit code after a message;
 * JUDGE_NOT_MINE: it is another. */
int judge_option(struct judge *judge, int id, const char *value);

/* Reads what the options named. 0, or the exit code after a message. Without
 * any option it is what a signer needs to look at its own signature with. */
int judge_open(struct judge *judge, struct jpki_ctx *ctx);
void judge_close(struct judge *judge);

/* ---- One signature ---- */

/* What the format found out. Zero: not there, not checked. All is borrowed. */
struct judge_facts {
	enum jpki_tested content;	/* what was signed, is it unchanged */
	enum jpki_tested signature;	/* fits the signer's key */
	bool weak;		/* SHA-1 or another digest that is broken */
	const char *digest;	/* its name, "SHA-256" */
	const char *algorithm;	/* of the signature, "RSA", "RSA-PSS" ... */

	X509 *signer;		/* NULL: its certificate is not there */
	struct jpki_cert *signer_cert;	/* the same, if that is at hand */
	const STACK_OF(X509) *certs;	/* all that came with the signature */

	bool has_claimed;
	int64_t claimed;	/* when it was signed, says the signer */

	/* An RFC 3161 token (DER of its ContentInfo), and what it has to be
	 * a stamp of: the signature's value. */
	const uint8_t *token;
	size_t token_len;
	const uint8_t *stamped;
	size_t stamped_len;
};

enum judge_weight {
	JUDGE_NOTE = 1,		/* worth knowing, changes nothing */
	JUDGE_UNCHECKED,	/* listed, changes nothing: as revocation */
	JUDGE_UNKNOWN,		/* not checked and needed: exit 2 at best */
	JUDGE_WRONG		/* exit 1 */
};

struct judgement;

/* Judges: chain, periods, usage, revocation, time stamp. 0, or the exit code
 * after a message (memory, OpenSSL): bad signatures are no failure. */
int judge_signature(const struct judge *judge,
    const struct judge_facts *facts, struct judgement **out);
/* A judgement of what cannot be read as a signature at all: judgement_add()
 * says why. NULL: memory is short. */
struct judgement *judgement_new(void);
void judgement_free(struct judgement **judgement);

/* What only the format knows: a stable code for programs ("byte-range"; small
 * letters and hyphens; static) and a sentence for people, without a full
 * stop. */
void judgement_add(struct judgement *judgement, enum judge_weight weight,
    const char *code, const char *en, const char *ja, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* JUDGE_FINE, JUDGE_BAD or JUDGE_OPEN. */
int judgement_exit(const struct judgement *judgement);

/* Whether a code was found. */
bool judgement_has(const struct judgement *judgement, const char *code);

/* The library's record; borrowed. */
const struct jpki_review *judgement_review(
    const struct judgement *judgement);

/* ---- Reports ---- */

/* All that is known in lines of labels from column "indent" on, what is wrong
 * and what was not checked at the end. */
#define JUDGE_COLUMN 22
void judgement_put(const struct judgement *judgement,
    const struct layout *layout, int indent);

/* The same for programs; more members may be added behind. */
json_t *judgement_json(const struct judgement *judgement);

/* The one word of an exit code: "fits", "refused", "incomplete". */
const char *judge_word(int code);

/* A line that says what an exit code means, and what was found. */
void judge_put_answer(const struct layout *layout, int code);

/* The two for what has no signature: it is not as whoever asked thinks it is,
 * so that the exit code is JUDGE_BAD, but nothing was refused. */
#define JUDGE_UNSIGNED "unsigned"
void judge_put_unsigned(const struct layout *layout);

#endif
