/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates in files and folders, and clear words about what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <cmocka.h>

#include <openssl/pem.h>

#include "certs.h"
#include "row.h"
#include "tempcard.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void
write_file(const char *path, const void *data, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static char *
to_pem(const char *label, const uint8_t *der, size_t len)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *out;
	long n;

	assert_true(PEM_write_bio(bio, label, "", der, (long)len) > 0);
	n = BIO_get_mem_data(bio, &text);
	assert_non_null(out = strndup(text, (size_t)n));
	BIO_free(bio);
	return out;
}

static void
read_file(const char *path, const char *text, size_t len, int expected,
    const char *message)
{
	struct jpki_cert *cert;
	uint8_t *der;
	size_t der_len, got;

	write_file(path, text, len);
	assert_ctx_code(certs.ctx, jpki_cert_read(certs.ctx, path, &cert),
	    expected);
	if (expected != 0) {
		assert_null(cert);
		assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx), message));
		assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx), path));
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_JA);
		assert_code(jpki_cert_read(certs.ctx, path, &cert), expected);
		certs_japanese(certs.ctx, path);
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_EN);
		return;
	}
	der = certs_der(certs.cert[1], &der_len);
	assert_memory_equal(jpki_cert_der(cert, &got), der, der_len);
	assert_int_equal(got, der_len);
	OPENSSL_free(der);
	jpki_cert_free(&cert);
}

static void
certificate_files(void **state)
{
	static const char *const labels[] = {
		"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"
	};
	char dir[TEMPCARD_MAX], path[TEMPCARD_MAX + 8], *pem, *both;
	uint8_t *der;
	size_t len, i;

	(void)state;
	tempcard_make("card", dir);
	snprintf(path, sizeof(path), "%s/x", dir);
	der = certs_der(certs.cert[1], &len);
	read_file(path, (char *)der, len, 0, NULL);
	for (i = 0; i < N(labels); i++) {
		row("%s", labels[i]);

		pem = to_pem(labels[i], der, len);
		read_file(path, pem, strlen(pem), 0, NULL);
		free(pem);
	}
	/* Text and other things before it, DOS line ends, garbage after. */
	pem = to_pem("CERTIFICATE", der, len);
	assert_true(asprintf(&both, "hello\n-----BEGIN X-----\nAA==\n"
	    "-----END X-----\r\n%s-----BEGIN CERTIFICATE-----\nx", pem) > 0);
	read_file(path, both, strlen(both), 0, NULL);
	free(both);
	/* Cut off, and with a wrong character. */
	read_file(path, pem, strlen(pem) - 30, JPKI_ERR_DATA, "PEM");
	pem[200] = '!';
	read_file(path, pem, strlen(pem), JPKI_ERR_DATA, "PEM");
	free(pem);
	OPENSSL_free(der);
	tempcard_remove(dir);
}

/* What is no file says so, and the hint fits it. */
static void
missing_files(const char *dir, const char *missing)
{
	const struct {
		const char *path, *message, *hint;
	} rows[] = {
		{ dir, "Is a directory", "Name one of the files in it." },
		{ missing, "No such file",
		  "Name a file with a certificate that you may read." }
	};
	struct jpki_cert *cert;
	size_t i;

	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].path);

		assert_code(jpki_cert_read(certs.ctx, rows[i].path, &cert),
		    JPKI_ERR_SYSTEM);
		assert_null(cert);
		assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx),
		    rows[i].message));
		assert_string_equal(jpki_ctx_errhint(certs.ctx),
		    rows[i].hint);
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_JA);
		assert_code(jpki_cert_read(certs.ctx, rows[i].path, &cert),
		    JPKI_ERR_SYSTEM);
		certs_japanese(certs.ctx, rows[i].path);
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_EN);
	}
}

