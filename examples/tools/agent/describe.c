/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a signature is for, in words: from the data, and from the sessions that
 * the connection is bound to. A host is named only if it proved that the
 * session is its own.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "common/text.h"

#define SSH2_MSG_USERAUTH_REQUEST 50
#define NAME_MAX_SHOWN 64

/* Text of somebody else's, cut off, as it may be shown. */
static void
show(const struct ssh_in *text, char *out, size_t size)
{
	size_t len = text->left < NAME_MAX_SHOWN ? text->left : NAME_MAX_SHOWN;
	char *copy = strndup((const char *)text->at, len), *shown;

	shown = copy != NULL ? text_shown(copy) : NULL;
	snprintf(out, size, "%s", shown != NULL ? shown : "?");
	text_free(&shown);
	free(copy);
}

/* Looks for a key in a file of known hosts: the first name beside it, if that
 * is not hashed. */
static bool
find_in(const char *path, const char *key, char *out, size_t size)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, *next, *name, *word = NULL;
	size_t room = 0;
	struct ssh_in text;
	bool found = false;

	while (file != NULL && !found && getline(&line, &room, file) > 0) {
		next = line;
		name = strsep(&next, " \t\n");
		if (*name == '#' || *name == '|' || *name == '@' ||
		    strsep(&next, " \t\n") == NULL ||
		    (word = strsep(&next, " \t\n")) == NULL ||
		    strcmp(word, key) != 0)
			continue;
		text = ssh_in(name, strcspn(name, ","));
		show(&text, out, size);
		found = true;
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return found;
}

/* "name (SHA256:...)", or the fingerprint alone. */
static void
name_host(const struct bind *bind, char *out, size_t size)
{
	const struct passwd *user = getpwuid(getuid());
	struct ssh_in key = ssh_in(bind->host_key.data, bind->host_key.len);
	struct ssh_out text = { 0 };
	char print[SSH_FINGERPRINT_MAX], name[4 * NAME_MAX_SHOWN], *path;
	bool found = false;

	ssh_fingerprint(&key, print);
	ssh_put_base64(&text, key.at, key.left);
	ssh_put_byte(&text, '\0');
	if (!text.bad && user != NULL &&
	    asprintf(&path, "%s/.ssh/known_hosts", user->pw_dir) > 0) {
		found = find_in(path, (char *)text.data, name, sizeof(name)) ||
		    find_in("/etc/ssh/ssh_known_hosts", (char *)text.data,
		    name, sizeof(name));
		free(path);
	}
	ssh_out_free(&text);
	if (found)
		snprintf(out, size, "%s (%s)", name, print);
	else
		snprintf(out, size, "%s", print);
}

/* The session that data for a log-in belong to, and the user's name there.
 * False: these are other data. RFC 4252, 7. */
static bool
is_login(struct ssh_in in, struct ssh_in *session, struct ssh_in *user)
{
	struct ssh_in service, method;

	*session = ssh_take_string(&in);
	if (ssh_take_byte(&in) != SSH2_MSG_USERAUTH_REQUEST)
		return false;
	*user = ssh_take_string(&in);
	service = ssh_take_string(&in);
	method = ssh_take_string(&in);
	return !in.bad && ssh_in_is(&service, "ssh-connection") &&
	    (ssh_in_is(&method, "publickey") ||
	    ssh_in_is(&method, "publickey-hostbound-v00@openssh.com"));
}

/* Data of ssh-keygen -Y and git (OpenSSH's PROTOCOL.sshsig). */
static bool
is_sshsig(struct ssh_in in, struct ssh_in *purpose)
{
	static const char magic[] = "SSHSIG";
	size_t len = strlen(magic);

	if (in.left < len || memcmp(in.at, magic, len) != 0)
		return false;
	in = ssh_in(in.at + len, in.left - len);
	*purpose = ssh_take_string(&in);
	return !in.bad;
}

/* Of which host a session is; NULL: it is bound to none. */
static const struct bind *
find_session(const struct binds *binds, const struct ssh_in *session)
{
	struct ssh_in known;
	size_t i;

	for (i = 0; i < binds->n && !binds->failed; i++) {
		known = ssh_in(binds->list[i].session,
		    binds->list[i].session_len);
		if (!binds->list[i].forwarding &&
		    ssh_in_equal(&known, session))
			return &binds->list[i];
	}
	return NULL;
}

static void
describe_login(const struct ssh_in *user, const struct bind *bind, char *out,
    size_t size)
{
	char name[4 * NAME_MAX_SHOWN], host[5 * NAME_MAX_SHOWN];

	show(user, name, sizeof(name));
	if (bind == NULL) {
		snprintf(out, size, pick("Log in as %s, at a host that is not "
		    "known", "ログイン：ユーザー %s、相手のホストは不明"),
		    name);
		return;
	}
	name_host(bind, host, sizeof(host));
	snprintf(out, size, pick("Log in as %s at %s",
	    "ログイン：ユーザー %s、ホスト %s"), name, host);
}

void
describe(const struct ssh_in *data, const struct binds *binds,
    char out[DESCRIPTION_MAX])
{
	struct ssh_in session, name;
	char text[4 * NAME_MAX_SHOWN];
	size_t len;

	if (is_login(*data, &session, &name)) {
		describe_login(&name, find_session(binds, &session), out,
		    DESCRIPTION_MAX);
	} else if (is_sshsig(*data, &name)) {
		show(&name, text, sizeof(text));
		snprintf(out, DESCRIPTION_MAX, pick("Sign, for \"%s\"",
		    "署名（用途：%s）"), text);
	} else {
		snprintf(out, DESCRIPTION_MAX, "%s", pick("Sign data of an "
		    "unknown kind", "種類のわからないデータへの署名"));
	}
	len = strlen(out);
	if (binds->failed) {
		snprintf(out + len, DESCRIPTION_MAX - len, "%s", pick(
		    ", asked for by a connection that told a host wrongly",
		    "。要求元の接続が示したホストは確かめられませんでした"));
	} else if (binds_forwarded(binds)) {
		name_host(&binds->list[0], text, sizeof(text));
		snprintf(out + len, DESCRIPTION_MAX - len, pick(
		    ", asked for through %s, which the agent is forwarded to",
		    "。エージェントを転送しているホスト %s からの要求"), text);
	}
}
