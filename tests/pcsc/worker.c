/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker URI PIN CHILDREN SIGNS [each-line | threads]: a server in small. Loads
 * a key once, forks, and signs in the parent and in every child, SIGNS times
 * each; with "threads" the children are threads. Prints how many signatures
 * were made in all; with "each-line" it does so again for each line of standard
 * input. The PIN is a test card's.
 */
#include <sys/wait.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>

static int
answer(UI *ui, UI_STRING *uis)
{
	return UI_set_result(ui, uis, UI_get0_user_data(ui)) == 0;
}

static EVP_PKEY *
load(const char *uri, char *pin)
{
	UI_METHOD *method = UI_create_method("worker");
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;

	UI_method_set_reader(method, answer);
	store = OSSL_STORE_open(uri, method, pin, NULL, NULL);
	if (store != NULL && OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY))
		while (key == NULL && !OSSL_STORE_eof(store)) {
			info = OSSL_STORE_load(store);
			key = info != NULL ? OSSL_STORE_INFO_get1_PKEY(info) :
			    NULL;
			OSSL_STORE_INFO_free(info);
		}
	OSSL_STORE_close(store);
	UI_destroy_method(method);
	return key;
}

static int
sign(EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[512];
	size_t len = sizeof(sig);
	int ok;

	ok = EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key,
	    NULL) == 1 && EVP_DigestSign(ctx, sig, &len,
	    (const unsigned char *)"hello", 5) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

static int
sign_often(EVP_PKEY *key, int times)
{
	int good = 0;

	while (times-- > 0)
		good += sign(key);
	return good;
}

static void
serve(EVP_PKEY *key, int children, int signs)
{
	int i, good, status;

	for (i = 0; i < children; i++)
		if (fork() == 0)
			_exit(sign_often(key, signs));
	good = sign_often(key, signs);
	for (i = 0; i < children; i++)
		if (wait(&status) > 0 && WIFEXITED(status))
			good += WEXITSTATUS(status);
	printf("%d\n", good);
	fflush(stdout);
}

struct crew {
	EVP_PKEY *key;
	int signs;
	atomic_int good;
};

static void *
work(void *arg)
{
	struct crew *crew = arg;

	atomic_fetch_add(&crew->good, sign_often(crew->key, crew->signs));
	return NULL;
}

static void
serve_by_threads(EVP_PKEY *key, int children, int signs)
{
	struct crew crew = { key, signs, 0 };
	pthread_t ids[64];
	int i;

	for (i = 0; i < children && i < 64; i++)
		if (pthread_create(&ids[i], NULL, work, &crew) != 0)
			abort();
	(void)work(&crew);
	while (i-- > 0)
		pthread_join(ids[i], NULL);
	printf("%d\n", atomic_load(&crew.good));
}

int
main(int argc, char **argv)
{
	int children, signs;
	char line[16];
	EVP_PKEY *key;

	if (argc < 5 || OSSL_PROVIDER_load(NULL, "default") == NULL ||
	    OSSL_PROVIDER_load(NULL, "jpki") == NULL ||
	    (key = load(argv[1], argv[2])) == NULL) {
		ERR_print_errors_fp(stderr);
		return 1;
	}
	children = atoi(argv[3]);
	signs = atoi(argv[4]);
	if (argc == 5)
		serve(key, children, signs);
	else if (strcmp(argv[5], "threads") == 0)
		serve_by_threads(key, children, signs);
	else
		while (fgets(line, sizeof(line), stdin) != NULL)
			serve(key, children, signs);
	EVP_PKEY_free(key);
	return 0;
}
