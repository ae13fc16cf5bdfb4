/* run.c - unit run: samples through a network, outputs and, if asked for, every layer's output as NPY files. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/parallel.h"
#include "base/progress.h"
#include "cmd/session.h"

struct job {
    struct engine *engine;
    const struct inputs *in; /* [network inputs] */
    uint8_t **tensors;       /* [graph tensors] where each sample's contents go, or NULL: not wanted */
};

/* Copies the outputs of node n that are wanted. */
static void keep_outputs(const struct job *job, const struct node *n, size_t sample, int thread)
{
    const struct graph *g = engine_program(job->engine)->graph;

    for (int i = 0; i < n->output_count; i++) {
        size_t bytes = tensor_bytes(&g->tensors[n->outputs[i]]);
        const void *data = engine_tensor(job->engine, thread, n->outputs[i]);
        if (job->tensors[n->outputs[i]] && data)
            memcpy(job->tensors[n->outputs[i]] + sample * bytes, data, bytes);
    }
}

/* Tensors share the arena, so each node's output is taken right behind its steps. Outputs are live at the end. */
static void one_sample(void *context, size_t sample, int thread)
{
    const struct job *job = context;
    const struct program *p = engine_program(job->engine);
    const struct graph *g = p->graph;
    int step = 0;

    for (int i = 0; i < g->input_count; i++)
        engine_feed(job->engine, thread, i, job->in[i].data + sample * job->in[i].sample_bytes);
    for (int i = 0; i < g->node_count; i++) {
        int first = step;
        while (step < p->step_count && p->steps[step].node == &g->nodes[i])
            step++;
        engine_run(job->engine, thread, first, step, NULL);
        keep_outputs(job, &g->nodes[i], sample, thread);
    }
    for (int i = 0; i < g->output_count; i++)
        memcpy(job->tensors[g->outputs[i]] + sample * tensor_bytes(&g->tensors[g->outputs[i]]),
               engine_tensor(job->engine, thread, g->outputs[i]), tensor_bytes(&g->tensors[g->outputs[i]]));
    progress_tick();
}

static enum data_type npy_type(enum tensor_type type)
{
    return type == TYPE_FLOAT32 ? DATA_FLOAT32 : type == TYPE_UINT8 ? DATA_UINT8 : DATA_INT8;
}

/* A tensor of all samples as an array: the network's batch axis of 1 becomes the samples' axis. */
static int write_tensor(struct session *s, int tensor, const uint8_t *data, size_t count, const char *path,
                        struct diag *d)
{
    const struct tensor *t = &s->graph.tensors[tensor];
    int skip = t->rank > 0 && t->shape[0] == 1;
    struct array a = { .type = npy_type(t->type), .rank = 1 + t->rank - skip, .shape = { count }, .data = data };
    struct bytes file;

    for (int i = skip; i < t->rank; i++)
        a.shape[1 + i - skip] = (size_t)t->shape[i];
    file = npy_encode(s->region, &a);
    return file_write(path, file.data, file.size, d);
}

/* DIR/003_name.npy, with what no file name should hold replaced. */
static const char *dump_path(struct session *s, const struct node *n)
{
    char *name = region_text(s->region, "%.60s", layer_name(&s->graph, n));

    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            *c = '_';
    return region_text(s->region, "%s/%03d_%s.npy", s->cli->dump_layers, n->index, name);
}

static int write_layers(struct session *s, const struct job *job, size_t count, struct diag *d)
{
    const char *dir = s->cli->dump_layers;

    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return diag_fail(d, JOB_FAILED, dir, "cannot make the folder: %s; check the path", strerror(errno));
    for (int i = 0; i < s->graph.node_count; i++) {
        const struct node *n = &s->graph.nodes[i];
        int tensor = n->outputs[0];
        if (s->program.at[tensor] != UINT32_MAX)
            TRY(write_tensor(s, tensor, job->tensors[tensor], count, dump_path(s, n), d));
    }
    return OK;
}

static void make_room(struct session *s, struct job *job, size_t count)
{
    const struct graph *g = &s->graph;
    int dumps = s->cli->dump_layers != NULL;

    job->tensors = region_array(s->region, (size_t)g->tensor_count, sizeof *job->tensors);
    for (int i = 0; i < g->node_count && dumps; i++)
        for (int k = 0; k < g->nodes[i].output_count; k++)
            if (s->program.at[g->nodes[i].outputs[k]] != UINT32_MAX)
                job->tensors[g->nodes[i].outputs[k]] =
                    region_array(s->region, count, tensor_bytes(&g->tensors[g->nodes[i].outputs[k]]));
    for (int i = 0; i < g->output_count; i++)
        if (!job->tensors[g->outputs[i]])
            job->tensors[g->outputs[i]] = region_array(s->region, count, tensor_bytes(&g->tensors[g->outputs[i]]));
}

static int check_lists(const struct session *s, struct diag *d)
{
    const struct cli *c = s->cli;

    if (c->input.count != s->graph.input_count)
        return diag_fail(d, BAD_USAGE, "--input", "it is given %d times, the network has %d inputs; give one each",
                         c->input.count, s->graph.input_count);
    if (c->output.count != s->graph.output_count)
        return diag_fail(d, BAD_USAGE, "--output", "it is given %d times, the network has %d outputs; give one each",
                         c->output.count, s->graph.output_count);
    return OK;
}

static int read_inputs(struct session *s, struct inputs *in, struct diag *d)
{
    const struct cli *c = s->cli;

    for (int i = 0; i < c->input.count; i++) {
        struct array a;
        TRY(npy_read(s->region, c->input.item[i], &a, d));
        TRY(inputs_fit_array(s->region, &s->program, i, &a, c->input.item[i], &in[i], d));
        if (in[i].count != in[0].count)
            return diag_fail(d, BAD_INPUT, c->input.item[i], "%zu samples, but %s has %zu; give as many", in[i].count,
                             c->input.item[0], in[0].count);
    }
    return OK;
}

static void print_summary(const struct session *s, size_t count)
{
    json_t *document, *outputs = json_array();

    for (int i = 0; i < s->cli->output.count; i++)
        json_array_append_new(outputs, json_text(s->cli->output.item[i]));
    document = session_json(s, "unit.run/1");
    json_object_set_new(document, "samples", json_integer((json_int_t)count));
    json_object_set_new(document, "outputs", outputs);
    json_print(document);
}

static int run(struct session *s, struct diag *d)
{
    struct inputs in[CLI_LIST_MAX] = { { 0 } };
    enum kernels kernels;
    struct job job;
    int threads = cli_threads(s->cli);

    TRY(session_open(s->cli, s, d));
    TRY(session_kernels(s->cli, &kernels, d));
    TRY(check_lists(s, d));
    TRY(read_inputs(s, in, d));
    job = (struct job){ .engine = engine_new(s->region, &s->program, kernels, threads), .in = in };
    make_room(s, &job, in[0].count);
    progress_start("running", in[0].count);
    if (parallel_for(threads, in[0].count, one_sample, &job))
        return INTERRUPTED;
    progress_end();
    if (s->cli->dump_layers)
        TRY(write_layers(s, &job, in[0].count, d));
    for (int i = 0; i < s->graph.output_count; i++)
        TRY(write_tensor(s, s->graph.outputs[i], job.tensors[s->graph.outputs[i]], in[0].count, s->cli->output.item[i],
                         d));
    if (s->cli->json)
        print_summary(s, in[0].count);
    return OK;
}

int cmd_run(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = run(&s, d);

    session_close(&s);
    return status;
}
