/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps (RFC 3161) of a signature's value. Whether one is of this
 * signature can be told without trust; the rest needs --tsa-ca.
 */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "judgement.h"
#include "message.h"
#include "openssl.h"

#define CLOCKS 600	/* seconds by which they may differ */

struct stamp {
	PKCS7 *token;
	TS_TST_INFO *info;
	int64_t time;
};

static bool
read_stamp(const struct judge_facts *facts, struct stamp *stamp)
{
	const unsigned char *at = facts->token;
	const ASN1_GENERALIZEDTIME *when;

	stamp->token = d2i_PKCS7(NULL, &at, (long)facts->token_len);
	if (stamp->token == NULL || at != facts->token + facts->token_len ||
	    !PKCS7_type_is_signed(stamp->token) ||
	    (stamp->info = PKCS7_to_TS_TST_INFO(stamp->token)) == NULL ||
	    (when = TS_TST_INFO_get_time(stamp->info)) == NULL ||
	    !judge_time(when, &stamp->time))
		return false;
	return true;
}

/* Whether it is of what it has to be of; NOT: by a digest that is not known
 * here. */
static enum jpki_tested
fits_value(const struct judge_facts *facts, TS_TST_INFO *info)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
	X509_ALGOR *algorithm = TS_MSG_IMPRINT_get_algo(imprint);
	const ASN1_OBJECT *oid;
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len;
	const EVP_MD *type;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if ((type = EVP_get_digestbyobj(oid)) == NULL ||
	    EVP_Digest(facts->stamped, facts->stamped_len, md, &len, type,
	    NULL) != 1)
		return JPKI_TESTED_NOT;
	return (unsigned)ASN1_STRING_length(said) == len &&
	    memcmp(ASN1_STRING_get0_data(said), md, len) == 0 ?
	    JPKI_TESTED_RIGHT : JPKI_TESTED_WRONG;
}

/* Nothing but what --tsa-ca gave, at the time that the stamp says. */
static X509_STORE *
make_store(const struct judge *judge, int64_t at)
{
	X509_STORE *store = X509_STORE_new();
	const unsigned char *der;
	size_t i, len;
	X509 *ca;
	int r = 1;

	if (store == NULL)
		return NULL;
	for (i = 0; r == 1 && i < judge->n_tsa_cas; i++) {
		der = jpki_cert_der(judge->tsa_cas[i], &len);
		if ((ca = d2i_X509(NULL, &der, (long)len)) == NULL)
			continue;
		r = X509_STORE_add_cert(store, ca);
		X509_free(ca);
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)at);
	if (r != 1) {
		X509_STORE_free(store);
		return NULL;
	}
	return store;
}

/* The store belongs to the context from here. */
static void
verify_below(TS_VERIFY_CTX *verify, X509_STORE *store)
{
#if OPENSSL_VERSION_PREREQ(3, 4)
	TS_VERIFY_CTX_set0_store(verify, store);
#else
	TS_VERIFY_CTX_set_store(verify, store);	/* its name until 3.3 */
#endif
}

/* Whether its maker's certificate came with it. */
static bool
has_maker(const struct stamp *stamp)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(stamp->token, NULL, 0);
	bool has = sk_X509_num(signers) > 0;

	sk_X509_free(signers);
	return has;
}

/* What is wrong with its maker's certificate, by OpenSSL's number. */
static int
fault_of_maker(const struct stamp *stamp, X509_STORE *store)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(stamp->token, NULL, 0);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int fault = X509_V_ERR_UNSPECIFIED;

	if (ctx != NULL && X509_STORE_CTX_init(ctx, store, sk_X509_value(
	    signers, 0), stamp->token->d.sign->cert) == 1 &&
	    X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_TIMESTAMP_SIGN) ==
	    1) {
		X509_verify_cert(ctx);
		fault = X509_STORE_CTX_get_error(ctx);
	}
	X509_STORE_CTX_free(ctx);
	sk_X509_free(signers);
	return fault;
}

