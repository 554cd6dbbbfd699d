/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps; see token.h.
 */
#include <stdbool.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "token.h"

#define NONCE_LEN 16

static bool
fill_query(TS_REQ *req, TS_MSG_IMPRINT *imprint, X509_ALGOR *algorithm,
    const uint8_t *sig, size_t sig_len)
{
	uint8_t digest[EVP_MAX_MD_SIZE], random[NONCE_LEN];
	ASN1_INTEGER *nonce = NULL;
	BIGNUM *number = NULL;
	unsigned int n;
	bool ok;

	ok = EVP_Digest(sig, sig_len, digest, &n, EVP_sha256(), NULL) == 1 &&
	    RAND_bytes(random, sizeof(random)) == 1 &&
	    (number = BN_bin2bn(random, sizeof(random), NULL)) != NULL &&
	    (nonce = BN_to_ASN1_INTEGER(number, NULL)) != NULL &&
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
	    NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, digest, (int)n) == 1 &&
	    TS_REQ_set_version(req, 1) == 1 &&
	    TS_REQ_set_msg_imprint(req, imprint) == 1 &&
	    TS_REQ_set_nonce(req, nonce) == 1 &&
	    TS_REQ_set_cert_req(req, 1) == 1;
	ASN1_INTEGER_free(nonce);
	BN_free(number);
	return ok;
}

enum token_result
token_query(const uint8_t *sig, size_t sig_len, uint8_t **query, size_t *len)
{
	TS_REQ *req = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	int n = 0;

	*query = NULL;
	if (req != NULL && imprint != NULL && algorithm != NULL &&
	    fill_query(req, imprint, algorithm, sig, sig_len))
		n = i2d_TS_REQ(req, query);
	*len = n > 0 ? (size_t)n : 0;
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(req);
	return n > 0 ? TOKEN_OK : TOKEN_OPENSSL;
}

static enum token_result
read_cms(const uint8_t *der, size_t len, CMS_ContentInfo **cms,
    STACK_OF(CMS_SignerInfo) **signers)
{
	*cms = d2i_CMS_ContentInfo(NULL, &der, (long)len);
	*signers = *cms != NULL ? CMS_get0_SignerInfos(*cms) : NULL;
	return *signers != NULL ? TOKEN_OK : TOKEN_NOT_CMS;
}

static const ASN1_OCTET_STRING *
value_of(STACK_OF(CMS_SignerInfo) *signers, int i)
{
	return CMS_SignerInfo_get0_signature(sk_CMS_SignerInfo_value(signers,
	    i));
}

enum token_result
token_query_cms(const uint8_t *cms, size_t cms_len, uint8_t **query,
    size_t *len)
{
	STACK_OF(CMS_SignerInfo) *signers;
	const ASN1_OCTET_STRING *value;
	CMS_ContentInfo *info;
	enum token_result r;
	int i;

	*query = NULL;
	if ((r = read_cms(cms, cms_len, &info, &signers)) == TOKEN_OK) {
		r = TOKEN_ALL_STAMPED;
		for (i = 0; r == TOKEN_ALL_STAMPED &&
		    i < sk_CMS_SignerInfo_num(signers); i++) {
			if (CMS_unsigned_get_attr_by_NID(
			    sk_CMS_SignerInfo_value(signers, i),
			    NID_id_smime_aa_timeStampToken, -1) >= 0)
				continue;
			value = value_of(signers, i);
			r = token_query(ASN1_STRING_get0_data(value),
			    (size_t)ASN1_STRING_length(value), query, len);
		}
	}
	CMS_ContentInfo_free(info);
	return r;
}

