/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/settings.h"

#include "core/err.h"
#include "core/replay/instance.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t batch_max = (int64_t)1 << 31;

int shr_setting_parse(struct shr_setting *setting, const char *text,
		      struct shr_err *err)
{
	const char *equals = strrchr(text, '=');
	const char *dot = equals ? memrchr(text, '.', (size_t)(equals - text)) : NULL;
	char *end;

	if (!dot || dot == text)
		return shr_fail(
			err, SHR_ERR_SYNTAX,
			"expected SHRINKER.batch=N or SHRINKER.seeks=N, not '%s'",
			text);
	size_t len = (size_t)(equals - dot - 1);

	if (len == 5 && !memcmp(dot + 1, "batch", 5))
		setting->param = SHR_SET_BATCH;
	else if (len == 5 && !memcmp(dot + 1, "seeks", 5))
		setting->param = SHR_SET_SEEKS;
	else
		return shr_fail(err, SHR_ERR_SYNTAX,
				"only batch and seeks can be set, not '%.*s'", (int)len,
				dot + 1);
	errno = 0;
	setting->value = strtoll(equals + 1, &end, 0);
	if (errno || end == equals + 1 || *end || setting->value < 0 ||
	    setting->value >= batch_max)
		return shr_fail(err, SHR_ERR_RANGE, "'%s' is not a %.*s", equals + 1,
				(int)len, dot + 1);
	setting->pattern = strndup(text, (size_t)(dot - text));
	return setting->pattern ? 0 : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

void shr_setting_release(struct shr_setting *setting)
{
	free(setting->pattern);
	*setting = (struct shr_setting){ 0 };
}

static bool matches(const char *glob, struct shr_str text)
{
	char copy[256];

	if (!text.len || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return fnmatch(glob, copy, 0) == 0;
}

bool shr_instance_matches(const struct shr_instance *instance, const char *glob)
{
	return fnmatch(glob, instance->label, 0) == 0 ||
	       matches(glob, instance->symbol.name) || matches(glob, instance->name);
}

bool shr_setting_matches(const struct shr_setting *setting,
			 const struct shr_instance *instance)
{
	return shr_instance_matches(instance, setting->pattern);
}
