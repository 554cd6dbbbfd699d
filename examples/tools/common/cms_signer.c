/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging one signer: RFC 5652, 5.3 to 5.6 and 11, RFC 5035. OpenSSL checks
 * the signature; what the attributes say is compared here, one by one, so that
 * each thing that is wrong has its own name.
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "cms_ess.h"
#include "cms_signer.h"
#include "judgement.h"
#include "message.h"

/* Signed attributes, each with how often it is there. */
enum { CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERT,
    SIGNING_CERT_V2, N_ATTRIBUTES };

static const int attribute_nids[N_ATTRIBUTES] = {
	NID_pkcs9_contentType, NID_pkcs9_messageDigest, NID_pkcs9_signingTime,
	NID_id_smime_aa_signingCertificate,
	NID_id_smime_aa_signingCertificateV2
};

#define PENDING 16

struct work {
	const struct cms_whole *whole;
	CMS_SignerInfo *si;
	struct cms_signer *out;
	struct judge_facts facts;
	const X509_ATTRIBUTE *attributes[N_ATTRIBUTES];
	int counts[N_ATTRIBUTES];
	const EVP_MD *md;		/* NULL: not known */
	unsigned char digest[EVP_MAX_MD_SIZE];	/* of the content */
	unsigned digest_len;		/* 0: there is none */
	bool odd_attributes;		/* something in them is wrong */
	unsigned char *token;
	/* What was found before there is a judgement to hold it. */
	struct {
		enum judge_weight weight;
		const char *code;
		struct text text;
	} pending[PENDING];
	size_t n_pending;
};

static void
found(struct work *w, enum judge_weight weight, const char *code,
    const char *en, const char *ja)
{
	w->odd_attributes |= weight == JUDGE_WRONG;
	if (w->n_pending == PENDING)
		return;
	w->pending[w->n_pending].weight = weight;
	w->pending[w->n_pending].code = code;
	w->pending[w->n_pending].text.en = en;
	w->pending[w->n_pending++].text.ja = ja;
}

/* ---- Algorithms ---- */

static const char *
digest_name(int nid)
{
	switch (nid) {
	case NID_sha256:
		return "SHA-256";
	case NID_sha384:
		return "SHA-384";
	case NID_sha512:
		return "SHA-512";
	case NID_sha224:
		return "SHA-224";
	case NID_sha1:
		return "SHA-1";
	case NID_md5:
		return "MD5";
	}
	return nid != NID_undef ? OBJ_nid2sn(nid) : NULL;
}

/* NULL: not one that is known here. */
static const char *
signature_name(int nid)
{
	int key;

	if (OBJ_find_sigid_algs(nid, NULL, &key) == 1 && key != NID_undef)
		nid = nid == NID_rsassaPss ? nid : key;
	switch (nid) {
	case NID_rsaEncryption:
		return "RSA";
	case NID_rsassaPss:
		return "RSA-PSS";
	case NID_X9_62_id_ecPublicKey:
		return "ECDSA";
	case NID_dsa:
		return "DSA";
	}
	return NULL;
}

static BIO *
find_digest(const struct work *w)
{
	BIO *bio = w->whole->digests;
	EVP_MD_CTX *ctx;

	for (; (bio = BIO_find_type(bio, BIO_TYPE_MD)) != NULL;
	    bio = BIO_next(bio)) {
		BIO_get_md_ctx(bio, &ctx);
		if (EVP_MD_get_type(EVP_MD_CTX_get0_md(ctx)) ==
		    EVP_MD_get_type(w->md))
			return bio;
	}
	return NULL;
}

/* The content's digest, if it can be had. */
static void
get_digest(struct work *w)
{
	EVP_MD_CTX *ctx, *copy;
	BIO *bio;

	if (!w->whole->have_content || w->md == NULL)
		return;
	if ((bio = find_digest(w)) == NULL) {
		found(w, JUDGE_UNKNOWN, "digest-unlisted",
		    "the content: the signature does not announce the digest "
		    "that it uses", "内容（使われているダイジェスト方式が、"
		    "署名の先頭に書かれていません）");
		return;
	}
	BIO_get_md_ctx(bio, &ctx);
	copy = EVP_MD_CTX_new();
	if (copy == NULL || EVP_MD_CTX_copy_ex(copy, ctx) != 1 ||
	    EVP_DigestFinal_ex(copy, w->digest, &w->digest_len) != 1)
		w->digest_len = 0;
	EVP_MD_CTX_free(copy);
}

