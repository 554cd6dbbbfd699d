/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the ssh agent that programs have, and the file of settings that
 * jpki-agent reads.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <jpki/framework/settings.h>

#include "common/ssh.h"
#include "doctor.h"

#define ANSWER_S 5		/* seconds: it may have to read the card */
#define ANSWER_MAX (256 * 1024)
#define REQUEST_IDENTITIES 11	/* RFC 9987, 8 */
#define IDENTITIES_ANSWER 12

/* False: there is nobody. */
static bool
reach(const char *path, int *out)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = ANSWER_S };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path) + 1);
		if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
		    sizeof(limit)) == 0 && connect(fd, (struct sockaddr *)
		    &address, sizeof(address)) == 0) {
			*out = fd;
			return true;
		}
	}
	if (fd >= 0)
		close(fd);
	return false;
}

/* The list of keys as the agent sends it, after its length. False: no answer
 * in time. */
static bool
ask_list(int fd, struct ssh_out *answer)
{
	static const uint8_t request[] = { 0, 0, 0, 1, REQUEST_IDENTITIES };
	uint8_t bytes[4096];
	struct ssh_in in;
	ssize_t n;

	if (send(fd, request, sizeof(request), MSG_NOSIGNAL) !=
	    (ssize_t)sizeof(request))
		return false;
	do {
		if ((n = recv(fd, bytes, sizeof(bytes), 0)) <= 0)
			return false;
		ssh_put(answer, bytes, (size_t)n);
		in = ssh_in(answer->data, answer->len);
		(void)ssh_take_string(&in);
	} while (in.bad && answer->len < ANSWER_MAX && !answer->bad);
	return !in.bad;
}

/* Whether the card's key is among them. */
static bool
has_key(const struct ssh_out *answer, const struct ssh_out *key)
{
	struct ssh_in in = ssh_in(answer->data, answer->len), list, blob;
	struct ssh_in ours = ssh_in(key->data, key->len);
	uint32_t n;

	list = ssh_take_string(&in);
	if (ssh_take_byte(&list) != IDENTITIES_ANSWER)
		return false;
	for (n = ssh_take_number(&list); n > 0 && !list.bad; n--) {
		blob = ssh_take_string(&list);
		(void)ssh_take_string(&list);
		if (!list.bad && ssh_in_equal(&blob, &ours))
			return true;
	}
	return false;
}

/* Also one that is locked. */
static bool
is_empty(const struct ssh_out *answer)
{
	struct ssh_in in = ssh_in(answer->data, answer->len), list;

	list = ssh_take_string(&in);
	return ssh_take_byte(&list) == IDENTITIES_ANSWER &&
	    ssh_take_number(&list) == 0 && !list.bad;
}

static void
judge(struct doctor *d, const struct ssh_out *answer)
{
	struct ssh_out key = { 0 };

	if (d->cert == NULL || !ssh_put_key(&key, d->cert))
		note(d, FINE, "answers", "応答があります");
	else if (has_key(answer, &key))
		note(d, FINE, "has the card's key",
		    "カードの鍵を使えます");
	else if (is_empty(answer))
		note(d, FINE, "has no key (jpki-agent has the card's, unless "
		    "it is locked: ssh-add -X unlocks it)",
		    "鍵がありません（カードの鍵は jpki-agent で使えます。"
		    "ロック中なら ssh-add -X で解除できます）");
	else
		note(d, FINE, "another one; the card's key is not in it "
		    "(jpki-agent has it)", "別のエージェントです。カードの鍵は"
		    "ありません（jpki-agent で使えます）");
	ssh_out_free(&key);
}

/* The file that agent and PKCS#11 module read when they start. */
static bool
settings_are_fine(struct doctor *d)
{
	struct jpki_settings *settings = NULL;
	const char *path = NULL;
	int r;

	if ((r = jpki_settings_new(d->ctx, &settings)) == 0)
		r = jpki_settings_load(d->ctx, settings, &path);
	if (r != 0)
		blame(d, BROKEN, r);
	else if (path != NULL)
		note(d, FINE, "settings: %s", "設定：%s", hide(d, path));
	jpki_settings_free(&settings);
	return r == 0;
}

void
check_agent(struct doctor *d)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct ssh_out answer = { 0 };
	int fd;

	if (!settings_are_fine(d))
		return;
	if (path == NULL || *path == '\0') {
		note(d, FINE, "none is in use (SSH_AUTH_SOCK is not set)",
		    "使っていません（SSH_AUTH_SOCK がありません）");
		return;
	}
	if (!reach(path, &fd)) {
		note(d, WARN, "nobody answers at SSH_AUTH_SOCK",
		    "SSH_AUTH_SOCK のエージェントにつながりません");
		advise(d, pick("Start one: eval \"$(jpki-agent)\".",
		    "eval \"$(jpki-agent)\" で起動してください。"));
		return;
	}
	if (ask_list(fd, &answer))
		judge(d, &answer);
	else
		note(d, WARN, "the one at SSH_AUTH_SOCK gives no answer",
		    "SSH_AUTH_SOCK のエージェントから応答がありません");
	ssh_out_free(&answer);
	close(fd);
}
