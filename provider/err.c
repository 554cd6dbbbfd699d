/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <openssl/err.h>

#include "debug.h"

static const OSSL_ITEM ours[] = {
#define ITEM(name, number, text) { number, (void *)(uintptr_t)(text) },
	PROV_REASONS(ITEM)
#undef ITEM
};

#define N_OURS (sizeof(ours) / sizeof(ours[0]))

const char *
prov_reason(int reason, enum jpki_lang lang)
{
	size_t i;

	for (i = 0; i < N_OURS; i++) {
		if (ours[i].id == (unsigned)reason)
			return ours[i].ptr;
	}
	return jpki_strerror(-reason, lang);
}

/* The beginning of what openssl-jpki.cnf has: the card's part of it. */
#define TLS_CLIENT "rsa_pss_rsae_sha256:RSA+SHA256:RSA+SHA384:RSA+SHA512:..."

/* What OpenSSL's user can do about an error, in the words of URIs and the
 * configuration. */
static const struct { int err; const char *en, *ja; } remedies[] = {
	{ JPKI_ERR_NO_READER, "reader= in the URI names one.",
	    "URI の reader= で指定できます。" },
	{ JPKI_ERR_AMBIGUOUS, "reader= in the URI names one.",
	    "URI の reader= で指定できます。" },
	{ JPKI_ERR_CHANGED, "Then load the key again; card= in the URI "
	    "names a card by its serial number.",
	    "その後、鍵を読み込み直してください。"
	    "URI の card= でカードをシリアル番号で指定できます。" },
	{ JPKI_ERR_NEEDS_PIN, "pin-source= in the URI or -passin says "
	    "where it is; load the key again with it.",
	    "URI の pin-source= か -passin で指定して、"
	    "鍵を読み込み直してください。" },
	{ JPKI_ERR_PIN_WRONG, "Load the key again for another try.",
	    "やり直すには、鍵を読み込み直してください。" },
	{ JPKI_ERR_PIN_LAST_TRY, "min-tries=1 in the URI insists.",
	    "URI の min-tries=1 で、あえて送れます。" },
	{ JPKI_ERR_PIN_UNTRIED, "jpki-pin try asks for it; min-tries=N "
	    "in the URI, or min-tries in the configuration, sends it "
	    "with N tries left.",
	    "jpki-pin try で入力できます。URI か設定の min-tries=N で、"
	    "残り N 回でも送れます。" },
	{ JPKI_ERR_PIN_NO_COUNT, "min-tries=1 in the URI insists.",
	    "URI の min-tries=1 で、あえて送れます。" },
	{ JPKI_ERR_NO_PSS, "In openssl.cnf: "
	    "ClientSignatureAlgorithms = "
	    "RSA+SHA256:RSA+SHA384:RSA+SHA512 and MaxProtocol = "
	    "TLSv1.2; a server: SignatureAlgorithms, too.",
	    "openssl.cnf に ClientSignatureAlgorithms = "
	    "RSA+SHA256:RSA+SHA384:RSA+SHA512 と "
	    "MaxProtocol = TLSv1.2 を書いてください。"
	    "サーバーでは SignatureAlgorithms も必要です。" },
	{ JPKI_ERR_SIGNATURE, "cert= or cert.sign may name the "
	    "certificate of another card.",
	    "cert= か cert.sign の証明書が、"
	    "別のカードのものかもしれません。" },
	/* Our reasons say in English what to do. */
	{ -PROV_R_AMBIGUOUS_KEY, "", "カードには鍵が 2 つあります。"
	    "jpki://auth か jpki://sign を指定してください。" },
	{ -PROV_R_NO_KEY_HERE, "", "ここに秘密鍵はありません。CA の秘密鍵は"
	    "カードになく、type= で除かれることもあります。" },
	{ -PROV_R_PUBLIC_ONLY, "", "公開鍵では署名できません。" },
	{ -PROV_R_PSS_PARAMETERS, "TLS, in openssl.cnf: "
	    "ClientSignatureAlgorithms = " TLS_CLIENT "; a server with the "
	    "card's key: SignatureAlgorithms.",
	    "カードの PSS は SHA-256、MGF1-SHA-256、ソルト長 32 だけです。"
	    "TLS では openssl.cnf に ClientSignatureAlgorithms = " TLS_CLIENT
	    " を書いてください。カードの鍵を使うサーバーでは "
	    "SignatureAlgorithms です。" },
	{ -PROV_R_PADDING_UNSUPPORTED, "",
	    "pkcs1 か pss を使ってください。" },
	{ -PROV_R_RAW_REFUSED, "", "署名できるのはダイジェストだけです。"
	    "その名前を指定するか、DigestInfo を渡してください。" },
	{ -PROV_R_LENGTH, "", "入力の長さがダイジェストと違います。" },
	{ -PROV_R_NOT_EXPORTABLE, "", "秘密鍵はカードから取り出せません。URI で"
	    "指定するか、jpki-wrap で鍵ファイルを作ってください。" },
	{ -PROV_R_NO_ANCHORS, "", "J-LIS の CA 証明書を、設定の anchors が"
	    "示すフォルダーに置いてください。" },
};