/* A digest that can be made, too: OpenSSL knows names of more. */
static const EVP_MD *
usable_digest(const struct work *w, const ASN1_OBJECT *oid)
{
	const EVP_MD *md = EVP_get_digestbyobj(oid);
	EVP_MD *fetched = md == NULL ? NULL : EVP_MD_fetch(
	    w->whole->judge->libctx, EVP_MD_get0_name(md), NULL);

	EVP_MD_free(fetched);
	return fetched != NULL ? md : NULL;
}

static void
look_at_algorithms(struct work *w)
{
	X509_ALGOR *digest, *signature;
	const ASN1_OBJECT *oid;
	int nid;

	CMS_SignerInfo_get0_algs(w->si, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&oid, NULL, NULL, digest);
	if ((w->md = usable_digest(w, oid)) == NULL)
		found(w, JUDGE_UNKNOWN, "digest-unknown",
		    "the content: the digest algorithm is not known here",
		    "内容（未知のダイジェスト方式です）");
	nid = w->md != NULL ? EVP_MD_get_type(w->md) : OBJ_obj2nid(oid);
	w->out->digest_nid = nid;
	w->facts.digest = digest_name(nid);
	w->facts.weak = nid == NID_sha1 || nid == NID_md5 ||
	    nid == NID_md4 || nid == NID_md5_sha1;
	X509_ALGOR_get0(&oid, NULL, NULL, signature);
	w->out->signature_nid = nid = OBJ_obj2nid(oid);
	if ((w->facts.algorithm = signature_name(nid)) == NULL)
		found(w, JUDGE_UNKNOWN, "algorithm-unknown",
		    "the signature: its algorithm is not known here",
		    "署名（未知の署名アルゴリズムです）");
}

/* ---- Signed attributes ---- */

static void
collect_attributes(struct work *w)
{
	X509_ATTRIBUTE *a;
	int i, k, nid;

	for (i = 0; i < CMS_signed_get_attr_count(w->si); i++) {
		w->out->signed_attributes = true;
		a = CMS_signed_get_attr(w->si, i);
		nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a));
		for (k = 0; k < N_ATTRIBUTES; k++)
			if (nid == attribute_nids[k] &&
			    w->counts[k]++ == 0)
				w->attributes[k] = a;
	}
	for (k = 0; k < N_ATTRIBUTES; k++)
		if (w->counts[k] > 1) {
			found(w, JUDGE_WRONG, "attribute-twice",
			    "a signed attribute is there more than once",
			    "署名属性に重複があります");
			return;
		}
}

/* The one value of an attribute, if it is of a type. */
static const ASN1_TYPE *
one_value(const struct work *w, int attribute, int type)
{
	const X509_ATTRIBUTE *a = w->attributes[attribute];
	const ASN1_TYPE *value;

	/* OpenSSL takes this one as if it could change it. */
	if (a == NULL || X509_ATTRIBUTE_count(a) != 1 ||
	    (value = X509_ATTRIBUTE_get0_type((X509_ATTRIBUTE *)(uintptr_t)a,
	    0)) == NULL || ASN1_TYPE_get(value) != type)
		return NULL;
	return value;
}

static void
look_at_content_type(struct work *w)
{
	const ASN1_OBJECT *type = CMS_get0_eContentType(w->whole->cms);
	const ASN1_TYPE *value = one_value(w, CONTENT_TYPE, V_ASN1_OBJECT);

	if (w->attributes[CONTENT_TYPE] == NULL)
		found(w, JUDGE_WRONG, "content-type-missing",
		    "the signed attributes do not say what kind of content "
		    "was signed", "署名属性に内容の種類がありません");
	else if (value == NULL || OBJ_cmp(value->value.object, type) != 0)
		found(w, JUDGE_WRONG, "content-type",
		    "another kind of content was signed",
		    "署名されたのは、別の種類の内容です");
}

static void
look_at_message_digest(struct work *w)
{
	const ASN1_TYPE *value = one_value(w, MESSAGE_DIGEST,
	    V_ASN1_OCTET_STRING);
	const ASN1_STRING *said;

	if (value == NULL) {
		found(w, JUDGE_WRONG, "message-digest-missing",
		    "the signed attributes have no readable digest of the "
		    "content", "署名属性に内容のダイジェストがありません");
		return;
	}
	if (w->digest_len == 0)
		return;
	said = value->value.octet_string;
	w->facts.content = (unsigned)ASN1_STRING_length(said) ==
	    w->digest_len && memcmp(ASN1_STRING_get0_data(said), w->digest,
	    w->digest_len) == 0 ? JPKI_TESTED_RIGHT : JPKI_TESTED_WRONG;
}

