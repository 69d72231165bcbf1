/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/outfile.h"

#include "core/err.h"
#include "tests/unit/folder.h"

#include <sys/file.h>

static struct folder folder;

static int set_up(void **state)
{
	(void)state;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

/* Begin "out", which has to work, and put @text in it. */
static void begin(struct outfile *out, const char *file, bool force, const char *text)
{
	struct shr_err err;

	assert_int_equal(outfile_open(out, folder_path(&folder, file), force, &err), 0);
	assert_int_equal(write(out->fd, text, strlen(text)), strlen(text));
}

static void expect_refused(const char *path, bool force, const char *reason)
{
	struct outfile out;
	struct shr_err err = { 0 };
	char name[256];
	unsigned count = folder_count(&folder, name);

	assert_int_equal(outfile_open(&out, path, force, &err), -1);
	assert_non_null(strstr(err.reason, reason));
	assert_int_equal(folder_count(&folder, name), count);
}

static mode_t mode_of(const char *file)
{
	struct stat st;

	assert_int_equal(lstat(folder_path(&folder, file), &st), 0);
	return st.st_mode;
}

static void test_appears_when_whole(void **state)
{
	struct outfile out;
	struct shr_err err;
	char name[256];

	(void)state;
	begin(&out, "out", false, "all of it");
	assert_int_equal(folder_count(&folder, name), 1);
	assert_memory_equal(name, ".out.", 5);
	assert_int_equal(strlen(name), 11);
	assert_int_equal(mode_of(name), S_IFREG | 0600);
	assert_int_equal(outfile_commit(&out, &err), 0);
	assert_int_equal(folder_count(&folder, name), 1);
	folder_expect(&folder, "out", "all of it");
	outfile_abandon(&out);
	folder_expect(&folder, "out", "all of it");
}

static void test_temporary_names(void **state)
{
	static const char *const not_temporary[] = {
		"",	      ".out.",	    ".abcdef",	   "..abcdef",
		".out.abcde", "out.abcdef", ".out.abcde-", "out"
	};
	struct outfile out;
	char name[256];

	(void)state;
	begin(&out, "out", false, "");
	folder_count(&folder, name);
	assert_true(outfile_is_temp(name));
	outfile_abandon(&out);
	for (size_t i = 0; i < COUNT(not_temporary); i++)
		assert_false(outfile_is_temp(not_temporary[i]));
}

/* Who finds the file can tell that it is still being written. */
static void test_locked(void **state)
{
	struct outfile out;
	char name[256];

	(void)state;
	begin(&out, "out", false, "some of it");
	folder_count(&folder, name);
	int fd = open(folder_path(&folder, name), O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_SH | LOCK_NB), -1);
	close(out.fd);
	out.fd = -1;
	assert_int_equal(flock(fd, LOCK_SH | LOCK_NB), 0);
	close(fd);
	outfile_abandon(&out);
}

static void test_abandoned(void **state)
{
	struct outfile out;
	char name[256];

	(void)state;
	begin(&out, "out", false, "some of it");
	outfile_abandon(&out);
	assert_int_equal(folder_count(&folder, name), 0);
}

static void test_does_not_overwrite(void **state)
{
	struct outfile out;
	struct shr_err err;

	(void)state;
	folder_put(&folder, "out", "old");
	expect_refused(folder_path(&folder, "out"), false, "exists: --force");
	folder_expect(&folder, "out", "old");
	begin(&out, "out", true, "new");
	folder_expect(&folder, "out", "old");
	assert_int_equal(outfile_commit(&out, &err), 0);
	folder_expect(&folder, "out", "new");
}

/* Somebody takes the name while the file is being written: both files stay. */
static void test_name_is_taken_meanwhile(void **state)
{
	struct outfile out;
	struct shr_err err;
	char name[256];

	(void)state;
	begin(&out, "out", false, "mine");
	folder_count(&folder, name);
	folder_put(&folder, "out", "theirs");
	assert_int_equal(outfile_commit(&out, &err), -1);
	assert_non_null(strstr(err.reason, "exists"));
	assert_non_null(strstr(err.reason, name));
	outfile_abandon(&out);
	folder_expect(&folder, "out", "theirs");
	folder_expect(&folder, name, "mine");
}

static void plant_link(const char *target)
{
	char to[400];

	snprintf(to, sizeof(to), "%s", folder_path(&folder, target));
	assert_int_equal(symlink(to, folder_path(&folder, "out")), 0);
}

static void test_planted_link(void **state)
{
	struct outfile out;
	struct shr_err err;

	(void)state;
	folder_put(&folder, "victim", "precious");
	plant_link("victim");
	expect_refused(folder_path(&folder, "out"), false, "symbolic link");
	begin(&out, "out", true, "new");
	assert_int_equal(outfile_commit(&out, &err), 0);
	assert_true(S_ISREG(mode_of("out")));
	folder_expect(&folder, "out", "new");
	folder_expect(&folder, "victim", "precious");
}

