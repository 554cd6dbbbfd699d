/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See daemon.h. Where libpcsclite fails it has few words: "no service" for a
 * daemon that is not there, for one that speaks another version of the
 * protocol, and now and then for one that hangs up on whom polkit does not let
 * in. So its socket is asked by ourselves; the first message of the protocol
 * has been the same since pcsc-lite 1.6.
 */
#include "transport/daemon.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SOCKET_NAME JPKIP_PCSC_IPC_DIR "/pcscd.comm"
#define LIMIT_MS 1000
#define CMD_VERSION 0x11

static const char *
socket_name(void)
{
	/* libpcsclite's own variable: another daemon's socket. */
	const char *elsewhere = secure_getenv("PCSCLITE_CSOCK_NAME");

	return elsewhere != NULL ? elsewhere : SOCKET_NAME;
}

/* The first line of a small file. */
static bool
read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool ok;

	if (file == NULL)
		return false;
	ok = fgets(line, size, file) != NULL;
	(void)fclose(file);
	return ok;
}

uint64_t
jpkip_daemon_run(void)
{
	char line[512], path[64], *rest;
	unsigned long pid;
	int i;

	if (strcmp(socket_name(), SOCKET_NAME) != 0 ||
	    !read_line(JPKIP_PCSC_IPC_DIR "/pcscd.pid", line, sizeof(line)) ||
	    (pid = strtoul(line, NULL, 10)) == 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%lu/stat", pid);
	if (!read_line(path, line, sizeof(line)) ||
	    strstr(line, " (pcscd) ") == NULL ||
	    (rest = strrchr(line, ')')) == NULL)
		return 0;
	/* proc(5): the 22nd field; behind the name begins the third. */
	for (i = 2; i < 22 && rest != NULL; i++)
		rest = strchr(rest + 1, ' ');
	return rest != NULL ? (uint64_t)pid << 40 ^ strtoull(rest, NULL, 10) :
	    0;
}

/* Asking */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
connect_to(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd, failure;

	if (strlen(name) >= sizeof(to.sun_path)) {
		errno = ENOENT;
		return -1;
	}
	memcpy(to.sun_path, name, strlen(name) + 1);
	/* A full queue says EAGAIN instead of keeping us. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	failure = errno;
	close(fd);
	errno = failure;
	return -1;
}

/* Reads n bytes: 1; 0: the other side hung up; -1: time is over. */
static int
read_all(int fd, void *out, size_t n)
{
	int64_t end = now_ms() + LIMIT_MS, left;
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		if ((left = end - now_ms()) <= 0 ||
		    (poll(&ready, 1, (int)left) <= 0 && errno != EINTR))
			return -1;
		got = recv(fd, (char *)out + have, n - have, 0);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return 0;
		if (got > 0)
			have += (size_t)got;
	}
	return 1;
}

/* A header (length, command) and the version: major, minor, result. */
static enum jpkip_daemon_state
converse(int fd, struct jpkip_daemon *daemon)
{
	const uint32_t question[] = { 12, CMD_VERSION, 4, 4, 0 };
	uint32_t answer[3];
	int r;

	/* Whoever hung up by now shows in reading. */
	(void)send(fd, question, sizeof(question), MSG_NOSIGNAL);
	if ((r = read_all(fd, answer, sizeof(answer))) <= 0)
		return r < 0 ? JPKIP_DAEMON_SILENT : JPKIP_DAEMON_HANGS_UP;
	daemon->major = answer[0];
	daemon->minor = answer[1];
	return JPKIP_DAEMON_ANSWERS;
}

struct jpkip_daemon
jpkip_daemon_ask(void)
{
	struct jpkip_daemon daemon = { JPKIP_DAEMON_ABSENT, 0, 0 };
	int fd = connect_to(socket_name());

	if (fd >= 0) {
		daemon.state = converse(fd, &daemon);
		close(fd);
	} else if (errno == EACCES || errno == EPERM)
		daemon.state = JPKIP_DAEMON_CLOSED;
	else if (errno == EAGAIN)
		daemon.state = JPKIP_DAEMON_SILENT;
	else if (errno != ENOENT && errno != ENOTDIR)
		daemon.state = JPKIP_DAEMON_DEAD;
	return daemon;
}

/* Telling */

/* What container engines leave in what they make; the variable is systemd's
 * and podman's, and decides where it is set. */
static bool
in_container(void)
{
	static const char *const marks[] = {
		"/run/.containerenv", "/.dockerenv", "/.flatpak-info",
		"/run/systemd/container"
	};
	const char *engine = secure_getenv("container");
	size_t i;

	if (engine != NULL)
		return *engine != '\0';
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (access(marks[i], F_OK) == 0)
			return true;
	return false;
}

static bool
is_installed(void)
{
	return access("/usr/sbin/pcscd", F_OK) == 0 ||
	    access("/usr/bin/pcscd", F_OK) == 0 ||
	    access("/usr/local/sbin/pcscd", F_OK) == 0;
}

#define MOUNT_EN "Mount the host's /run/pcscd into it (in flatpak: allow the " \
    "socket pcsc), with the same release of libpcsclite1 in here as the " \
    "host's pcscd."
#define MOUNT_JA "ホストの /run/pcscd をマウントし（flatpak では pcsc " \
    "ソケットを許可）、中の libpcsclite1 をホストの pcscd と同じリリースに" \
    "してください。"

static int
absent(struct jpki_ctx *ctx)
{
	if (in_container())
		return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_SERVICE,
		    "this is a container, and there is none in it",
		    "ここはコンテナで、中にはありません"),
		    MOUNT_EN " Only where the reader itself is passed in, "
		    "start pcscd in here (sudo pcscd).",
		    MOUNT_JA "リーダー自体を渡しているときだけ、"
		    "中で pcscd を起動します（sudo pcscd）。");
	if (!is_installed())
		return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_SERVICE,
		    "it is not installed", "インストールされていません"),
		    "Install it: sudo apt-get install pcscd.",
		    "インストールしてください（sudo apt-get install pcscd）。");
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_SERVICE,
	    "it is installed but not started", "起動していません"),
	    "Start it: sudo systemctl start pcscd.socket (without systemd: "
	    "sudo pcscd).",
	    "起動してください（sudo systemctl start pcscd.socket、systemd の"
	    "ない環境では sudo pcscd）。");
}

