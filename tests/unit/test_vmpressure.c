/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/vmpressure.h"

#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

struct ear {
	struct shr_vmpressure_listener listener; /* first: callbacks cast back */
	unsigned told, gone;
	enum shr_pressure_level last;
};

/* What reclaim for GFP_KERNEL is. */
static const struct shr_reclaimer somebody = { .may = SHR_MAY_IO | SHR_MAY_FS,
					       .priority = 12 };
static const struct shr_pressure_sums futile = { .scanned = SHR_PRESSURE_WINDOW };

static void on_tell(struct shr_vmpressure_listener *listener,
		    enum shr_pressure_level level)
{
	struct ear *ear = (struct ear *)listener;

	ear->told++;
	ear->last = level;
}

static void on_gone(struct shr_vmpressure_listener *listener)
{
	((struct ear *)listener)->gone++;
}

static void listen(struct ear *ear, struct shr_domain *domain, struct shr_memcg *memcg,
		   enum shr_pressure_level level, enum shr_pressure_mode mode)
{
	struct shr_err err;

	*ear = (struct ear){ .listener = { .interest = { level, mode },
					   .tell = on_tell,
					   .gone = on_gone } };
	assert_int_equal(shr_vmpressure_register(domain, memcg, &ear->listener, &err),
			 0);
}

static struct shr_domain *domain_of(unsigned major, unsigned minor)
{
	const bool memcgs = major >= 4;

	return toy_domain(&(struct shr_domain_options){
		.release = { major, minor, 0 }, .memcgs = memcgs, .kmem = memcgs });
}

/* So often was each told; they are set back. */
static void assert_told(struct ear *ears, const char *counts)
{
	for (; *counts; counts++, ears++) {
		assert_int_equal(ears->told, *counts - '0');
		ears->told = 0;
	}
}

static void close_ears(struct ear *ears, size_t count)
{
	while (count)
		shr_vmpressure_unregister(&ears[--count].listener);
}