/* A link to nothing would be followed by a careless open, and its target made. */
static void test_planted_dangling_link(void **state)
{
	struct outfile out;
	struct shr_err err;
	char name[256];

	(void)state;
	begin(&out, "out", false, "mine");
	plant_link("victim");
	assert_int_equal(outfile_commit(&out, &err), -1);
	assert_int_equal(folder_count(&folder, name), 2);
	assert_true(S_ISLNK(mode_of("out")));
	expect_refused(folder_path(&folder, "out"), false, "symbolic link");
}

static void test_not_regular(void **state)
{
	struct outfile out;
	struct shr_err err;

	(void)state;
	expect_refused("/dev/null", true, "device");
	expect_refused(folder.name, true, "folder");
	expect_refused(folder_path(&folder, ""), true, "name of a file");
	expect_refused(folder_path(&folder, ".."), true, "name of a file");
	expect_refused("", false, "name of a file");
	assert_int_equal(mkfifo(folder_path(&folder, "pipe"), 0600), 0);
	expect_refused(folder.path, true, "pipe");
	/* Or becomes one meanwhile. */
	begin(&out, "out", true, "mine");
	assert_int_equal(mkdir(folder_path(&folder, "out"), 0700), 0);
	assert_int_equal(outfile_commit(&out, &err), -1);
	assert_non_null(strstr(err.reason, "is a folder"));
}

static void test_bad_folders(void **state)
{
	(void)state;
	expect_refused(folder_path(&folder, "none/out"), false, "No such file");
	folder_put(&folder, "file", "");
	expect_refused(folder_path(&folder, "file/out"), false, "Not a directory");
	expect_refused("/proc/out", false, "cannot create a file in its folder");
	if (geteuid() == 0)
		return;
	assert_int_equal(chmod(folder.name, 0500), 0);
	expect_refused(folder_path(&folder, "out"), false, "Permission denied");
	assert_int_equal(chmod(folder.name, 0700), 0);
}

static void test_long_names(void **state)
{
	struct outfile out;
	struct shr_err err;
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	begin(&out, name, false, "long");
	assert_int_equal(outfile_commit(&out, &err), 0);
	folder_expect(&folder, name, "long");
	name[255] = 'n';
	name[256] = '\0';
	expect_refused(folder_path(&folder, name), false, "too long");
}

/* Whichever is committed gets the name. */
static void test_two_for_one_name(void **state)
{
	struct outfile first, second;
	struct shr_err err;
	char name[256];

	(void)state;
	begin(&first, "out", false, "first");
	assert_int_equal(outfile_open_beside(&second, &first, &err), 0);
	assert_int_equal(write(second.fd, "second", 6), 6);
	assert_int_equal(folder_count(&folder, name), 1);
	assert_int_equal(outfile_sync(&second, &err), 0);
	assert_int_equal(folder_count(&folder, name), 2);
	assert_int_equal(outfile_commit(&second, &err), 0);
	outfile_abandon(&first);
	assert_int_equal(folder_count(&folder, name), 1);
	folder_expect(&folder, "out", "second");
}

/* It goes with who abandons it, or dies. */
static void test_second_is_abandoned(void **state)
{
	struct outfile first, second;
	struct shr_err err;
	char name[256];

	(void)state;
	begin(&first, "out", false, "first");
	for (int synced = 0; synced < 2; synced++) {
		assert_int_equal(outfile_open_beside(&second, &first, &err), 0);
		if (synced)
			assert_int_equal(outfile_sync(&second, &err), 0);
		outfile_abandon(&second);
		assert_int_equal(folder_count(&folder, name), 1);
	}
	assert_int_equal(outfile_commit(&first, &err), 0);
	folder_expect(&folder, "out", "first");
}

static void test_sudo(void **state)
{
	struct outfile out;
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	setenv("SUDO_UID", "4711", 1);
	setenv("SUDO_GID", "4712", 1);
	begin(&out, "out", false, "");
	assert_int_equal(fstat(out.fd, &st), 0);
	assert_int_equal(st.st_uid, 4711);
	assert_int_equal(st.st_gid, 4712);
	outfile_abandon(&out);
	setenv("SUDO_UID", "4711x", 1);
	begin(&out, "out", false, "");
	assert_int_equal(fstat(out.fd, &st), 0);
	assert_int_equal(st.st_uid, 0);
	outfile_abandon(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_appears_when_whole),
		TEST(test_temporary_names),
		TEST(test_locked),
		TEST(test_abandoned),
		TEST(test_does_not_overwrite),
		TEST(test_name_is_taken_meanwhile),
		TEST(test_planted_link),
		TEST(test_planted_dangling_link),
		TEST(test_not_regular),
		TEST(test_bad_folders),
		TEST(test_long_names),
		TEST(test_two_for_one_name),
		TEST(test_second_is_abandoned),
		TEST(test_sudo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
