/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How SSH writes data (RFC 4251, 5), and the key of a card as it knows it.
 */
#ifndef TOOLS_SSH_H
#define TOOLS_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jpki.h>

/*
 * Bytes that are taken apart from their beginning on. What is not there makes
 * bad true, and everything taken after that is empty or 0: it is enough to
 * look at the end.
 */
struct ssh_in {
	const uint8_t *at;
	size_t left;
	bool bad;
};

struct ssh_in ssh_in(const void *data, size_t len);
uint8_t ssh_take_byte(struct ssh_in *in);
uint32_t ssh_take_number(struct ssh_in *in);
/* What a string holds, which may be taken apart, too. */
struct ssh_in ssh_take_string(struct ssh_in *in);
/* Whether all of it was there, and nothing is left. */
bool ssh_in_done(const struct ssh_in *in);
/* Whether a string is this text. */
bool ssh_in_is(const struct ssh_in *in, const char *text);
bool ssh_in_equal(const struct ssh_in *a, const struct ssh_in *b);

/* Bytes that are put together; {0} is empty. bad: memory is short. The caller
 * frees with ssh_out_free(), which wipes. */
struct ssh_out {
	uint8_t *data;
	size_t len, size;
	bool bad;
};

void ssh_put(struct ssh_out *out, const void *data, size_t len);
void ssh_put_byte(struct ssh_out *out, uint8_t byte);
void ssh_put_number(struct ssh_out *out, uint32_t number);
void ssh_put_string(struct ssh_out *out, const void *data, size_t len);
void ssh_put_text(struct ssh_out *out, const char *text);
/* Takes len bytes from the front away. */
void ssh_out_drop(struct ssh_out *out, size_t len);
void ssh_out_free(struct ssh_out *out);

/* The public key of a certificate as SSH writes it: string "ssh-rsa", mpint e,
 * mpint n. False: it is no RSA key, or memory is short. */
bool ssh_put_key(struct ssh_out *out, const struct jpki_cert *cert);

/* Bytes in base64 (RFC 4648) without line ends, behind what is there. */
void ssh_put_base64(struct ssh_out *out, const void *data, size_t len);

/* "SHA256:..." as ssh-keygen -l prints it, of a public key. */
#define SSH_FINGERPRINT_MAX 52
void ssh_fingerprint(const struct ssh_in *key, char out[SSH_FINGERPRINT_MAX]);

/* What stands behind the key: the card, in a reader unless that is NULL, but
 * never its holder. In ASCII. */
void ssh_comment(const char *reader, char *out, size_t size);

#endif
