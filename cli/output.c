/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/output.h"

#include "cli/cmd.h"
#include "cli/options.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *pager_command(void)
{
	const char *pager = getenv("PAGER");

	return pager ? pager : "less -FRX";
}

/* The child pages; we go on, writing into its standard input. */
static pid_t start_pager(const char *command)
{
	int fds[2];

	if (pipe(fds) < 0)
		return 0;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fds[0], STDIN_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		dup2(fds[1], STDOUT_FILENO);
	close(fds[0]);
	close(fds[1]);
	return pid > 0 ? pid : 0;
}

static bool wants_color(const struct options *options, bool terminal)
{
	const char *no = getenv("NO_COLOR");

	if (options->color != COLOR_AUTO)
		return options->color == COLOR_ALWAYS;
	return terminal && !(no && *no);
}

void output_open(struct output *out, const struct options *options)
{
	bool terminal = isatty(STDOUT_FILENO);
	const char *command = pager_command();

	*out = (struct output){ "", "", "", "", "", 0 };
	if (options->format == FORMAT_TEXT && wants_color(options, terminal))
		*out = (struct output){ "\033[1m", "\033[32m", "\033[31m",
					"\033[2m", "\033[0m",  0 };
	signal(SIGPIPE, SIG_IGN);
	if (terminal && !options->no_pager && *command)
		out->pager = start_pager(command);
}

/* A write that failed long ago left no errno: ask again whether there is a reader. */
static int why_failed(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&fd, 1, 0) > 0 && (fd.revents & POLLERR) ? EPIPE : EIO;
}

int output_close(struct output *out, int status)
{
	errno = 0;
	bool failed = fflush(stdout) != 0 || ferror(stdout);

	if (failed && !errno)
		errno = why_failed();
	if (failed && errno != EPIPE) {
		fprintf(stderr, "shrinkctl: cannot write: %s\n", strerror(errno));
		status = EXIT_TROUBLE;
	}
	if (out->pager) {
		fclose(stdout);
		waitpid(out->pager, NULL, 0);
	}
	return status;
}