/* Below a CA of --tsa-ca a fault is one of the stamp's; else nobody knows. */
static void
refuse_maker(struct judgement *j, int fault)
{
	switch (fault) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		judgement_add(j, JUDGE_WRONG, "stamp-period",
		    "the time stamp: a certificate of its maker or its CA was "
		    "not in its period then",
		    "タイムスタンプの発行者か認証局の証明書が、その時点で"
		    "有効期間外です");
		break;
	case X509_V_ERR_INVALID_PURPOSE:
		judgement_add(j, JUDGE_WRONG, "stamp-purpose",
		    "the time stamp: its maker's certificate is not for time "
		    "stamps",
		    "タイムスタンプの発行者の証明書が、タイムスタンプ用では"
		    "ありません");
		break;
	default:
		judgement_add(j, JUDGE_UNKNOWN, "stamp-authority",
		    "the time stamp: its maker's certificate does not hold "
		    "below the CAs of --tsa-ca",
		    "タイムスタンプ（発行者の証明書が --tsa-ca の認証局の"
		    "ものと確認できません）");
	}
}

/* Its signature, its maker's certificate and that one's purpose. */
static int
check_maker(const struct judge *judge, struct judgement *j,
    const struct stamp *stamp, enum jpki_tested *tested)
{
	TS_VERIFY_CTX *verify = TS_VERIFY_CTX_new();
	X509_STORE *store = make_store(judge, stamp->time);
	bool alone = !has_maker(stamp);

	if (verify == NULL || store == NULL) {
		TS_VERIFY_CTX_free(verify);
		X509_STORE_free(store);
		return openssl_complain(NULL);
	}
	TS_VERIFY_CTX_set_flags(verify, TS_VFY_VERSION | TS_VFY_SIGNATURE);
	verify_below(verify, store);
	ERR_clear_error();
	if (TS_RESP_verify_token(verify, stamp->token) == 1)
		*tested = JPKI_TESTED_RIGHT;
	else if (alone)
		judgement_add(j, JUDGE_UNKNOWN, "stamp-certificate",
		    "the time stamp: its maker's certificate is not in it",
		    "タイムスタンプ（発行者の証明書が入っていません）");
	else if (ERR_GET_REASON(ERR_peek_last_error()) ==
	    TS_R_CERTIFICATE_VERIFY_ERROR)
		refuse_maker(j, fault_of_maker(stamp, store));
	else
		*tested = JPKI_TESTED_WRONG;
	ERR_clear_error();
	TS_VERIFY_CTX_free(verify);	/* and the store */
	return 0;
}

/* Whose stamp it says it is. */
static void
name_maker(const struct judge *judge, const struct stamp *stamp,
    struct judgement *j)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(stamp->token, NULL, 0);
	struct jpki_cert *cert;
	unsigned char *der = NULL;
	int len;

	if (sk_X509_num(signers) > 0 &&
	    (len = i2d_X509(sk_X509_value(signers, 0), &der)) > 0 &&
	    jpki_cert_parse(judge->ctx, der, (size_t)len, &cert) == 0) {
		j->stamper = strdup(jpki_cert_info(cert)->subject->text);
		jpki_cert_free(&cert);
	}
	OPENSSL_free(der);
	sk_X509_free(signers);
}

int
judge_stamp(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *j, struct jpki_review_facts *review)
{
	struct stamp stamp = { NULL, NULL, 0 };
	int code = 0;

	review->stamp = JPKI_TESTED_WRONG;
	if (read_stamp(facts, &stamp)) {
		name_maker(judge, &stamp, j);
		j->stamped = review->stamped = stamp.time;
		review->stamp = fits_value(facts, stamp.info);
	}
	if (review->stamp == JPKI_TESTED_RIGHT) {
		review->stamp = JPKI_TESTED_NOT;
		if (judge->n_tsa_cas > 0)
			code = check_maker(judge, j, &stamp, &review->stamp);
	}
	if (review->stamp == JPKI_TESTED_RIGHT &&
	    stamp.time - judge->now > CLOCKS) {
		/* It proves nothing until then. */
		review->stamp = JPKI_TESTED_NOT;
		judgement_add(j, JUDGE_WRONG, "stamp-future",
		    "the time of the time stamp is yet to come",
		    "タイムスタンプの日時は未来のものです");
	}
	TS_TST_INFO_free(stamp.info);
	PKCS7_free(stamp.token);
	ERR_clear_error();
	return code;
}