/* Whether the imprint is of this value. */
static bool
is_stamp_of(TS_MSG_IMPRINT *imprint, const ASN1_OCTET_STRING *value)
{
	const ASN1_OCTET_STRING *stamped = TS_MSG_IMPRINT_get_msg(imprint);
	uint8_t digest[EVP_MAX_MD_SIZE];
	const ASN1_OBJECT *name;
	const EVP_MD *md;
	unsigned int n;

	X509_ALGOR_get0(&name, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	md = EVP_get_digestbyobj(name);
	return md != NULL && EVP_Digest(ASN1_STRING_get0_data(value),
	    (size_t)ASN1_STRING_length(value), digest, &n, md, NULL) == 1 &&
	    ASN1_STRING_length(stamped) == (int)n &&
	    memcmp(ASN1_STRING_get0_data(stamped), digest, n) == 0;
}

/* The token as it is in the reply: what it signed may be in no DER. */
static int
raw_token(const uint8_t *reply, size_t reply_len, const uint8_t **token,
    size_t *len)
{
	const uint8_t *p = reply, *end;
	int tag, class, i;
	long n;

	/* TimeStampResp is SEQUENCE { status, token }. */
	if ((ASN1_get_object(&p, &n, &tag, &class, (long)reply_len) &
	    0x81) != 0)
		return -1;
	end = p + n;
	for (i = 0; i < 2 && p < end; i++) {
		*token = p;
		if ((ASN1_get_object(&p, &n, &tag, &class, end - p) &
		    0x81) != 0)
			return -1;
		p += n;
	}
	*len = (size_t)(p - *token);
	return i == 2 ? 0 : -1;
}

static enum token_result
add_to_signer(STACK_OF(CMS_SignerInfo) *signers, TS_RESP *resp,
    const uint8_t *token, size_t len)
{
	TS_TST_INFO *info = TS_RESP_get_tst_info(resp);
	int i;

	for (i = 0; i < sk_CMS_SignerInfo_num(signers); i++)
		if (is_stamp_of(TS_TST_INFO_get_msg_imprint(info),
		    value_of(signers, i)))
			return CMS_unsigned_add1_attr_by_NID(
			    sk_CMS_SignerInfo_value(signers, i),
			    NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
			    token, (int)len) == 1 ? TOKEN_OK : TOKEN_OPENSSL;
	return TOKEN_OTHER;
}

/* Of a reply: granted, with a token whose content is a time stamp. */
static enum token_result
read_reply(const uint8_t *reply, size_t len, TS_RESP **resp)
{
	const uint8_t *p = reply;
	long status;

	if ((*resp = d2i_TS_RESP(NULL, &p, (long)len)) == NULL)
		return TOKEN_NOT_REPLY;
	status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(
	    TS_RESP_get_status_info(*resp)));
	/* granted, grantedWithMods */
	if (status != 0 && status != 1)
		return TOKEN_REFUSED;
	return TS_RESP_get_tst_info(*resp) != NULL ? TOKEN_OK :
	    TOKEN_NOT_REPLY;
}

enum token_result
token_add(const uint8_t *cms, size_t cms_len, const uint8_t *reply,
    size_t reply_len, uint8_t **out, size_t *len)
{
	STACK_OF(CMS_SignerInfo) *signers;
	CMS_ContentInfo *info = NULL;
	TS_RESP *resp = NULL;
	const uint8_t *token;
	enum token_result r;
	size_t token_len;
	int n;

	*out = NULL;
	*len = 0;
	if ((r = read_reply(reply, reply_len, &resp)) == TOKEN_OK &&
	    raw_token(reply, reply_len, &token, &token_len) != 0)
		r = TOKEN_NOT_REPLY;
	if (r == TOKEN_OK)
		r = read_cms(cms, cms_len, &info, &signers);
	if (r == TOKEN_OK)
		r = add_to_signer(signers, resp, token, token_len);
	if (r == TOKEN_OK && (n = i2d_CMS_ContentInfo(info, out)) > 0)
		*len = (size_t)n;
	else if (r == TOKEN_OK)
		r = TOKEN_OPENSSL;
	CMS_ContentInfo_free(info);
	TS_RESP_free(resp);
	return r;
}