static void
other_files(void **state)
{
	static const struct {
		const char *label, *message;
	} others[] = {
		{ "RSA PRIVATE KEY", "a private key" },
		{ "ENCRYPTED PRIVATE KEY", "a private key" },
		{ "NEW CERTIFICATE REQUEST", "a certificate request" },
		{ "PUBLIC KEY", "a public key" },
		{ "X509 CRL", "a revocation list" },
		{ "PKCS7", "a PKCS #7 file" }, { "CMS", "a CMS file" },
		{ "\033[31m", "PEM without a certificate" }
	};
	char dir[TEMPCARD_MAX], path[TEMPCARD_MAX + 8], *pem;
	struct jpki_cert *cert;
	uint8_t *der, *spki = NULL;
	size_t len, i;
	int n;

	(void)state;
	tempcard_make("card", dir);
	snprintf(path, sizeof(path), "%s/x", dir);
	der = certs_der(certs.cert[1], &len);
	for (i = 0; i < N(others); i++) {
		row("%zu: %s", i, others[i].message);

		pem = to_pem(others[i].label, der, len);
		read_file(path, pem, strlen(pem), JPKI_ERR_NOT_CERT,
		    others[i].message);
		free(pem);
	}
	read_file(path, "", 0, JPKI_ERR_NOT_CERT, "empty");
	read_file(path, "hello\n", 6, JPKI_ERR_NOT_CERT, "neither PEM nor");
	read_file(path, "\x30\x03\x02\x01\x00", 5, JPKI_ERR_NOT_CERT,
	    "a private key");
	read_file(path, "\x30\x03\x02\x01\x03", 5, JPKI_ERR_NOT_CERT,
	    "PKCS #12");
	read_file(path, "\x30\x03\x06\x01\x2a", 5, JPKI_ERR_NOT_CERT,
	    "a CMS");
	read_file(path, (char *)der, len - 1, JPKI_ERR_NOT_CERT,
	    "neither PEM nor DER");
	n = i2d_PUBKEY(certs.key, &spki);
	assert_true(n > 0);
	read_file(path, (char *)spki, (size_t)n, JPKI_ERR_NOT_CERT,
	    "a public key");
	OPENSSL_free(spki);
	OPENSSL_free(der);

	assert_non_null(pem = calloc(1, (1 << 20) + 1));
	read_file(path, pem, (1 << 20) + 1, JPKI_ERR_NOT_CERT, "larger");
	read_file(path, pem, 1 << 20, JPKI_ERR_NOT_CERT, "neither");
	free(pem);
	assert_int_equal(unlink(path), 0);
	missing_files(dir, path);
	assert_int_equal(jpki_cert_read(certs.ctx, NULL, &cert),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cert_read(NULL, path, &cert), JPKI_ERR_USAGE);
	tempcard_remove(dir);
}

static void
put_file(const char *dir, const char *name, const void *data, size_t len)
{
	char path[2 * TEMPCARD_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	write_file(path, data, len);
}

/* In the order of names, each once, and nothing waits for a pipe. */
static void
directories(void **state)
{
	char card[TEMPCARD_MAX], dir[TEMPCARD_MAX + 8];
	char path[TEMPCARD_MAX + 16];
	struct jpki_cert **all, *kept;
	uint8_t *auth, *sign;
	size_t auth_len, sign_len, n = 9;
	char *pem;

	(void)state;
	tempcard_make("card", card);
	snprintf(dir, sizeof(dir), "%s/cas", card);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(jpki_cert_read_dir(certs.ctx, dir, &all, &n), 0);
	assert_int_equal(n, 0);
	assert_null(all[0]);
	jpki_certs_free(&all);

	auth = certs_der(certs.cert[0], &auth_len);
	sign = certs_der(certs.cert[1], &sign_len);
	pem = to_pem("CERTIFICATE", sign, sign_len);
	put_file(dir, "c", sign, sign_len);
	put_file(dir, "b", auth, auth_len);
	put_file(dir, "a", pem, strlen(pem));
	put_file(dir, "x", "hello\n", 6);
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/gone", dir);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(jpki_cert_read_dir(certs.ctx, dir, &all, &n), 0);
	assert_int_equal(jpki_ctx_err(certs.ctx), 0);
	assert_int_equal(n, 2);
	assert_memory_equal(jpki_cert_der(all[0], NULL), sign, sign_len);
	assert_null(all[2]);
	kept = jpki_cert_ref(all[1]);
	jpki_certs_free(&all);
	jpki_certs_free(&all);
	jpki_certs_free(NULL);
	assert_memory_equal(jpki_cert_der(kept, NULL), auth, auth_len);
	jpki_cert_free(&kept);
	free(pem);
	OPENSSL_free(auth);
	OPENSSL_free(sign);

	assert_int_equal(jpki_cert_read_dir(certs.ctx, path, &all, &n),
	    JPKI_ERR_SYSTEM);
	assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx), path));
	assert_non_null(strstr(jpki_ctx_errhint(certs.ctx), "directory"));
	assert_null(all);
	assert_int_equal(n, 0);
	jpki_ctx_set_lang(certs.ctx, JPKI_LANG_JA);
	assert_code(jpki_cert_read_dir(certs.ctx, path, &all, &n),
	    JPKI_ERR_SYSTEM);
	certs_japanese(certs.ctx, path);
	jpki_ctx_set_lang(certs.ctx, JPKI_LANG_EN);
	assert_int_equal(jpki_cert_read_dir(certs.ctx, NULL, &all, &n),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cert_read_dir(NULL, dir, &all, &n),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cert_read_dir(certs.ctx, dir, NULL, &n),
	    JPKI_ERR_USAGE);
	tempcard_remove(card);
}

