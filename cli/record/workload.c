/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/workload.h"

#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child says when there is no command of its to run. */
struct refusal {
	int why;
	char what[64];
};

/* The user that called sudo, or NULL where that is nobody else. */
static const struct passwd *invoker(void)
{
	const char *text = getenv("SUDO_UID");
	char *end;

	if (geteuid() != 0 || !text || !*text)
		return NULL;
	errno = 0;
	unsigned long uid = strtoul(text, &end, 10);

	return errno || *end || uid == 0 || uid >= UINT32_MAX ? NULL
							      : getpwuid((uid_t)uid);
}

/* Become @user for good; the order matters: root gives up itself last. */
static int become(const struct passwd *user)
{
	if (initgroups(user->pw_name, user->pw_gid) < 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -1;
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	return 0;
}

/* In the child: never returns. */
__attribute__((noreturn)) static void run(char *const argv[], bool to_stderr,
					  int report)
{
	struct refusal refusal = { 0 };
	const struct passwd *user = invoker();
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (to_stderr)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	if (user && become(user) < 0) {
		refusal.why = errno;
		snprintf(refusal.what, sizeof(refusal.what), "cannot become user %u",
			 (unsigned)user->pw_uid);
	} else {
		execvp(argv[0], argv);
		refusal.why = errno;
		snprintf(refusal.what, sizeof(refusal.what), "cannot run '%.40s'",
			 argv[0]);
	}
	/* Nobody is left to tell when this fails. */
	if (write(report, &refusal, sizeof(refusal)) < 0)
		_exit(126);
	_exit(127);
}

/* The other end closes without a word when the command runs. */
static int await_exec(int report, struct shr_err *err)
{
	struct refusal refusal;
	ssize_t got;

	do
		got = read(report, &refusal, sizeof(refusal));
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(refusal))
		return 0;
	return shr_fail(err, SHR_ERR_IO, "%s: %s", refusal.what, strerror(refusal.why));
}

static int start(struct workload *workload, char *const argv[], bool to_stderr,
		 struct shr_err *err)
{
	int report[2];

	if (pipe2(report, O_CLOEXEC) < 0)
		return shr_fail(err, SHR_ERR_IO, "cannot make a pipe: %s",
				strerror(errno));
	workload->pid = fork();
	if (workload->pid == 0)
		run(argv, to_stderr, report[1]);
	close(report[1]);
	int failed = workload->pid < 0 ? shr_fail(err, SHR_ERR_IO, "cannot fork: %s",
						  strerror(errno))
				       : await_exec(report[0], err);

	close(report[0]);
	return failed;
}

int workload_open(struct workload *workload, char *const argv[], bool to_stderr,
		  struct shr_err *err)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	*workload = WORKLOAD_NONE;
	sigprocmask(SIG_BLOCK, &child, NULL);
	workload->fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (workload->fd < 0)
		return shr_fail(err, SHR_ERR_IO, "cannot watch a command: %s",
				strerror(errno));
	if (start(workload, argv, to_stderr, err) == 0)
		return 0;
	workload_close(workload);
	/* It ended before it was anything: there is no status to tell. */
	*workload = WORKLOAD_NONE;
	return -1;
}

bool workload_has_ended(struct workload *workload)
{
	struct signalfd_siginfo info;

	if (workload->ended || workload->pid <= 0)
		return true;
	while (read(workload->fd, &info, sizeof(info)) > 0)
		;
	workload->ended = waitpid(workload->pid, &workload->status, WNOHANG) != 0;
	return workload->ended;
}

const char *workload_fault(const struct workload *workload, char *buf, size_t size)
{
	int status = workload->status;

	if (!workload->ended || workload->asked || status == 0)
		return NULL;
	if (WIFSIGNALED(status))
		snprintf(buf, size, "was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, size, "exited with status %d", WEXITSTATUS(status));
	return buf;
}

void workload_close(struct workload *workload)
{
	if (workload->pid > 0 && !workload_has_ended(workload)) {
		workload->asked = kill(workload->pid, SIGTERM) == 0;
		workload->ended = waitpid(workload->pid, &workload->status, 0) > 0;
	}
	if (workload->fd >= 0)
		close(workload->fd);
	workload->fd = -1;
}
