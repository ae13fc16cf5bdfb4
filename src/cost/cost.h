/* cost.h - cycles of a program on a chip, predicted from counts that this machine makes.
 *
 * A chip's cost table (target/costs.h) says what each kernel takes for each thing that can be counted: products,
 * windows, listed activations, entries of lists that are run. What depends on the activations is counted on the input
 * of each step while the network runs here.
 */
#ifndef COST_COST_H
#define COST_COST_H

#include "port/port.h"
#include "run/engine.h"
#include "run/input.h"
#include "target/target.h"

/* ---- Counting -----------------------------------------------------------------------------------------------------
 */

/* A packed program, prepared for counting. */
struct costing;

/* packed: port_lower's, of the same network and plan as `plain`, from which this machine's engine runs. Lives in r,
 * borrows both. */
struct costing *costing_new(struct region *r, const struct program *plain, const struct program *packed,
                            const struct port *port);

/* Runs one sample, all network inputs in a row, in a thread of the engine (of `plain`) and counts:
 * counts[step][COST_FEATURE_COUNT] for each step of the packed program, and behind them those of unit_run itself. */
void costing_count(const struct costing *c, const struct engine *e, int thread, const void *sample, double *counts);

/* The same for one step of the packed program; its input lies in the thread's arena, and its output will. */
void costing_count_step(const struct costing *c, const struct engine *e, int thread, int step, double *counts);

/* Runs that the last argument of costing_count has: steps of the packed program, and unit_run itself. */
int costing_runs(const struct costing *c);

/* 1 if the run is of a fully connected layer. */
int costing_is_full(const struct costing *c, int run);

/* ---- Prices -------------------------------------------------------------------------------------------------------
 */

/* The row of a kernel; NULL if the target has no table or the table no such kernel. */
const struct kernel_cost *cost_row(const struct target *t, unit_kernel *kernel, int fully_connected);

double cost_cycles(const struct kernel_cost *row, const double *counts);

/* Cycles of a run on the worst of inputs, by its kernel's row, the kernel's margin included. */
double cost_bound(const struct costing *c, int run, const struct kernel_cost *row);

/* Of a step that runs prefixes: the most elements of its input that may lie more than `above` from the zero point (0,
 * 1, 3, .. PLAN_FALLBACK_ABOVE_MAX) for it to keep to so many cycles, whatever its own fallback says; -1: there is no
 * such number. */
int cost_limit(const struct costing *c, int step, const struct kernel_cost *row, int above, double cycles);

const char *cost_feature_name(enum cost_feature feature); /* "POSITIONS" */

/* What a connection more in a layer's lists takes: cycles each time that it executes (0: the table has no costs of
 * lists), and bytes of flash. */
double cost_entry_cycles(const struct target *t, const struct mac_layer *m);
double cost_entry_bytes(const struct target *t, const struct mac_layer *m);

/* ---- Forecasts ----------------------------------------------------------------------------------------------------
 */

struct forecast {
    double *step_cycles;      /* [steps of the packed program], mean over the samples */
    double *step_most;        /* [steps] for the sample that takes longest */
    double *step_bound;       /* [steps] for any input: every connection awake that can be, and the kernel's margin */
    double mean, most, bound; /* the same of an inference, unit_run's own work included */
    const char *left_out;     /* an operator without MACs that the table has no costs for; NULL: none */
};

/* Forecasts the packed program over the samples; count 0 gives bounds only. JOB_FAILED if the target has no costs for
 * one of its kernels of layers with MACs (names it, and the command that measures them); INTERRUPTED. Lives in r. */
int cost_forecast(struct region *r, struct engine *plain, const struct program *packed, const struct target *t,
                  const struct inputs *in, struct forecast *out, struct diag *d);

/* Of one layer with MACs, a maximum behind it included, on inputs that are there already. */
struct layer_cycles {
    double mean, bound; /* the latter for any input, the kernel's margin included */
};

struct layer_inputs {
    size_t count;          /* of samples; 0: a bound only */
    const uint8_t *arenas; /* sample i's, as the plain program stands before the layer, is at i * stride */
    size_t stride;
};

/* As cost_forecast; plain is an engine of the program whose arenas they are. */
int cost_layer(struct engine *plain, const struct program *packed, const struct target *t, int layer,
               const struct layer_inputs *in, struct layer_cycles *out, struct diag *d);

enum { COST_ABOVES = 7 }; /* 0, 1, 3, .. PLAN_FALLBACK_ABOVE_MAX */

/* cost_limit of a layer whose kernel runs prefixes, with a maximum behind it that the kernel does not take on:
 * limits[i] for 2^i - 1. JOB_FAILED as cost_layer. */
int cost_layer_limits(struct engine *plain, const struct program *packed, const struct target *t, int layer,
                      double cycles, int limits[COST_ABOVES], struct diag *d);

#endif
