/* calibrate.h - measures what kernels cost on a chip's simulator, and writes the table. */
#ifndef CALIBRATE_CALIBRATE_H
#define CALIBRATE_CALIBRATE_H

#include <stdio.h>

#include "base/diag.h"
#include "target/target.h"

/* Builds and runs random networks of one layer, fits each kernel's terms, and writes targets/costs_NAME.c to `to`; a
 * line a kernel with its errors goes to `log` (may be NULL). Deterministic. JOB_FAILED if the toolchain is missing or
 * fails; INTERRUPTED. */
int calibrate_costs(const struct target *t, FILE *to, FILE *log, struct diag *d);

#endif
