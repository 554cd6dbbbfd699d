/* SPDX-License-Identifier: Apache-2.0 */
#include "uri.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum jpki_slot slot;
} objects[] = {
	{ "auth", JPKI_SLOT_AUTH },
	{ "sign", JPKI_SLOT_SIGN },
	{ "auth-ca", JPKI_SLOT_AUTH_CA },
	{ "sign-ca", JPKI_SLOT_SIGN_CA },
};

#define N_OBJECTS (sizeof(objects) / sizeof(objects[0]))

static __attribute__((format(printf, 3, 4))) bool
bad(struct prov_uri_error *err, enum prov_reason reason, const char *fmt, ...)
{
	va_list ap;

	err->reason = reason;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return false;
}

/* What looks like a name may be repeated in an error; anything else may be a
 * PIN in the wrong place. */
static const char *
printable(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz-");

	return name[len] == '\0' && len > 0 && len <= 24 ? name : "(not shown)";
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Undoes percent-encoding in place. */
static bool
decode(char *value)
{
	char *to = value;
	const char *from;

	for (from = value; *from != '\0'; from++) {
		int high, low;

		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if ((high = hex(from[1])) < 0 || (low = hex(from[2])) < 0 ||
		    (high == 0 && low == 0))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 2;
	}
	*to = '\0';
	return true;
}

static bool
set_text(const char **field, const char *name, const char *value,
    struct prov_uri_error *err)
{
	if (*field != NULL)
		return bad(err, PROV_R_URI_ATTRIBUTE, "%s is given twice",
		    name);
	if (*value == '\0')
		return bad(err, PROV_R_URI_ATTRIBUTE, "%s is empty", name);
	*field = value;
	return true;
}

static bool
set_type(struct prov_uri *uri, const char *value, struct prov_uri_error *err)
{
	if (uri->type != PROV_TYPE_ANY)
		return bad(err, PROV_R_URI_ATTRIBUTE, "type is given twice");
	if (strcmp(value, "cert") == 0)
		uri->type = PROV_TYPE_CERT;
	else if (strcmp(value, "public") == 0)
		uri->type = PROV_TYPE_PUBLIC;
	else if (strcmp(value, "private") == 0)
		uri->type = PROV_TYPE_PRIVATE;
	else
		return bad(err, PROV_R_URI_ATTRIBUTE,
		    "type is cert, public or private");
	return true;
}

static bool
set_min_tries(struct prov_uri *uri, const char *value,
    struct prov_uri_error *err)
{
	if (uri->min_tries != 0)
		return bad(err, PROV_R_URI_ATTRIBUTE,
		    "min-tries is given twice");
	if (value[0] < '1' || value[0] > '5' || value[1] != '\0')
		return bad(err, PROV_R_URI_ATTRIBUTE,
		    "min-tries is a number from 1 to 5");
	uri->min_tries = value[0] - '0';
	return true;
}

static bool
set_pin_source(struct prov_uri *uri, const char *value,
    struct prov_uri_error *err)
{
	size_t digits;

	if (strncmp(value, "fd:", 3) == 0) {
		digits = strspn(value + 3, "0123456789");
		if (digits == 0 || digits > 9 || value[3 + digits] != '\0')
			return bad(err, PROV_R_URI_ATTRIBUTE,
			    "pin-source=fd: needs a number");
	} else if (strncmp(value, "file:", 5) != 0 || value[5] == '\0') {
		return bad(err, PROV_R_URI_ATTRIBUTE,
		    "pin-source is file:PATH or fd:NUMBER");
	}
	return set_text(&uri->pin_source, "pin-source", value, err);
}

/* One attribute (before the "?") or query, which is "name=value". */
static bool
set(struct prov_uri *uri, char *item, bool query, struct prov_uri_error *err)
{
	char *value = strchr(item, '=');

	if (value == NULL)
		return bad(err, PROV_R_URI_SYNTAX,
		    "an attribute is not \"name=value\"");
	*value++ = '\0';
	if (!decode(value))
		return bad(err, PROV_R_URI_SYNTAX,
		    "bad percent-encoding in %s", printable(item));
	if (!query && strcmp(item, "type") == 0)
		return set_type(uri, value, err);
	if (query && strcmp(item, "reader") == 0)
		return set_text(&uri->reader, item, value, err);
	if (query && strcmp(item, "pin-source") == 0)
		return set_pin_source(uri, value, err);
	if (query && strcmp(item, "pin-value") == 0)
		return set_text(&uri->pin_value, item, value, err);
	if (query && strcmp(item, "min-tries") == 0)
		return set_min_tries(uri, value, err);
	return bad(err, PROV_R_URI_ATTRIBUTE, "\"%s\" is unknown after \"%c\"",
	    printable(item), query ? '?' : ';');
}

static bool
set_object(struct prov_uri *uri, const char *name, struct prov_uri_error *err)
{
	size_t i;

	if (*name == '\0') {
		uri->all = true;
		return true;
	}
	for (i = 0; i < N_OBJECTS; i++) {
		if (strcmp(objects[i].name, name) == 0) {
			uri->slot = objects[i].slot;
			return true;
		}
	}
	return bad(err, PROV_R_URI_SYNTAX, "unknown object \"%s\": it is auth, "
	    "sign, auth-ca or sign-ca", printable(name));
}

static bool
parse(char *p, struct prov_uri *uri, struct prov_uri_error *err)
{
	char *end, separator;
	bool query = false;

	end = p + strcspn(p, ";?");
	separator = *end;
	*end = '\0';
	if (!set_object(uri, p, err))
		return false;
	while (separator != '\0') {
		query = query || separator == '?';
		p = end + 1;
		end = p + strcspn(p, query ? "&" : ";?");
		separator = *end;
		*end = '\0';
		if (!set(uri, p, query, err))
			return false;
	}
	if (uri->pin_source != NULL && uri->pin_value != NULL)
		return bad(err, PROV_R_URI_ATTRIBUTE,
		    "pin-source and pin-value exclude each other");
	if (uri->min_tries == 0)
		uri->min_tries = JPKI_TRIES_DEFAULT;
	return true;
}

bool
prov_uri_parse(const char *text, struct prov_uri *uri,
    struct prov_uri_error *err)
{
	size_t len = strlen(text);
	char *p = uri->text;

	memset(uri, 0, sizeof(*uri));
	if (len > PROV_URI_MAX)
		return bad(err, PROV_R_URI_SYNTAX,
		    "longer than %d bytes", PROV_URI_MAX);
	if (strncmp(text, "jpki:", 5) != 0)
		return bad(err, PROV_R_URI_SYNTAX,
		    "it does not begin with \"jpki:\"");
	memcpy(uri->text, text, len + 1);
	p += 5;
	if (strncmp(p, "//", 2) == 0)
		p += 2;
	if (parse(p, uri, err))
		return true;
	prov_uri_clear(uri);
	return false;
}

void
prov_uri_clear(struct prov_uri *uri)
{
	explicit_bzero(uri, sizeof(*uri));
}

const char *
prov_slot_name(enum jpki_slot slot)
{
	size_t i;

	for (i = 0; i < N_OBJECTS; i++) {
		if (objects[i].slot == slot)
			return objects[i].name;
	}
	return "";
}

bool
prov_uri_print(enum jpki_slot slot, const char *reader, char *out, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/";
	size_t used;

	used = (size_t)snprintf(out, size, "jpki://%s%s", prov_slot_name(slot),
	    reader != NULL ? "?reader=" : "");
	for (; reader != NULL && *reader != '\0' && used < size; reader++) {
		bool keep = strchr(plain, *reader) != NULL;

		used += (size_t)snprintf(out + used, size - used,
		    keep ? "%c" : "%%%02X", (unsigned char)*reader);
	}
	return used < size;
}