static const char *
remedy(int err, enum jpki_lang lang)
{
	size_t i;

	for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		if (remedies[i].err == err)
			return lang == JPKI_LANG_JA ? remedies[i].ja :
			    remedies[i].en;
	}
	return "";
}

__attribute__((format(printf, 3, 4)))
static void
set_error(struct prov *prov, int reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prov->vset_error(prov->handle, (uint32_t)reason, fmt, ap);
	va_end(ap);
}

/* Whole sentences in one language: the detail, the hint, the remedy. */
static void
raise_all(struct prov *prov, int reason, enum jpki_lang lang,
    const char *detail, const char *hint)
{
	const char *more = remedy(-reason, lang), *stop = "";
	const char *space = lang == JPKI_LANG_JA ? "" : " ";

	if (*detail != '\0' && (*hint != '\0' || *more != '\0'))
		stop = lang == JPKI_LANG_JA ? "。" : ". ";
	if (*hint == '\0' || *more == '\0')
		space = "";
	prov_debug(prov, "error: %s: %s%s%s%s%s", prov_reason(reason,
	    JPKI_LANG_EN), detail, stop, hint, space, more);
	set_error(prov, reason, "%s%s%s%s%s", detail, stop, hint, space, more);
}

void
prov_raise_at(struct prov *prov, const char *file, int line,
    const char *func, int reason, const char *fmt, ...)
{
	char detail[512];
	enum jpki_lang lang = jpki_lang_from_locale();
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	prov->new_error(prov->handle);
	prov->set_error_debug(prov->handle, file, line, func);
	raise_all(prov, reason, lang, detail, jpki_strhint(-reason, lang));
}

void
prov_raise_ctx(struct prov *prov, const struct jpki_ctx *ctx)
{
	prov->new_error(prov->handle);
	prov->set_error_debug(prov->handle, OPENSSL_FILE, OPENSSL_LINE,
	    OPENSSL_FUNC);
	raise_all(prov, -jpki_ctx_err(ctx), jpki_ctx_lang(ctx),
	    jpki_ctx_errdetail(ctx), jpki_ctx_errhint(ctx));
}

/* OpenSSL takes the list over when it loads us. */
const OSSL_ITEM *
prov_reason_strings(void *provctx)
{
	struct prov *prov = provctx;
	OSSL_ITEM *item = prov->reasons;
	unsigned code;

	memcpy(item, ours, sizeof(ours));
	item += N_OURS;
	for (code = 1; code < PROV_R_FIRST && item + 1 < prov->reasons +
	    sizeof(prov->reasons) / sizeof(*item); code++) {
		if (jpki_errclass(-(int)code) == JPKI_CLASS_NONE)
			continue;
		item->id = code;
		item++->ptr = (void *)(uintptr_t)prov_reason((int)code,
		    JPKI_LANG_EN);
	}
	return prov->reasons;
}

void
prov_print_error(struct prov *prov)
{
	const char *data = "";
	unsigned long code = ERR_peek_last_error_all(NULL, NULL, NULL, &data,
	    NULL);

	prov_say(prov, prov_pick("jpki: %s: %s\n", "jpki: %s：%s\n"),
	    prov_reason(ERR_GET_REASON(code), jpki_lang_from_locale()), data);
}
