/* tune_report.h - what unit tune tells about the plan it found: tables for people, a JSON document, the front as CSV.
 */
#ifndef CMD_TUNE_REPORT_H
#define CMD_TUNE_REPORT_H

#include "cmd/prediction.h"
#include "run/evaluate.h"
#include "tune/tune.h"

struct tune_report {
    const char *plan_path;
    struct plan plan;
    struct program pruned;
    struct evaluation dense, own;
    int has_labels;
    struct drop drop;
    const struct target *target;                /* NULL: none was named, and no cycles are predicted */
    struct prediction dense_cycles, own_cycles; /* over the first of the samples */
    int by_connection;                          /* `found` holds what tune_connections found */
    struct connections_result found;
};

void tune_report_print(const struct session *s, const struct tune_report *r, double seconds);

/* Every plan that was judged, one a line, by rising lambda. JOB_FAILED if the file cannot be written. */
int tune_report_front(const struct session *s, const struct tune_report *r, const char *path, struct diag *d);

#endif
