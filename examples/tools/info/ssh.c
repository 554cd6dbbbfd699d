/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public key as a line for ssh; see info.h.
 */
#include <stdio.h>

#include "common/message.h"
#include "common/ssh.h"
#include "info.h"

/* One line, or a message. */
static int
report_key(const struct entry *e)
{
	struct ssh_out key = { 0 }, text = { 0 };
	char comment[64];
	int code = EXIT_SUCCESS;

	if (!ssh_put_key(&key, e->cert)) {
		complain("The key is not an RSA key; it cannot be used with "
		    "ssh here", "鍵が RSA ではないので、ここでは ssh に"
		    "使えません");
		code = EX_DATAERR;
	} else {
		ssh_put_base64(&text, key.data, key.len);
		ssh_comment(NULL, comment, sizeof(comment));
		if (text.bad)
			code = complain_code(NULL, JPKI_ERR_MEMORY);
		else
			printf("ssh-rsa %.*s %s\n", (int)text.len,
			    (char *)text.data, comment);
	}
	ssh_out_free(&key);
	ssh_out_free(&text);
	return code;
}

int
report_ssh_key(const struct info *info)
{
	size_t i, n = info->have_card ? 1 : info->n_entries;
	int code = EXIT_SUCCESS;

	/* Of a card the auth key; the other one is not for log-ins. */
	for (i = 0; i < n && code == EXIT_SUCCESS; i++)
		code = info->entries[i].cert != NULL ?
		    report_key(&info->entries[i]) :
		    complain_code(NULL, info->entries[i].why);
	return message_finish(code);
}