static void
look_at_time(struct work *w)
{
	const ASN1_TYPE *value;

	if (w->attributes[SIGNING_TIME] == NULL) {
		w->facts.has_claimed = w->whole->has_claimed;
		w->facts.claimed = w->whole->claimed;
		return;
	}
	w->out->signing_time = true;
	if ((value = one_value(w, SIGNING_TIME, V_ASN1_UTCTIME)) == NULL)
		value = one_value(w, SIGNING_TIME, V_ASN1_GENERALIZEDTIME);
	if (value == NULL || !judge_time(value->value.asn1_string,
	    &w->facts.claimed)) {
		found(w, JUDGE_WRONG, "signing-time",
		    "the time of signing cannot be read",
		    "署名の日時を読み取れません");
		return;
	}
	w->facts.has_claimed = true;
}

/* The certificate that the signer meant. */
static void
look_at_signing_certificate(struct work *w, X509 *cert, int attribute,
    bool v2)
{
	const ASN1_TYPE *value;

	if (w->attributes[attribute] == NULL)
		return;
	value = one_value(w, attribute, V_ASN1_SEQUENCE);
	switch (value == NULL ? CMS_ESS_OTHER : cms_ess_names(
	    ASN1_STRING_get0_data(value->value.sequence),
	    (size_t)ASN1_STRING_length(value->value.sequence), v2, cert)) {
	case CMS_ESS_NAMES:
		w->out->signing_certificate = true;
		break;
	case CMS_ESS_UNKNOWN:
		found(w, JUDGE_UNKNOWN, "signing-certificate-unknown",
		    "which certificate the signer meant: its digest algorithm "
		    "is not known here", "署名者が指定した証明書（未知の"
		    "ダイジェスト方式です）");
		break;
	case CMS_ESS_OTHER:
		found(w, JUDGE_WRONG, "signing-certificate",
		    "the signer signed with another certificate than this",
		    "署名者が指定した証明書は、この証明書ではありません");
		break;
	}
}

static void
look_at_signed(struct work *w)
{
	collect_attributes(w);
	if (w->out->signed_attributes) {
		look_at_content_type(w);
		look_at_message_digest(w);
	} else if (OBJ_obj2nid(CMS_get0_eContentType(w->whole->cms)) !=
	    NID_pkcs7_data)
		found(w, JUDGE_WRONG, "attributes-missing",
		    "content of this kind must be signed together with its "
		    "kind", "この種類の内容には署名属性が必要です");
	else if (w->whole->attributes_inside)
		found(w, JUDGE_WRONG, "attributes-as-content",
		    "this content is what a signature of another content "
		    "signs", "この内容は、別の内容への署名の署名属性です");
	look_at_time(w);
}

/* ---- Unsigned attributes ---- */

static void
take_token(struct work *w, X509_ATTRIBUTE *a)
{
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(a, 0);

	if (w->facts.token != NULL) {
		found(w, JUDGE_UNCHECKED, "more-stamps",
		    "further time stamps; the first one was looked at",
		    "2 つめ以降のタイムスタンプ");
		return;
	}
	w->out->stamp = true;
	/* Whatever else it is, it is no stamp, and is to be told as one that
	 * is broken. */
	w->facts.token = (const uint8_t *)"";
	if (value == NULL || ASN1_TYPE_get(value) != V_ASN1_SEQUENCE)
		return;
	w->facts.token = ASN1_STRING_get0_data(value->value.sequence);
	w->facts.token_len =
	    (size_t)ASN1_STRING_length(value->value.sequence);
}

static void
look_at_unsigned(struct work *w)
{
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(w->si);
	X509_ATTRIBUTE *a;
	int i, nid;

	w->facts.stamped = ASN1_STRING_get0_data(value);
	w->facts.stamped_len = (size_t)ASN1_STRING_length(value);
	for (i = 0; i < CMS_unsigned_get_attr_count(w->si); i++) {
		a = CMS_unsigned_get_attr(w->si, i);
		nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a));
		if (nid == NID_id_smime_aa_timeStampToken)
			take_token(w, a);
		else if (nid == NID_pkcs9_countersignature)
			found(w, JUDGE_UNCHECKED, "countersignature",
			    "the signature that somebody put on this one",
			    "この署名に対する副署");
	}
}

