/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a CMS is written; see write.h.
 */
#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "write.h"

#define PEM_BEGIN "-----BEGIN CMS-----\n"
#define PEM_END "-----END CMS-----\n"
#define PIECE 12288	/* bytes that are encoded at a time */
#define ENCODED (PIECE / 48 * 65 + 128)	/* 48 bytes are a line of 64 */

int
writer_begin(struct writer *writer, struct file_output *out, bool pem)
{
	writer->out = out;
	writer->pem = NULL;
	if (!pem)
		return 0;
	if ((writer->pem = EVP_ENCODE_CTX_new()) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	EVP_EncodeInit(writer->pem);
	return file_put(out, PEM_BEGIN, strlen(PEM_BEGIN));
}

int
writer_put(struct writer *writer, const void *data, size_t len)
{
	uint8_t text[ENCODED];
	const uint8_t *p = data;
	size_t piece;
	int n;

	if (writer->pem == NULL)
		return file_put(writer->out, data, len);
	for (; len > 0; p += piece, len -= piece) {
		piece = len < PIECE ? len : PIECE;
		if (EVP_EncodeUpdate(writer->pem, text, &n, p,
		    (int)piece) != 1) {
			errno = EINVAL;
			return -1;
		}
		if (file_put(writer->out, text, (size_t)n) != 0)
			return -1;
	}
	return 0;
}

int
writer_end(struct writer *writer)
{
	uint8_t text[ENCODED];
	int n, r;

	if (writer->pem == NULL)
		return 0;
	EVP_EncodeFinal(writer->pem, text, &n);
	EVP_ENCODE_CTX_free(writer->pem);
	writer->pem = NULL;
	r = file_put(writer->out, text, (size_t)n);
	return r != 0 ? r : file_put(writer->out, PEM_END, strlen(PEM_END));
}
