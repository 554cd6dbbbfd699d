/* SPDX-License-Identifier: Apache-2.0 */
/* The provider's configuration file: an error that says something, or values
 * within their bounds. */
#include <stdlib.h>
#include <string.h>

#include "../../provider/prov.h"
#include "fuzz.h"

/* Only openssl.cnf needs one, which is not read here. */
OSSL_LIB_CTX *
prov_libctx(struct prov *prov)
{
	(void)prov;
	return NULL;
}

static void
parse(const char *data, size_t size)
{
	struct prov_conf conf = { .min_tries = 2 };
	char *text;

	if ((text = malloc(size + 1)) == NULL)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!prov_conf_parse(&conf, text)) {
		if (*conf.wrong == '\0')
			abort();
	} else if (conf.min_tries < 1 || conf.min_tries > 5 ||
	    conf.pin_grace < 0 || conf.pin_grace > 3600 ||
	    conf.sign_pin_uses < 0 || (conf.pss | 1) != 1 ||
	    (conf.reader != NULL && *conf.reader == '\0')) {
		abort();
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char good[] = "# comment\nreader = soft:/a b\npin-source.auth=fd:3\n"
	    "pin-source.sign = file:p\n cert.sign =file:c\nanchors = /d\n"
	    "min-tries = 3\nsign-pin-uses = 0\npin-grace = 60\n"
	    "allow-sha1 = off\npss = on\ndebug = all\n";
	size_t i;

	parse((const char *)data, size);
	for (i = 0; i + 1 < size && i < 8; i += 2)
		good[data[i] % (sizeof(good) - 1)] = (char)data[i + 1];
	parse(good, sizeof(good) - 1);
	return 0;
}
