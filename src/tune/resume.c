/* resume.c - see resume.h. */
#include "tune/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "base/file.h"
#include "plan/document.h"

#define SCHEMA "unit.tuning/1"

struct resume {
    const char *path, *model_path;
    const struct graph *graph;
    char fingerprint[65];
    json_t *root, *plans;
};

/* ---- The key ---------------------------------------------------------------------------------------------------- */

static void add_number(struct sha256_ctx *hash, uint64_t value)
{
    sha256_update(hash, sizeof value, (const uint8_t *)&value);
}

/* All that plans follow from but the price, the method and whether weights are kept. */
static const char *make_key(struct region *r, const struct resume *s, const struct inputs *in, const struct tuning *t)
{
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char *key = region_alloc(r, 2 * sizeof digest + 1);

    sha256_init(&hash);
    sha256_update(&hash, sizeof UNIT_VERSION, (const uint8_t *)UNIT_VERSION);
    sha256_update(&hash, 64, (const uint8_t *)s->fingerprint);
    sha256_update(&hash, in->count * in->sample_bytes, in->data);
    if (in->labels)
        sha256_update(&hash, in->count * sizeof *in->labels, (const uint8_t *)in->labels);
    add_number(&hash, (uint64_t)t->goal);
    add_number(&hash, t->seed);
    add_number(&hash, (uint64_t)t->adaptive);
    add_number(&hash, (uint64_t)(1e6 * t->worst_case));
    if (t->target)
        sha256_update(&hash, strlen(t->target->name), (const uint8_t *)t->target->name);
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(key + 2 * i, 3, "%02x", digest[i]);
    return key;
}

/* ---- The file --------------------------------------------------------------------------------------------------- */

/* What an earlier run left, if it is of the same search; NULL otherwise. */
static json_t *load(const char *path, const char *key)
{
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const char *schema = json_string_value(json_object_get(root, "schema"));
    const char *own = json_string_value(json_object_get(root, "key"));

    if (schema && own && strcmp(schema, SCHEMA) == 0 && strcmp(own, key) == 0 &&
        json_is_array(json_object_get(root, "plans")))
        return root;
    json_decref(root);
    return NULL;
}

struct resume *resume_open(struct region *r, const char *path, const struct graph *g, const struct inputs *in,
                           const struct tuning *t, const char *model_path)
{
    struct resume *s = region_alloc(r, sizeof *s);
    const char *key;

    *s = (struct resume){ .path = path, .model_path = model_path, .graph = g };
    plan_fingerprint(g, s->fingerprint);
    key = make_key(r, s, in, t);
    s->root = load(path, key);
    if (!s->root)
        s->root = json_pack("{s:s, s:s, s:[]}", "schema", SCHEMA, "key", key, "plans");
    s->plans = json_object_get(s->root, "plans");
    return s;
}

size_t resume_count(const struct resume *s)
{
    return s ? json_array_size(s->plans) : 0;
}

void resume_close(struct resume *s, int done)
{
    if (!s)
        return;
    if (done)
        unlink(s->path);
    json_decref(s->root);
}

/* ---- Plans ------------------------------------------------------------------------------------------------------ */

/* Prices are compared to the last bit. */
static json_t *entry_head(const struct regression_options *o, double lambda)
{
    char text[32];

    snprintf(text, sizeof text, "%a", lambda);
    return json_pack("{s:s, s:s, s:i}", "lambda", text, "method", method_name(o->method), "keep", o->keep);
}

static int is_of(const json_t *entry, const json_t *head)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)head, key, value)
        if (!json_equal(json_object_get(entry, key), value))
            return 0;
    return 1;
}

/* Why layers stay dense, which plans do not hold. */
static json_t *encode_reasons(const struct plan *plan)
{
    json_t *list = json_array();

    for (int i = 0; i < plan->layer_count; i++)
        json_array_append_new(list, plan->layers[i].why ? json_string(plan->layers[i].why) : json_null());
    return list;
}

static void decode_reasons(struct region *r, const json_t *list, struct plan *plan)
{
    for (int i = 0; i < plan->layer_count; i++) {
        const char *why = json_string_value(json_array_get(list, (size_t)i));
        plan->layers[i].why = why ? region_text(r, "%s", why) : NULL;
    }
}

int resume_find(struct region *r, const struct resume *s, const struct regression_options *o, double lambda,
                struct plan *out)
{
    json_t *head = entry_head(o, lambda), *entry;
    size_t i;
    int found = 0;

    json_array_foreach(s->plans, i, entry) if (!found && is_of(entry, head))
    {
        struct diag unread = { 0 }; /* a plan that cannot be read is fitted again */
        found = plan_decode(r, json_object_get(entry, "plan"), s->path, s->graph, out, &unread) == OK;
        if (found)
            decode_reasons(r, json_object_get(entry, "why"), out);
        diag_clear(&unread);
    }
    json_decref(head);
    return found;
}

int resume_add(struct resume *s, const struct regression_options *o, double lambda, const struct plan *plan,
               struct diag *d)
{
    struct plan whole = *plan;
    json_t *entry = entry_head(o, lambda);
    char *text;
    int status;

    memcpy(whole.fingerprint, s->fingerprint, sizeof whole.fingerprint);
    json_object_set_new(entry, "plan", plan_encode(&whole, s->model_path));
    json_object_set_new(entry, "why", encode_reasons(plan));
    json_array_append_new(s->plans, entry);
    text = json_dumps(s->root, JSON_COMPACT | JSON_REAL_PRECISION(17));
    status = file_write(s->path, text, strlen(text), d);
    free(text);
    return status;
}
