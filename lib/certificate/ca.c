/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose CA. The six of the service are known by the SHA-256 of their
 * certificates (certificates.md 1.1); the rest is hearsay and called so.
 */
#include "certificate/ca.h"

#include <stdio.h>
#include <string.h>

#include "certificate/cert_record.h"
#include "certificate/note.h"
#include "certificate/soft_ca.h"

static const struct {
	enum jpki_key purpose;
	uint8_t generation;
	uint16_t year;
	const char *serial;
	const char *key_id;
	const char *sha256;
} jlis[] = {
	{ JPKI_KEY_SIGN, 1, 2015, "01",
	    "0D034CBB34D0714F45E45A1CAFD8FD143FAB54A7",
	    "19645405A1FE14377434BD55957628AC"
	    "4038557C542403A2243F21C706FC9355" },
	{ JPKI_KEY_SIGN, 2, 2019, "0132C4AB",
	    "4DE017DE4B7F473DCD867A62D38B134ACE83558A",
	    "79679C33E4CC9319440F1AD120A597FF"
	    "1844E2EF217063ADB176966FD5E6FBEB" },
	{ JPKI_KEY_SIGN, 3, 2023, "067C6A21",
	    "D21EA55895617E93ADBF966B941AB4EDF653F08F",
	    "D227F6CDE11D35C5252178F106F843D2"
	    "4651944975413B539FA2FB68DBFA365F" },
	{ JPKI_KEY_AUTH, 1, 2015, "01",
	    "9567951B5CA70D84A0FFF1D85A87F1AAB1340385",
	    "4DCFC4CA0AAF9FB2A3081B3F0C991C32"
	    "0B3ACC008667A341EEAEC5AF1D58CA7D" },
	{ JPKI_KEY_AUTH, 2, 2019, "0133C349",
	    "8CD5586A891485E559379B7E29D410CFD28B3593",
	    "0D98DE47FC11B7F67126874B7028B602"
	    "6A803D2638D6EDFE53176953961FADE6" },
	{ JPKI_KEY_AUTH, 3, 2023, "06D18006",
	    "1AC100F596A3BC8C4B3DF195E32699249E9E308A",
	    "64114F29620C24ED2631D46476A040E7"
	    "EE740D956089C00B036A6A8118C322B5" }
};

#define JLIS (sizeof(jlis) / sizeof(jlis[0]))

static bool
same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static void
set_jlis(struct jpki_ca *ca, size_t i, bool proven)
{
	ca->kind = JPKI_CA_JLIS;
	ca->purpose = jlis[i].purpose;
	ca->generation = jlis[i].generation;
	ca->year = jlis[i].year;
	ca->proven = proven;
}

/* Hearsay: the organisation's name. */
static void
set_named(struct jpki_ca *ca, const struct jpki_name *name)
{
	const char *o = jpkip_name_get(name, "O", 0);

	if (same(o, "JPKI-TEST"))
		ca->kind = JPKI_CA_TEST;
	else if (same(o, JPKIP_SOFTCARD_ORGANISATION))
		ca->kind = JPKI_CA_SOFTCARD;
}

/* Every software card numbers its CAs in the same way. */
static void
set_soft_generation(struct jpki_ca *ca, const char *serial)
{
	struct jpkip_generation g;
	char hex[9];
	int n;

	if (ca->kind != JPKI_CA_SOFTCARD || ca->purpose == 0)
		return;
	for (n = 1; n <= JPKIP_GENERATIONS; n++) {
		g = jpkip_soft_generation(ca->purpose, n);
		snprintf(hex, sizeof(hex), g.serial > 0xff ? "%08X" : "%02X",
		    (unsigned)g.serial);
		if (same(serial, hex)) {
			ca->generation = n;
			ca->year = jpki_date_from_time(g.not_before).year;
		}
	}
}

static void
read_own(struct jpki_cert *cert)
{
	struct jpki_cert_info *info = &cert->info;
	size_t i;

	for (i = 0; i < JLIS; i++)
		if (same(info->fingerprint, jlis[i].sha256)) {
			set_jlis(&cert->ca, i, true);
			return;
		}
	set_named(&cert->ca, info->subject);
	if (info->slot == JPKI_SLOT_SIGN_CA)
		cert->ca.purpose = JPKI_KEY_SIGN;
	else if (info->slot == JPKI_SLOT_AUTH_CA)
		cert->ca.purpose = JPKI_KEY_AUTH;
	set_soft_generation(&cert->ca, info->serial);
}

/* The key id tells the generation; without one the serial does, together
 * with the purpose. */
static void
read_claim(struct jpki_cert *cert)
{
	struct jpki_cert_info *info = &cert->info;
	enum jpki_key purpose = info->slot == JPKI_SLOT_SIGN ?
	    JPKI_KEY_SIGN : info->slot == JPKI_SLOT_AUTH ? JPKI_KEY_AUTH : 0;
	bool keyed = info->authority_key != NULL;
	size_t i;

	if (same(jpkip_name_get(info->issuer, "O", 0), "JPKI"))
		for (i = 0; i < JLIS; i++)
			if (keyed ?
			    same(info->authority_key, jlis[i].key_id) :
			    same(info->authority_serial, jlis[i].serial) &&
			    purpose == jlis[i].purpose) {
				set_jlis(&cert->ca, i, false);
				if (info->authority_serial != NULL &&
				    !same(info->authority_serial,
				    jlis[i].serial))
					jpkip_note(cert, JPKI_NOTE_AUTHORITY,
					    "serial");
			}
	if (cert->ca.kind == JPKI_CA_UNKNOWN) {
		set_named(&cert->ca, info->issuer);
		cert->ca.purpose = purpose;
		set_soft_generation(&cert->ca, info->authority_serial);
	}
	if (purpose != 0 && !keyed)
		jpkip_note(cert, JPKI_NOTE_AUTHORITY, "key id");
}

void
jpkip_ca_read(struct jpki_cert *cert)
{
	if (cert->info.is_ca)
		read_own(cert);
	else
		read_claim(cert);
}
