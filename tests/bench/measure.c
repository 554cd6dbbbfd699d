/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and writes to a file: its exit status, the microseconds that
 * it took and the most memory that it had, in KiB. A small program, since a
 * child's memory begins as its parent's.
 *
 * usage: measure FILE COMMAND...
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <stdio.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage usage;
	FILE *f;
	pid_t pid;
	int status;

	if (argc < 3 || (f = fopen(argv[1], "we")) == NULL)
		return 99;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	if ((pid = fork()) == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid == -1 || wait4(pid, &status, 0, &usage) != pid)
		return 99;
	clock_gettime(CLOCK_MONOTONIC, &end);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	fprintf(f, "%d %ld %ld\n", status,
	    (long)(end.tv_sec - begin.tv_sec) * 1000000 +
	    (end.tv_nsec - begin.tv_nsec) / 1000, usage.ru_maxrss);
	return fclose(f) == 0 ? status : 99;
}