static void test_window(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	const struct shr_pressure_sums nearly = { .scanned = 511, .reclaimed = 511 };
	const struct shr_pressure_sums one = { .scanned = 1 };
	struct ear ears[3];

	(void)state;
	listen(&ears[0], domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	listen(&ears[1], domain, NULL, SHR_PRESSURE_MEDIUM, SHR_PRESSURE_DEFAULT);
	listen(&ears[2], domain, NULL, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_DEFAULT);
	shr_vmpressure_add(domain, &somebody, NULL, true, nearly);
	assert_told(ears, "000");
	shr_vmpressure_add(domain, &somebody, NULL, true, one);
	assert_told(ears, "100");
	assert_int_equal(ears[0].last, SHR_PRESSURE_LOW);
	shr_vmpressure_add(domain, &somebody, shr_memcg_root(domain), true, futile);
	assert_told(ears, "111");
	assert_int_equal(ears[0].last, SHR_PRESSURE_CRITICAL);
	close_ears(ears, 3);
	shr_vmpressure_add(domain, &somebody, NULL, true, futile);
	assert_told(ears, "000");
	shr_domain_free(domain);
}

static void test_ignored(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	const struct shr_pressure_sums nothing = { .reclaimed = 4000 };
	struct shr_reclaimer by = { .gfp = 0x1 };
	struct ear ear;

	(void)state;
	listen(&ear, domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	shr_vmpressure_add(domain, &by, NULL, true, futile);
	shr_vmpressure_add(domain, &somebody, NULL, true, nothing);
	assert_told(&ear, "0");
	by.gfp = 0x8;
	shr_vmpressure_add(domain, &by, NULL, true, futile);
	assert_told(&ear, "1");
	close_ears(&ear, 1);
	shr_domain_free(domain);
}

static void test_priority(void **state)
{
	struct shr_domain *domain = domain_of(5, 10);
	struct shr_reclaimer by = somebody;
	struct ear ear;

	(void)state;
	listen(&ear, domain, NULL, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_DEFAULT);
	for (by.priority = 12; by.priority > 3; by.priority--)
		shr_vmpressure_prio(domain, &by, NULL);
	assert_told(&ear, "0");
	for (; by.priority >= 0; by.priority--)
		shr_vmpressure_prio(domain, &by, NULL);
	assert_told(&ear, "4");
	close_ears(&ear, 1);
	shr_domain_free(domain);
}

/* Default ones hear what nobody below was told; the root, of no memcg and its own. */
static void test_upwards(void **state)
{
	struct shr_domain *domain = domain_of(6, 1);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain)), *aa = some_memcg(a);
	struct ear ears[5];

	(void)state;
	listen(&ears[0], domain, aa, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_DEFAULT);
	listen(&ears[1], domain, a, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	listen(&ears[2], domain, a, SHR_PRESSURE_LOW, SHR_PRESSURE_LOCAL);
	listen(&ears[3], domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_HIERARCHY);
	listen(&ears[4], domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	shr_vmpressure_add(domain, &somebody, aa, true, futile);
	assert_told(ears, "10010");
	shr_vmpressure_add(domain, &somebody, aa, true,
			   (struct shr_pressure_sums){ 512, 512 });
	assert_told(ears, "01010");
	shr_vmpressure_add(domain, &somebody, a, true, futile);
	assert_told(ears, "01110");
	shr_vmpressure_add(domain, &somebody, NULL, true, futile);
	assert_told(ears, "00011");
	close_ears(ears, 5);
	shr_domain_free(domain);
}

static void test_sockets(void **state)
{
	struct shr_domain *domain = domain_of(6, 1);
	struct shr_memcg *root = shr_memcg_root(domain), *a = some_memcg(root);
	struct ear ear;

	(void)state;
	listen(&ear, domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_HIERARCHY);
	shr_vmpressure_add(domain, &somebody, a, false, futile);
	shr_vmpressure_add(domain, &somebody, a, false,
			   (struct shr_pressure_sums){ 512, 512 });
	shr_vmpressure_add(domain, &somebody, root, false, futile);
	shr_vmpressure_add(domain, &somebody, NULL, false, futile);
	assert_int_equal(shr_vmpressure_sockets(a), 1);
	assert_int_equal(shr_vmpressure_sockets(root), 0);
	assert_told(&ear, "0");
	close_ears(&ear, 1);
	shr_domain_free(domain);

	domain = domain_of(4, 4);
	a = some_memcg(shr_memcg_root(domain));
	shr_vmpressure_add(domain, &somebody, a, false, futile);
	assert_int_equal(shr_vmpressure_sockets(a), 0);
	shr_domain_free(domain);
}

static void test_offline(void **state)
{
	struct shr_domain *domain = domain_of(6, 1);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain));
	struct ear ears[2];

	(void)state;
	listen(&ears[0], domain, a, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	listen(&ears[1], domain, NULL, SHR_PRESSURE_LOW, SHR_PRESSURE_DEFAULT);
	ears[1].listener.gone = NULL;
	shr_memcg_get(a);
	shr_memcg_offline(a);
	assert_int_equal(ears[0].gone, 1);
	shr_vmpressure_add(domain, &somebody, a, true, futile);
	assert_told(ears, "01");
	shr_memcg_put(a);
	close_ears(ears, 2);
	assert_int_equal(ears[0].gone, 1);
	shr_domain_free(domain);
}

static void test_releases(void **state)
{
	struct shr_domain *domain = domain_of(3, 9);
	struct ear ear = { .listener = { .tell = on_tell } };
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_vmpressure_register(domain, NULL, &ear.listener, &err),
			 -1);
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	shr_vmpressure_add(domain, &somebody, NULL, true, futile);
	shr_domain_free(domain);

	domain = domain_of(3, 10);
	listen(&ear, domain, NULL, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_DEFAULT);
	shr_vmpressure_add(domain, &somebody, NULL, true,
			   (struct shr_pressure_sums){ 512, 513 });
	assert_told(&ear, "1");
	close_ears(&ear, 1);
	ear.listener.interest.mode = SHR_PRESSURE_LOCAL;
	assert_int_equal(shr_vmpressure_register(domain, NULL, &ear.listener, &err),
			 -1);
	assert_string_equal(err.reason, "expected no mode 'local' before 4.13");
	shr_domain_free(domain);
}