static int
closed(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_ALLOWED,
	    "pcscd's socket is closed to this user",
	    "pcscd のソケットを開く権限がありません"),
	    "Join the group of the socket (ls -l /run/pcscd/pcscd.comm; sudo "
	    "usermod -aG GROUP USER) and log in again.",
	    "ソケットのグループに入り（ls -l /run/pcscd/pcscd.comm、sudo "
	    "usermod -aG グループ ユーザー）、ログインし直してください。");
}

/* It does not come to answering: only restarting it helps. */
static int
stuck(struct jpki_ctx *ctx, enum jpkip_daemon_state state)
{
	int r = state == JPKIP_DAEMON_DEAD ? jpkip_fail(ctx,
	    JPKI_ERR_NO_SERVICE, "nobody listens at its socket",
	    "ソケットの相手がいません") : jpkip_fail(ctx,
	    JPKI_ERR_NO_SERVICE, "it takes the connection and says nothing",
	    "接続はできますが、返事がありません");

	if (in_container())
		return jpkip_hint(ctx, r, "Restart it on the host: sudo "
		    "systemctl restart pcscd.socket pcscd.service; and mount "
		    "the folder /run/pcscd, not the socket alone, which is "
		    "another one after a restart.",
		    "ホストで再起動してください：sudo systemctl restart "
		    "pcscd.socket pcscd.service。マウントするのはソケットでは"
		    "なくフォルダー /run/pcscd です。"
		    "ソケットは再起動で作り直されます。");
	return jpkip_hint(ctx, r, "Restart it: sudo systemctl restart "
	    "pcscd.socket pcscd.service.",
	    "再起動してください（sudo systemctl restart pcscd.socket "
	    "pcscd.service）。");
}

static int
another_protocol(struct jpki_ctx *ctx, const struct jpkip_daemon *daemon)
{
	int r = jpkip_fail(ctx, JPKI_ERR_NO_SERVICE,
	    "it runs, with protocol %u:%u, which this program's libpcsclite "
	    "does not speak",
	    "動いていますが、プロトコル %u:%u で、このプログラムの "
	    "libpcsclite とは版が違います", daemon->major, daemon->minor);

	if (in_container())
		return jpkip_hint(ctx, r, MOUNT_EN, MOUNT_JA);
	return jpkip_hint(ctx, r, "Have pcscd and libpcsclite1 from one "
	    "release; after an upgrade the old pcscd may still run: sudo "
	    "systemctl restart pcscd.socket pcscd.service.",
	    "pcscd と libpcsclite1 を同じリリースにしてください。"
	    "アップグレードの後は古い pcscd が動いていることがあります（sudo "
	    "systemctl restart pcscd.socket pcscd.service）。");
}

/* Whether it says so or just hangs up is a matter of moments. */
int
jpkip_daemon_refuses(struct jpki_ctx *ctx)
{
	return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NOT_ALLOWED,
	    "pcscd runs and refuses this user: polkit does not allow it, or "
	    "does not run itself",
	    "pcscd は動いていますが、このユーザーを拒否しています。polkit の"
	    "許可がないか、polkit 自体が動いていません"),
	    "Log in at the machine itself, or have a polkit rule made that "
	    "allows org.debian.pcsc-lite.access_pcsc and .access_card (for a "
	    "container: on the host); where no polkitd runs: sudo apt-get "
	    "install polkitd.",
	    "その機械に直接ログインするか、polkit で "
	    "org.debian.pcsc-lite.access_pcsc と .access_card の許可を"
	    "（コンテナの場合はホストで）設定してもらってください。"
	    "polkitd がなければインストールしてください（sudo apt-get install "
	    "polkitd）。");
}

int
jpkip_daemon_blame(struct jpki_ctx *ctx, const struct jpkip_daemon *daemon)
{
	switch (daemon->state) {
	case JPKIP_DAEMON_ABSENT:
		return absent(ctx);
	case JPKIP_DAEMON_CLOSED:
		return closed(ctx);
	case JPKIP_DAEMON_HANGS_UP:
		return jpkip_daemon_refuses(ctx);
	case JPKIP_DAEMON_ANSWERS:
		return another_protocol(ctx, daemon);
	case JPKIP_DAEMON_DEAD:
	case JPKIP_DAEMON_SILENT:
		break;
	}
	return stuck(ctx, daemon->state);
}