/* A name's i-th letter tells which certificate is the i-th of a file; "x" is
 * a broken one, "c" one that is cut off. */
static void
put_bundle(const char *dir, const char *name)
{
	static const char broken[] =
	    "-----BEGIN CERTIFICATE-----\nMAA=\n"
	    "-----END CERTIFICATE-----\n";
	char path[PATH_MAX], *pem;
	uint8_t *der;
	size_t i, len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(file = fopen(path, "w"));
	for (i = 0; name[i] != '\0'; i++) {
		fprintf(file, "subject=a comment\n");
		if (name[i] == 'x') {
			fputs(broken, file);
			continue;
		}
		if (name[i] == 'c') {
			fprintf(file, "%.34s", broken);
			continue;
		}
		der = certs_der(name[i] == 'A' ? certs.ca[0] :
		    name[i] == 'S' ? certs.ca[1] : certs.cert[0], &len);
		pem = to_pem("CERTIFICATE", der, len);
		fputs(pem, file);
		free(pem);
		OPENSSL_free(der);
	}
	assert_int_equal(fclose(file), 0);
}

/* The same in DER, one behind the other. */
static void
put_der_bundle(const char *dir, const char *name)
{
	char path[TEMPCARD_MAX + 16];
	uint8_t *der;
	size_t i, len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(file = fopen(path, "w"));
	for (i = strlen("der-"); name[i] != '\0'; i++) {
		der = certs_der(name[i] == 'S' ? certs.ca[1] : certs.ca[0],
		    &len);
		if (name[i] == 'x')
			der[13] = 0x05;		/* the number's tag */
		assert_int_equal(fwrite(der, 1, len, file), len);
		OPENSSL_free(der);
	}
	assert_int_equal(fclose(file), 0);
}

/* All of them, in their order, also where one comes twice; a broken one, or
 * one that is cut off, is an error that says so and hides no other. */
