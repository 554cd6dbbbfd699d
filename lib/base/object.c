/* SPDX-License-Identifier: Apache-2.0 */
#include "base/object.h"

#include <string.h>

static const struct object {
	enum jpki_object object;
	enum jpki_slot slot;	/* 0: it is in none */
	const char *name;
	const char *en, *ja;
} objects[] = {
	{ JPKI_OBJECT_AUTH, JPKI_SLOT_AUTH, "auth",
	    "My Number Card, to log in: certificate and key (auth PIN)",
	    "マイナンバーカードの利用者証明用電子証明書と鍵"
	    "（利用者証明用暗証番号）" },
	{ JPKI_OBJECT_SIGN, JPKI_SLOT_SIGN, "sign",
	    "My Number Card, to sign documents: certificate and key "
	    "(sign password)",
	    "マイナンバーカードの署名用電子証明書と鍵（署名用暗証番号）" },
	{ JPKI_OBJECT_AUTH_CA, JPKI_SLOT_AUTH_CA, "auth-ca",
	    "CA certificate of auth", "利用者証明用の CA 証明書" },
	{ JPKI_OBJECT_SIGN_CA, JPKI_SLOT_SIGN_CA, "sign-ca",
	    "CA certificate of sign", "署名用の CA 証明書" },
	{ JPKI_OBJECT_ANCHORS, 0, "anchors",
	    "J-LIS's CA certificates, from the configured directory",
	    "設定したフォルダーにある J-LIS の CA 証明書" },
};
#define N_OBJECTS (sizeof(objects) / sizeof(objects[0]))

/* NULL: JPKI_OBJECT_ALL, or no such object. */
static const struct object *
find(enum jpki_object object)
{
	size_t i;

	for (i = 0; i < N_OBJECTS; i++)
		if (objects[i].object == object)
			return &objects[i];
	return NULL;
}

enum jpki_slot
jpki_object_slot(enum jpki_object object)
{
	const struct object *found = find(object);

	return found != NULL ? found->slot : 0;
}

enum jpki_object
jpki_slot_object(enum jpki_slot slot)
{
	size_t i;

	for (i = 0; i < N_OBJECTS && slot != 0; i++)
		if (objects[i].slot == slot)
			return objects[i].object;
	return JPKI_OBJECT_ALL;
}

const char *
jpki_object_name(enum jpki_object object)
{
	const struct object *found = find(object);

	return found != NULL ? found->name : "";
}

const char *
jpki_object_text(enum jpki_object object, enum jpki_lang lang)
{
	const struct object *found = find(object);

	if (found == NULL)
		return "";
	return lang == JPKI_LANG_JA ? found->ja : found->en;
}

enum jpki_object
jpkip_object_named(const char *name)
{
	size_t i;

	for (i = 0; i < N_OBJECTS; i++)
		if (strcmp(objects[i].name, name) == 0)
			return objects[i].object;
	return JPKI_OBJECT_ALL;
}
