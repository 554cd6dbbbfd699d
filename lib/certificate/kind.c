/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the service's certificates one is. The name never decides alone:
 * for holders it is the policy with the usages that belong to it, for CAs the
 * name among those that may sign certificates at all.
 */
#include "certificate/kind.h"

#include <string.h>

#include "certificate/cert_record.h"
#include "certificate/note.h"

#define OU_SIGN	"JPKI for digital signature"
#define OU_AUTH	"JPKI for user authentication"

#define CN_SIGN		28
#define CN_AUTH		23
#define CN_REQUEST	14
#define CN_SEQUENCE	5
#define CN_WINDOW	9
#define CN_TOWN		5

static bool
has(const struct jpki_cert *cert, enum jpkip_extension extension)
{
	return (cert->present & 1u << extension) != 0;
}

static bool
has_unit(const struct jpki_name *name, const char *unit)
{
	const char *value;
	size_t i;

	for (i = 0; (value = jpkip_name_get(name, "OU", i)) != NULL; i++)
		if (strcmp(value, unit) == 0)
			return true;
	return false;
}

static bool
usage_signs(const struct jpki_cert *cert)
{
	const unsigned both =
	    JPKIP_KU_DIGITAL_SIGNATURE | JPKIP_KU_NON_REPUDIATION;

	return (cert->key_usage & both) == both;
}

static bool
usage_authenticates(const struct jpki_cert *cert)
{
	return (cert->key_usage & JPKIP_KU_DIGITAL_SIGNATURE) != 0 &&
	    (cert->key_usage & JPKIP_KU_NON_REPUDIATION) == 0;
}

/* sign: key usage of two bits; no extended one was ever seen there. */
static enum jpki_slot
sign_slot(struct jpki_cert *cert)
{
	if (has(cert, JPKIP_EXT_EKU))
		jpkip_note(cert, JPKI_NOTE_EXTENDED_KEY_USAGE, "");
	if (usage_signs(cert))
		return JPKI_SLOT_SIGN;
	jpkip_note(cert, JPKI_NOTE_KEY_USAGE, "");
	return 0;
}

static enum jpki_slot
auth_slot(struct jpki_cert *cert)
{
	bool fits = true;

	if (!usage_authenticates(cert)) {
		jpkip_note(cert, JPKI_NOTE_KEY_USAGE, "");
		fits = false;
	}
	if (!cert->client_auth) {
		jpkip_note(cert, JPKI_NOTE_EXTENDED_KEY_USAGE, "");
		fits = false;
	}
	return fits ? JPKI_SLOT_AUTH : 0;
}

/* The policies of auth certificates on phones and of J-LIS's tests are not
 * published: the usages tell. */
static enum jpki_slot
unknown_slot(struct jpki_cert *cert)
{
	jpkip_note(cert, JPKI_NOTE_POLICY_UNKNOWN, cert->info.policy);
	if (usage_signs(cert) && !has(cert, JPKIP_EXT_EKU))
		return JPKI_SLOT_SIGN;
	if (usage_authenticates(cert) && cert->client_auth)
		return JPKI_SLOT_AUTH;
	return 0;
}

static enum jpki_slot
holder_slot(struct jpki_cert *cert)
{
	enum jpki_slot slot = 0;

	switch (cert->policy) {
	case JPKIP_POLICY_NONE:
		return 0;
	case JPKIP_POLICY_SIGN_TEST:
		jpkip_note(cert, JPKI_NOTE_POLICY_TEST, cert->info.policy);
		cert->info.test = true;
		cert->info.carrier = JPKI_CARRIER_CARD;
		slot = sign_slot(cert);
		break;
	case JPKIP_POLICY_SIGN_PHONE:
		jpkip_note(cert, JPKI_NOTE_POLICY_PHONE, cert->info.policy);
		cert->info.carrier = JPKI_CARRIER_PHONE;
		slot = sign_slot(cert);
		break;
	case JPKIP_POLICY_SIGN:
		cert->info.carrier = JPKI_CARRIER_CARD;
		slot = sign_slot(cert);
		break;
	case JPKIP_POLICY_AUTH:
		cert->info.carrier = JPKI_CARRIER_CARD;
		slot = auth_slot(cert);
		break;
	case JPKIP_POLICY_UNKNOWN:
		slot = unknown_slot(cert);
		break;
	}
	if (cert->basic_ca || (cert->key_usage & JPKIP_KU_CERT_SIGN) != 0) {
		jpkip_note(cert, JPKI_NOTE_HOLDER_IS_CA, "");
		slot = 0;
	}
	if (cert->policies_conflict) {
		jpkip_note(cert, JPKI_NOTE_POLICY_UNKNOWN, "several");
		slot = 0;
	}
	return slot;
}