/* A chain of memcgs, each with a few ears. */
enum { DEPTH = 4, EARS = 3 };

struct model {
	struct shr_domain *domain;
	struct shr_memcg *chain[DEPTH]; /* the root first */
	struct ear ears[DEPTH][EARS];
	unsigned expected[DEPTH][EARS];
	uint64_t scanned[DEPTH], reclaimed[DEPTH];
};

static void model_open(struct model *model, uint64_t *seed)
{
	*model = (struct model){ .domain = domain_of(6, 12) };
	for (int i = 0; i < DEPTH; i++) {
		model->chain[i] = i ? some_memcg(model->chain[i - 1])
				    : shr_memcg_root(model->domain);
		for (int k = 0; k < EARS; k++)
			listen(&model->ears[i][k], model->domain, model->chain[i],
			       (enum shr_pressure_level)any_of(seed, 0, 2),
			       (enum shr_pressure_mode)any_of(seed, 0, 2));
	}
}

/* In words: what percentage of scanned pages and reclaimed ones is not reclaimed. */
static int level_in_words(uint64_t scanned, uint64_t reclaimed)
{
	uint64_t both = scanned + reclaimed, percent;

	if (reclaimed >= scanned)
		return SHR_PRESSURE_LOW;
	percent = (both - reclaimed * both / scanned) * 100 / both;
	return percent < 60   ? SHR_PRESSURE_LOW
	       : percent < 95 ? SHR_PRESSURE_MEDIUM
			      : SHR_PRESSURE_CRITICAL;
}

/* Whether anybody from memcg @from up to the one below @below heard of it. */
static bool heard_below(const struct model *model, int from, int below, int level);

static bool hears(const struct model *model, int from, int at, int ear, int level)
{
	const struct shr_pressure_interest *interest =
		&model->ears[at][ear].listener.interest;

	if ((int)interest->level > level)
		return false;
	if (interest->mode == SHR_PRESSURE_LOCAL)
		return at == from;
	return interest->mode == SHR_PRESSURE_HIERARCHY ||
	       !heard_below(model, from, at, level);
}

static bool heard_below(const struct model *model, int from, int below, int level)
{
	for (int at = from; at > below; at--)
		for (int ear = 0; ear < EARS; ear++)
			if (hears(model, from, at, ear, level))
				return true;
	return false;
}

static void model_add(struct model *model, int at, struct shr_pressure_sums pages)
{
	if (!pages.scanned)
		return;
	model->scanned[at] += pages.scanned;
	model->reclaimed[at] += pages.reclaimed;
	if (model->scanned[at] < 512)
		return;
	int level = level_in_words(model->scanned[at], model->reclaimed[at]);

	for (int up = at; up >= 0; up--)
		for (int ear = 0; ear < EARS; ear++)
			model->expected[up][ear] += hears(model, at, up, ear, level);
	model->scanned[at] = model->reclaimed[at] = 0;
}

static void test_model(void **state)
{
	uint64_t seed = 41;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct model model;

		model_open(&model, &seed);
		for (int i = 0; i < 60; i++) {
			int at = (int)any_of(&seed, 0, DEPTH - 1);
			struct shr_pressure_sums pages = {
				(uint64_t)any_of(&seed, -1, 400),
				(uint64_t)any_of(&seed, 0, 300)
			};

			if (pages.scanned > 400)
				pages.scanned = 0;
			if (any_of(&seed, 0, 2))
				pages.reclaimed /= 16;
			model_add(&model, at, pages);
			shr_vmpressure_add(model.domain, &somebody, model.chain[at],
					   true, pages);
		}
		for (int i = 0; i < DEPTH; i++)
			for (int k = 0; k < EARS; k++)
				assert_int_equal(model.ears[i][k].told,
						 model.expected[i][k]);
		close_ears(&model.ears[0][0], DEPTH * EARS);
		shr_domain_free(model.domain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),	 cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_priority), cmocka_unit_test(test_upwards),
		cmocka_unit_test(test_sockets),	 cmocka_unit_test(test_offline),
		cmocka_unit_test(test_releases), cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
