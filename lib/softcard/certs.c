/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/certs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "crypto/libcrypto.h"
#include "crypto/random.h"
#include "softcard/days.h"
#include "softcard/holder_text.h"
#include "softcard/issue.h"
#include "softcard/pem.h"

/* A town that does not exist, in whatever prefecture. */
#define MUNICIPALITY	"Mihon-shi"
#define TOWN_CODE	999
#define WINDOW		"003A"

/* Certificates are made in a nightly batch, from 01:37 in Japan on. */
#define BATCH_BEGIN	(3600 + 37 * 60)
#define BATCH_SECONDS	3600

const struct jpkip_soft_names *
jpkip_soft_names(enum jpki_key key)
{
	static const struct jpkip_soft_names auth = {
		"auth.pem", "auth.key", "auth-ca.pem"
	}, sign = {
		"sign.pem", "sign.key", "sign-ca.pem"
	};

	return key == JPKI_KEY_SIGN ? &sign : &auth;
}

void
jpkip_soft_ca_file(enum jpki_key key, int generation, const char *suffix,
    char out[JPKIP_SOFT_FILE_NAME])
{
	snprintf(out, JPKIP_SOFT_FILE_NAME, "%s/%s-ca-%d.%s", JPKIP_SOFT_CA,
	    key == JPKI_KEY_SIGN ? "sign" : "auth", generation, suffix);
}

/* A number that is this card's own: from the i-th digits of its id. */
static unsigned
own_number(const struct jpkip_soft_state *state, size_t i, unsigned below)
{
	const char *digit = state->id + i % (JPKIP_SOFT_ID - 4);
	unsigned n = 0;
	int k;

	for (k = 0; k < 4; k++, digit++)
		n = n << 4 | (unsigned)(*digit <= '9' ? *digit - '0' :
		    *digit - 'a' + 10);
	return n % below;
}

/*
 * Sign: 14 digits of the time of the request (the day before the batch), a
 * sequence number of 5, then the window. Auth: 6 digits, E, 7 letters or
 * digits, the window. The window is a town's code of 5 digits and 4 more.
 */
static void
make_cn(const struct jpkip_soft_state *state, enum jpki_key key,
    struct jpki_date issued, int prefecture, char *out, size_t size)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct jpki_date asked =
	    jpkip_date_from_days(jpkip_date_days(issued) - 1);
	char word[8];
	size_t i;

	if (key == JPKI_KEY_SIGN) {
		snprintf(out, size, "%04d%02d%02d%02u%02u%02u%05u%02d%03d%s",
		    asked.year, asked.month, asked.day,
		    9 + own_number(state, 0, 8), own_number(state, 1, 60),
		    own_number(state, 2, 60), own_number(state, 3, 10000),
		    prefecture, TOWN_CODE, WINDOW);
		return;
	}
	for (i = 0; i < 7; i++)
		word[i] = alphabet[own_number(state, 8 + i, 36)];
	word[7] = '\0';
	snprintf(out, size, "%03u%03uE%s%02d%03d%s",
	    own_number(state, 4, 1000), own_number(state, 5, 1000), word,
	    prefecture, TOWN_CODE, WINDOW);
}

/* Positive in four bytes, and none of a CA's: those begin with 00 to 06. */
static int
make_serial(struct jpki_ctx *ctx, uint32_t *serial)
{
	uint8_t b[4];
	int r;

	if ((r = jpkip_random(ctx, b, sizeof(b))) != 0)
		return r;
	b[0] = (uint8_t)(0x10 + b[0] % 0x60);
	*serial = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
	return 0;
}

static int
fill_request(struct jpki_ctx *ctx, const struct jpkip_soft_state *state,
    enum jpki_key key, struct jpki_date last, char *cn, size_t cn_size,
    struct jpkip_request *request)
{
	struct jpkip_holder *holder = &request->holder;
	struct jpki_date issued;
	int r, prefecture;

	if ((r = jpkip_soft_issue_day(ctx, state, last, &issued)) != 0 ||
	    (r = make_serial(ctx, &request->serial)) != 0)
		return r;
	prefecture = jpkip_soft_prefecture(state->address,
	    &holder->prefecture);
	make_cn(state, key, issued, prefecture, cn, cn_size);
	request->purpose = key;
	request->not_before = jpki_date_begin(issued) + BATCH_BEGIN +
	    own_number(state, 6, BATCH_SECONDS);
	request->not_after = jpkip_date_end(last);
	holder->cn = cn;
	holder->municipality = MUNICIPALITY;
	holder->name = state->name;
	holder->address = state->address;
	holder->name_flags = state->name_flags;
	holder->address_flags = state->address_flags;
	holder->birth = state->birth;
	holder->sex = state->sex;
	return 0;
}

int
jpkip_soft_issue(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const struct jpkip_soft_state *state, enum jpki_key key,
    struct jpki_date last, bool replace)
{
	const struct jpkip_soft_names *names = jpkip_soft_names(key);
	struct jpkip_request request = { 0 };
	char file[JPKIP_SOFT_FILE_NAME], cn[64];
	X509 *cert = NULL;
	int r;

	if ((r = fill_request(ctx, state, key, last, cn, sizeof(cn),
	    &request)) != 0)
		return r;
	jpkip_soft_ca_file(key, state->generation, "pem", file);
	if ((r = jpkip_soft_read_cert(ctx, dir, file, &request.ca)) != 0)
		goto out;
	jpkip_soft_ca_file(key, state->generation, "key", file);
	if ((r = jpkip_soft_read_key(ctx, dir, file, &request.ca_key)) != 0 ||
	    (r = jpkip_soft_read_key(ctx, dir, names->key,
	    &request.key)) != 0 ||
	    (r = jpkip_issue(ctx, &request, &cert)) != 0)
		goto out;
	r = jpkip_soft_write_cert(ctx, dir, names->cert, cert, replace);
out:
	X509_free(cert);
	X509_free(request.ca);
	EVP_PKEY_free(request.ca_key);
	EVP_PKEY_free(request.key);
	return r;
}

int
jpkip_soft_last_day(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    enum jpki_key key, struct jpki_date *out)
{
	struct jpki_date day;
	struct tm tm;
	X509 *cert;
	bool ok;
	int r;

	if ((r = jpkip_soft_read_cert(ctx, dir, jpkip_soft_names(key)->cert,
	    &cert)) != 0)
		return r;
	jpkip_crypto_enter();
	ok = ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1;
	jpkip_crypto_leave();
	X509_free(cert);
	if (!ok)
		return jpkip_soft_damaged(ctx, dir,
		    jpkip_soft_names(key)->cert, "no end of validity",
		    "有効期間の終わりがありません");
	day.year = (int16_t)(tm.tm_year + 1900);
	day.month = (uint8_t)(tm.tm_mon + 1);
	day.day = (uint8_t)tm.tm_mday;
	*out = jpki_date_from_time((int64_t)jpkip_date_days(day) * 86400 +
	    tm.tm_hour * 3600);
	return 0;
}
