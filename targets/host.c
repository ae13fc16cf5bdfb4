/* host - this machine: the reference for every other target. */
#include "target/target.h"

const struct target target_host = { .name = "host", .cpu = "this machine", .simulator = "native" };