/* ---- The signature ---- */

/* Where nothing but the content was signed, one test stands for both. What an
 * RSA signature holds tells the two apart. */
static void
tell_apart(struct work *w, EVP_PKEY *key)
{
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(w->si);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(
	    w->whole->judge->libctx, key, NULL);
	unsigned char held[EVP_MAX_MD_SIZE];
	size_t len = sizeof(held);

	w->facts.signature = JPKI_TESTED_WRONG;
	if (ctx != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	    EVP_PKEY_verify_recover_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, w->md) > 0 &&
	    EVP_PKEY_verify_recover(ctx, NULL, &len,
	    ASN1_STRING_get0_data(value),
	    (size_t)ASN1_STRING_length(value)) == 1) {
		unsigned char *room = OPENSSL_malloc(len);

		if (room != NULL && EVP_PKEY_verify_recover(ctx, room, &len,
		    ASN1_STRING_get0_data(value),
		    (size_t)ASN1_STRING_length(value)) == 1 &&
		    len == w->digest_len) {
			w->facts.signature = JPKI_TESTED_RIGHT;
			w->facts.content = memcmp(room, w->digest, len) == 0 ?
			    JPKI_TESTED_RIGHT : JPKI_TESTED_WRONG;
		}
		OPENSSL_free(room);
	}
	EVP_PKEY_CTX_free(ctx);
}

static void
verify_bare(struct work *w, X509 *cert)
{
	if (w->digest_len == 0)
		return;
	if (CMS_SignerInfo_verify_content(w->si, w->whole->digests) == 1)
		w->facts.signature = w->facts.content = JPKI_TESTED_RIGHT;
	else
		tell_apart(w, X509_get0_pubkey(cert));
}

/* OpenSSL does not look at the signature of attributes that it refuses: then
 * only that they are wrong is known. */
static void
verify_attributes(struct work *w)
{
	if (CMS_SignerInfo_verify(w->si) == 1)
		w->facts.signature = JPKI_TESTED_RIGHT;
	else if (!w->odd_attributes)
		w->facts.signature = JPKI_TESTED_WRONG;
}

/* With one of the certificates that the signer can mean. */
static void
verify_with(struct work *w, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	if (key == NULL) {
		found(w, JUDGE_UNKNOWN, "key-unknown",
		    "the signature: the certificate's key is not known here",
		    "署名（証明書の鍵が未知の種類です）");
		return;
	}
	CMS_SignerInfo_set1_signer_cert(w->si, cert);
	if (w->facts.algorithm == NULL || w->md == NULL)
		return;
	if (w->out->signed_attributes)
		verify_attributes(w);
	else
		verify_bare(w, cert);
	ERR_clear_error();
}

/* Of certificates with one issuer and number, the one whose key fits. */
static void
verify(struct work *w)
{
	X509 *cert;
	int i;

	for (i = 0; i < sk_X509_num(w->whole->certs) &&
	    w->facts.signature != JPKI_TESTED_RIGHT; i++) {
		cert = sk_X509_value(w->whole->certs, i);
		if (CMS_SignerInfo_cert_cmp(w->si, cert) != 0)
			continue;
		w->facts.signer = cert;
		verify_with(w, cert);
	}
	if (w->facts.signer == NULL)
		return;
	look_at_signing_certificate(w, w->facts.signer, SIGNING_CERT, false);
	look_at_signing_certificate(w, w->facts.signer, SIGNING_CERT_V2,
	    true);
}

int
cms_signer_judge(const struct cms_whole *whole, CMS_SignerInfo *si,
    struct cms_signer *out)
{
	struct work w = { .whole = whole, .si = si, .out = out };
	size_t i;
	int code;

	w.facts.certs = whole->certs;
	look_at_algorithms(&w);
	get_digest(&w);
	look_at_signed(&w);
	look_at_unsigned(&w);
	verify(&w);
	if ((code = judge_signature(whole->judge, &w.facts,
	    &out->judgement)) != 0)
		return code;
	if (w.facts.signer != NULL && X509_up_ref(w.facts.signer) == 1)
		out->cert = w.facts.signer;
	for (i = 0; i < w.n_pending; i++)
		judgement_add(out->judgement, w.pending[i].weight,
		    w.pending[i].code, "%s", "%s",
		    text_of(w.pending[i].text));
	return 0;
}