static void
bundles(void **state)
{
	static const struct {
		const char *name;
		int expected;
		size_t n;
	} rows[] = {
		{ "A", 0, 1 }, { "AS", 0, 2 }, { "SAaA", 0, 4 },
		{ "x", JPKI_ERR_DATA, 0 }, { "AxS", JPKI_ERR_DATA, 2 },
		{ "xA", JPKI_ERR_DATA, 1 }, { "SxAx", JPKI_ERR_DATA, 2 },
		{ "xx", JPKI_ERR_DATA, 0 }, { "cA", JPKI_ERR_DATA, 1 },
		{ "Ac", JPKI_ERR_DATA, 1 },
		{ "der-A", 0, 1 }, { "der-AS", 0, 2 },
		{ "der-x", JPKI_ERR_DATA, 0 }, { "der-AxS", JPKI_ERR_DATA, 2 },
		{ "der-xxA", JPKI_ERR_DATA, 1 },
		{ "none", JPKI_ERR_SYSTEM, 0 }
	};
	char dir[TEMPCARD_MAX], path[TEMPCARD_MAX + 16];
	struct jpki_cert **all, *first;
	const char *good;
	size_t i, k, n;

	(void)state;
	tempcard_make("card", dir);
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].name);
		if (strncmp(rows[i].name, "der-", 4) == 0)
			put_der_bundle(dir, rows[i].name);
		else if (rows[i].expected != JPKI_ERR_SYSTEM)
			put_bundle(dir, rows[i].name);
		snprintf(path, sizeof(path), "%s/%s", dir, rows[i].name);
		n = 9;
		assert_ctx_code(certs.ctx, jpki_cert_read_all(certs.ctx, path,
		    &all, &n), rows[i].expected);
		assert_int_equal(n, rows[i].n);
		assert_int_equal(all == NULL, n == 0);
		for (k = 0, good = rows[i].name; k < n; k++, good++) {
			good += strspn(good, "der-xc");
			assert_int_equal(jpki_cert_info(all[k])->slot,
			    *good == 'A' ? JPKI_SLOT_AUTH_CA :
			    *good == 'S' ? JPKI_SLOT_SIGN_CA :
			    JPKI_SLOT_AUTH);
		}
		if (n > 0)
			assert_null(all[n]);
		if (n > 0 && rows[i].expected == 0) {
			assert_code(jpki_cert_read(certs.ctx, path, &first),
			    0);
			assert_string_equal(jpki_cert_info(first)->serial,
			    jpki_cert_info(all[0])->serial);
			jpki_cert_free(&first);
		}
		jpki_certs_free(&all);
	}
	assert_code(jpki_cert_read_all(NULL, path, &all, &n), JPKI_ERR_USAGE);
	assert_code(jpki_cert_read_all(certs.ctx, NULL, &all, &n),
	    JPKI_ERR_USAGE);
	assert_code(jpki_cert_read_all(certs.ctx, path, NULL, &n),
	    JPKI_ERR_USAGE);
	assert_code(jpki_cert_read_all(certs.ctx, path, &all, NULL),
	    JPKI_ERR_USAGE);
	tempcard_remove(dir);
}

/* A directory has each once, whatever file it is in, and a broken one in a
 * file hides none of the others. */
static void
directory_of_bundles(void **state)
{
	char card[TEMPCARD_MAX], dir[TEMPCARD_MAX + 8];
	struct jpki_cert **all;
	size_t n;

	(void)state;
	tempcard_make("card", card);
	snprintf(dir, sizeof(dir), "%s/cas", card);
	assert_int_equal(mkdir(dir, 0700), 0);
	put_bundle(dir, "AxaA");
	put_bundle(dir, "SA");
	put_bundle(dir, "x");
	assert_code(jpki_cert_read_dir(certs.ctx, dir, &all, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(jpki_cert_info(all[0])->slot, JPKI_SLOT_AUTH_CA);
	assert_int_equal(jpki_cert_info(all[1])->slot, JPKI_SLOT_AUTH);
	assert_int_equal(jpki_cert_info(all[2])->slot, JPKI_SLOT_SIGN_CA);
	assert_null(all[3]);
	jpki_certs_free(&all);
	tempcard_remove(card);
}

/* "-" is standard input, in pieces as a pipe gives it. */
static void
standard_input(void **state)
{
	struct jpki_cert *cert;
	int ends[2], keep = dup(0);
	uint8_t *der;
	size_t len;
	pid_t pid;

	(void)state;
	der = certs_der(certs.cert[0], &len);
	assert_int_equal(pipe(ends), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		size_t i;

		for (i = 0; i < len; i++)
			if (write(ends[1], der + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(dup2(ends[0], 0), 0);
	close(ends[0]);
	assert_int_equal(jpki_cert_read(certs.ctx, "-", &cert), 0);
	assert_int_equal(jpki_cert_info(cert)->slot, JPKI_SLOT_AUTH);
	jpki_cert_free(&cert);
	/* The end of the pipe again: nothing left, and still open. */
	assert_int_equal(jpki_cert_read(certs.ctx, "-", &cert),
	    JPKI_ERR_NOT_CERT);
	assert_int_equal(dup2(keep, 0), 0);
	close(keep);
	OPENSSL_free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(certificate_files),
		ROW_TEST(other_files),
		cmocka_unit_test(directories),
		ROW_TEST(bundles),
		cmocka_unit_test(directory_of_bundles),
		cmocka_unit_test(standard_input),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
