/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What errno says, in both languages. strerror() follows the locale that the
 * program set, or did not set, which need not be the language of the sentence
 * around it. The English words are those that everybody knows from it. What
 * files, descriptors and sockets bring is here; what is rare gets a general
 * word.
 */
#include <jpki/err.h>

#include <errno.h>
#include <stddef.h>

static const struct {
	int errnum;
	const char *en, *ja;
} texts[] = {
	{ 0, "No error", "エラーはありません" },
	{ EACCES, "Permission denied", "権限がありません" },
	{ EADDRINUSE, "Address already in use", "アドレスは使用中です" },
	{ EADDRNOTAVAIL, "Cannot assign requested address",
	    "ここにないアドレスです" },
	{ EAFNOSUPPORT, "Address family not supported by protocol",
	    "対応していない種類のアドレスです" },
	{ EAGAIN, "Resource temporarily unavailable", "今は使えません" },
	{ EBADF, "Bad file descriptor",
	    "開いているディスクリプターではありません" },
	{ EBUSY, "Device or resource busy", "使用中です" },
	{ ECONNABORTED, "Software caused connection abort",
	    "接続が中断されました" },
	{ ECONNREFUSED, "Connection refused", "接続を拒否されました" },
	{ ECONNRESET, "Connection reset by peer", "接続を切られました" },
	{ EDQUOT, "Disk quota exceeded", "ディスクの割り当てを超えました" },
	{ EEXIST, "File exists", "すでに存在します" },
	{ EFBIG, "File too large", "ファイルが大きすぎます" },
	{ EHOSTDOWN, "Host is down", "ホストが動いていません" },
	{ EHOSTUNREACH, "No route to host", "ホストに到達できません" },
	{ EINTR, "Interrupted system call", "中断されました" },
	{ EINVAL, "Invalid argument", "引数が正しくありません" },
	{ EIO, "Input/output error", "入出力エラーです" },
	{ EISDIR, "Is a directory", "フォルダーです" },
	{ ELOOP, "Too many levels of symbolic links",
	    "シンボリックリンクが多すぎます" },
	{ EMFILE, "Too many open files", "開いているファイルが多すぎます" },
	{ EMLINK, "Too many links", "リンクが多すぎます" },
	{ ENAMETOOLONG, "File name too long", "名前が長すぎます" },
	{ ENETDOWN, "Network is down", "ネットワークが動いていません" },
	{ ENETUNREACH, "Network is unreachable",
	    "ネットワークに到達できません" },
	{ ENFILE, "Too many open files in system",
	    "システム全体で開いているファイルが多すぎます" },
	{ ENODEV, "No such device", "デバイスがありません" },
	{ ENOENT, "No such file or directory",
	    "ファイルやフォルダーがありません" },
	{ ENOEXEC, "Exec format error", "実行できるファイルではありません" },
	{ ENOLCK, "No locks available", "ロックできません" },
	{ ENOMEM, "Cannot allocate memory", "メモリが足りません" },
	{ ENOSPC, "No space left on device", "空き容量がありません" },
	{ ENOSYS, "Function not implemented", "このシステムにはない機能です" },
	{ ENOTCONN, "Transport endpoint is not connected",
	    "接続されていません" },
	{ ENOTDIR, "Not a directory", "フォルダーではありません" },
	{ ENOTEMPTY, "Directory not empty", "フォルダーが空ではありません" },
	{ ENOTSOCK, "Socket operation on non-socket",
	    "ソケットではありません" },
	{ ENOTSUP, "Operation not supported", "対応していません" },
	{ ENOTTY, "Inappropriate ioctl for device", "端末ではありません" },
	{ ENXIO, "No such device or address",
	    "デバイスかアドレスがありません" },
	{ EOVERFLOW, "Value too large for defined data type",
	    "値が大きすぎます" },
	{ EPERM, "Operation not permitted", "許可されていません" },
	{ EPIPE, "Broken pipe", "相手側が閉じられました" },
	{ EPROTONOSUPPORT, "Protocol not supported",
	    "対応していないプロトコルです" },
	{ EROFS, "Read-only file system",
	    "読み取り専用のファイルシステムです" },
	{ ESPIPE, "Illegal seek", "位置を変えられません" },
	{ ESTALE, "Stale file handle", "ファイルハンドルが古くなっています" },
	{ ETIMEDOUT, "Connection timed out", "時間切れです" },
	{ ETXTBSY, "Text file busy", "実行中のプログラムです" },
	{ EUCLEAN, "Structure needs cleaning",
	    "ファイルシステムが壊れています" },
	{ EXDEV, "Invalid cross-device link",
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
	    "Error of the operating system";
}