static enum jpki_slot
ca_slot(const struct jpki_cert *cert)
{
	bool sign = has_unit(cert->info.subject, OU_SIGN);
	bool auth = has_unit(cert->info.subject, OU_AUTH);

	if (sign == auth)
		return 0;
	return sign ? JPKI_SLOT_SIGN_CA : JPKI_SLOT_AUTH_CA;
}

/* A piece of the CN, if it is of digits only or need not be. */
static bool
piece(struct jpki_cert *cert, const char *at, size_t len, bool digits,
    const char **out)
{
	static const char upper[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (strspn(at, digits ? "0123456789" : upper) < len) {
		*out = NULL;
		return true;
	}
	return (*out = jpkip_text_copy(&cert->arena, at, len)) != NULL;
}

static bool
read_cn(struct jpki_cert *cert)
{
	struct jpki_cert_info *info = &cert->info;
	bool sign = info->slot == JPKI_SLOT_SIGN;
	const char *cn = info->cn;
	size_t window = (sign ? CN_SIGN : CN_AUTH) - CN_WINDOW;

	if (cn == NULL || strlen(cn) != window + CN_WINDOW) {
		jpkip_note(cert, JPKI_NOTE_NAME, "CN");
		return true;
	}
	if ((sign && (!piece(cert, cn, CN_REQUEST, true, &info->cn_request) ||
	    !piece(cert, cn + CN_REQUEST, CN_SEQUENCE, true,
	    &info->cn_sequence))) ||
	    !piece(cert, cn + window, CN_TOWN, true, &info->cn_town) ||
	    !piece(cert, cn + window, CN_WINDOW, false, &info->cn_window))
		return false;
	if (info->cn_town == NULL || info->cn_window == NULL ||
	    (sign && (info->cn_request == NULL || info->cn_sequence == NULL)))
		jpkip_note(cert, JPKI_NOTE_NAME, "CN");
	return true;
}

/* What a holder's certificate should look like beyond what makes its kind. */
static bool
check_holder(struct jpki_cert *cert)
{
	struct jpki_cert_info *info = &cert->info;

	if (info->slot == JPKI_SLOT_SIGN) {
		info->prefecture = jpkip_name_get(info->subject, "L", 0);
		info->municipality = jpkip_name_get(info->subject, "L", 1);
		if (info->prefecture == NULL || info->municipality == NULL)
			jpkip_note(cert, JPKI_NOTE_NAME, "L");
		if (info->attributes == NULL)
			jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_MISSING, "all");
	}
	return read_cn(cert);
}

bool
jpkip_kind_read(struct jpki_cert *cert)
{
	const unsigned deciding = 1u << JPKIP_EXT_KEY_USAGE |
	    1u << JPKIP_EXT_BASIC | 1u << JPKIP_EXT_POLICIES |
	    1u << JPKIP_EXT_EKU;
	struct jpki_cert_info *info = &cert->info;
	const char *o = jpkip_name_get(info->subject, "O", 0);

	if (o == NULL)
		o = jpkip_name_get(info->issuer, "O", 0);
	info->test = o != NULL && strcmp(o, "JPKI-TEST") == 0;
	info->cn = jpkip_name_get(info->subject, "CN", 0);
	info->self_issued = jpkip_part_equal(cert->issuer, cert->subject);
	info->is_ca = cert->basic_ca &&
	    (cert->key_usage & JPKIP_KU_CERT_SIGN) != 0;
	if (info->is_ca && cert->policy == JPKIP_POLICY_NONE)
		info->slot = ca_slot(cert);
	else
		info->slot = holder_slot(cert);
	/* Of two versions of what decides, either may be the lie. */
	if ((cert->twice & deciding) != 0)
		info->slot = 0;
	if (info->slot != 0 && !info->whole_last_day)
		jpkip_note(cert, JPKI_NOTE_LAST_SECOND, "");
	if (info->slot == JPKI_SLOT_SIGN || info->slot == JPKI_SLOT_AUTH)
		return check_holder(cert);
	return true;
}
