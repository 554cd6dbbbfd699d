/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What errno says, in both languages. strerror() follows the locale that the
 * program set, or did not set, which need not be the language of the sentence
 * around it. Those that files, descriptors and sockets bring are here; what is
 * rare gets a general word.
 */
#include <jpki/err.h>

#include <errno.h>
#include <stddef.h>

static const struct {
	int errnum;
	const char *en, *ja;
} texts[] = {
	{ 0, "no error", "エラーはありません" },
	{ EACCES, "permission denied", "権限がありません" },
	{ EADDRINUSE, "address already in use", "アドレスは使用中です" },
	{ EADDRNOTAVAIL, "no such address here", "ここにないアドレスです" },
	{ EAFNOSUPPORT, "kind of address not supported",
	    "対応していない種類のアドレスです" },
	{ EAGAIN, "not available for now", "今は使えません" },
	{ EBADF, "not an open descriptor",
	    "開いているディスクリプターではありません" },
	{ EBUSY, "in use", "使用中です" },
	{ ECONNABORTED, "connection aborted", "接続が中断されました" },
	{ ECONNREFUSED, "connection refused", "接続を拒否されました" },
	{ ECONNRESET, "connection reset", "接続を切られました" },
	{ EDQUOT, "disk quota exceeded", "ディスクの割り当てを超えました" },
	{ EEXIST, "exists already", "すでに存在します" },
	{ EFBIG, "file too large", "ファイルが大きすぎます" },
	{ EHOSTDOWN, "host is down", "ホストが動いていません" },
	{ EHOSTUNREACH, "host not reachable", "ホストに到達できません" },
	{ EINTR, "interrupted", "中断されました" },
	{ EINVAL, "invalid argument", "引数が正しくありません" },
	{ EIO, "input/output error", "入出力エラーです" },
	{ EISDIR, "is a directory", "フォルダーです" },
	{ ELOOP, "too many symbolic links", "シンボリックリンクが多すぎます" },
	{ EMFILE, "too many open files", "開いているファイルが多すぎます" },
	{ EMLINK, "too many links", "リンクが多すぎます" },
	{ ENAMETOOLONG, "name too long", "名前が長すぎます" },
	{ ENETDOWN, "network is down", "ネットワークが動いていません" },
	{ ENETUNREACH, "network not reachable",
	    "ネットワークに到達できません" },
	{ ENFILE, "too many open files in the system",
	    "システム全体で開いているファイルが多すぎます" },
	{ ENODEV, "no such device", "デバイスがありません" },
	{ ENOENT, "no such file or directory",
	    "ファイルやフォルダーがありません" },
	{ ENOEXEC, "not an executable file",
	    "実行できるファイルではありません" },
	{ ENOLCK, "no locks available", "ロックできません" },
	{ ENOMEM, "not enough memory", "メモリが足りません" },
	{ ENOSPC, "no space left on the device", "空き容量がありません" },
	{ ENOSYS, "not known to this system",
	    "このシステムにはない機能です" },
	{ ENOTCONN, "not connected", "接続されていません" },
	{ ENOTDIR, "not a directory", "フォルダーではありません" },
	{ ENOTEMPTY, "directory not empty", "フォルダーが空ではありません" },
	{ ENOTSOCK, "not a socket", "ソケットではありません" },
	{ ENOTSUP, "not supported", "対応していません" },
	{ ENOTTY, "not a terminal", "端末ではありません" },
	{ ENXIO, "no such device or address",
	    "デバイスかアドレスがありません" },
	{ EOVERFLOW, "value too large", "値が大きすぎます" },
	{ EPERM, "not permitted", "許可されていません" },
	{ EPIPE, "the other end was closed", "相手側が閉じられました" },
	{ EPROTONOSUPPORT, "protocol not supported",
	    "対応していないプロトコルです" },
	{ EROFS, "read-only file system",
	    "読み取り専用のファイルシステムです" },
	{ ESPIPE, "cannot seek", "位置を変えられません" },
	{ ESTALE, "stale file handle", "ファイルハンドルが古くなっています" },
	{ ETIMEDOUT, "timed out", "時間切れです" },
	{ ETXTBSY, "program is running", "実行中のプログラムです" },
	{ EUCLEAN, "damaged file system", "ファイルシステムが壊れています" },
	{ EXDEV, "on another file system",
	    "別のファイルシステムにあります" },
};

const char *
jpki_strerrno(int errnum, enum jpki_lang lang)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].errnum == errnum)
			return lang == JPKI_LANG_JA ? texts[i].ja :
			    texts[i].en;
	}
	return lang == JPKI_LANG_JA ? "OS のエラーです" :
	    "error of the operating system";
}
