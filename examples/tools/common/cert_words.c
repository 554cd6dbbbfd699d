/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates in words; see cert_words.h.
 */
#include <stdio.h>

#include "cert_words.h"
#include "text.h"

/* ---- For people ---- */

static const char *
ca_kind_text(enum jpki_ca_kind kind)
{
	switch (kind) {
	case JPKI_CA_JLIS:
		return pick("J-LIS", "J-LIS ");
	case JPKI_CA_TEST:
		return pick("J-LIS test cards", "J-LIS のテストカード");
	case JPKI_CA_SOFTCARD:
		return pick("software card", "ソフトウェアカード");
	case JPKI_CA_UNKNOWN:
		break;
	}
	return pick("an unknown CA", "不明な認証局");
}

static const char *
ca_purpose_text(enum jpki_key purpose)
{
	switch (purpose) {
	case JPKI_KEY_AUTH:
		return pick(", user authentication", "の利用者証明用認証局");
	case JPKI_KEY_SIGN:
		return pick(", digital signatures", "の署名用認証局");
	}
	return "";
}

const char *
ca_text(const struct jpki_ca *ca, char *text, size_t size)
{
	int len;

	len = snprintf(text, size, "%s%s", ca_kind_text(ca->kind),
	    ca_purpose_text(ca->purpose));
	if (ca->generation > 0)
		snprintf(text + len, size - (size_t)len, pick(
		    ", generation %d (%d)", " 第 %d 世代（%d）"),
		    ca->generation, ca->year);
	return text;
}

const char *
kind_text(enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		return pick("auth certificate (利用者証明用)",
		    "利用者証明用電子証明書");
	case JPKI_SLOT_SIGN:
		return pick("sign certificate (署名用)", "署名用電子証明書");
	case JPKI_SLOT_AUTH_CA:
	case JPKI_SLOT_SIGN_CA:
		return pick("CA certificate: ", "認証局の証明書：");
	}
	return pick("not one of the service's", "公的個人認証サービスのものでは"
	    "ありません");
}

/* ---- For programs ---- */

static const char *
ca_kind_word(enum jpki_ca_kind kind)
{
	switch (kind) {
	case JPKI_CA_JLIS:
		return "j-lis";
	case JPKI_CA_TEST:
		return "j-lis-test";
	case JPKI_CA_SOFTCARD:
		return "softcard";
	case JPKI_CA_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *
slot_word(enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		return "auth";
	case JPKI_SLOT_SIGN:
		return "sign";
	case JPKI_SLOT_AUTH_CA:
		return "auth-ca";
	case JPKI_SLOT_SIGN_CA:
		return "sign-ca";
	}
	return NULL;
}

json_t *
ca_json(const struct jpki_ca *ca)
{
	return json_pack("{s:s, s:s?, s:o, s:o, s:b}",
	    "kind", ca_kind_word(ca->kind),
	    "purpose", slot_word(jpki_key_slot(ca->purpose)),
	    "generation", json_count(ca->generation > 0 ? ca->generation : -1),
	    "year", json_count(ca->year > 0 ? ca->year : -1),
	    "proven", ca->proven);
}

const char *
period_word(enum jpki_period period)
{
	switch (period) {
	case JPKI_PERIOD_BEFORE:
		return "before";
	case JPKI_PERIOD_WITHIN:
		return "within";
	case JPKI_PERIOD_AFTER:
		return "after";
	}
	return NULL;
}

const char *
revocation_word(enum jpki_revocation_state state)
{
	switch (state) {
	case JPKI_REVOCATION_GOOD:
		return "good";
	case JPKI_REVOCATION_REVOKED:
		return "revoked";
	case JPKI_REVOCATION_ON_HOLD:
		return "on-hold";
	case JPKI_REVOCATION_UNKNOWN:
		return "unknown";
	case JPKI_REVOCATION_NOT_CHECKED:
		break;
	}
	return "not-checked";
}
