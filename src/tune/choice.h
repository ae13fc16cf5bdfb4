/* choice.h - which kernel a layer takes on a chip, so that a plan keeps a promise: its lists run only where they are
 * predicted to take fewer cycles than the dense kernel (by 5 % and 500, which predictions may be off), the mean over
 * calibration samples, and where no input can make them take more than a tenth beyond it, by the bound of the cost
 * model (cost/cost.h: every stored connection awake, and the kernel's margin). Where that bound is too high, inputs
 * that would wake more than all but a few calibration samples do fall back to higher thresholds (struct
 * layer_fallback), if that keeps the promise. Else the layer leaves out zeros only, or stays dense.
 */
#ifndef TUNE_CHOICE_H
#define TUNE_CHOICE_H

#include "cost/cost.h"
#include "tune/calibrate.h"
#include "tune/tune.h"

struct choice {
    const struct target *target;
    enum goal goal;
    double worst_case; /* as a share of dense cycles */
    const struct graph *graph;
    const char *model_path;
    const struct calibration *calibration; /* stands before the layer in question */
    struct diag *diag;
    double fall_back; /* share of the calibration samples that a layer may let fall back */
};

/* What a layer takes under the kernels that there are for it. */
struct kernel_cycles {
    struct layer_cycles dense, zeroskip;
    size_t elements;         /* of the layer's input */
    int beyond[COST_ABOVES]; /* those more than 2^i - 1 from its zero point: the most of all but
                              * those calibration samples that may fall back */
};

/* The lists that a fit gave. */
struct lists {
    int fit;      /* what choice_fits said */
    double loss;  /* what they lose against the dense layer, in units of cost */
    double saved; /* units of cost that they save; not of cycles, which are measured */
};

/* Measures them; the calibration's engine runs the layer dense. JOB_FAILED if the target has no costs for a kernel,
 * INTERRUPTED. */
int choice_begin(const struct choice *c, const struct plan *plan, int layer, struct kernel_cycles *out);

/* 1 in *fits if, in the lists that `plan` makes of it, a fully connected layer takes little more flash than its weights
 * do, and no input makes the layer slower than the promise, with the fallback that *out says, whatever that of the plan
 * is: one that hardly any calibration sample takes, lift 0 if it needs none. */
int choice_fits(const struct choice *c, const struct plan *plan, int layer, const struct kernel_cycles *k,
                struct layer_fallback *out, int *fits);

/* The kernel of a layer whose lists would be those of the plan, and why it stays dense (in r), if it does. Lists must
 * also be worth what they lose. */
int choice_end(struct region *r, const struct choice *c, const struct plan *plan, int layer,
               const struct kernel_cycles *k, const struct lists *lists, struct layer_plan *out);

#endif
