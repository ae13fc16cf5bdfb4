/* format.h - what the plan's reader and writer agree on. */
#ifndef PLAN_FORMAT_H
#define PLAN_FORMAT_H

#include "plan/plan.h"

#define PLAN_SCHEMA "unit.plan/4"
#define PLAN_SCHEMA_3 "unit.plan/3" /* without fallbacks; still read */
#define PLAN_SCHEMA_2 "unit.plan/2" /* nor what follows the input; still read */
#define PLAN_SCHEMA_1 "unit.plan/1" /* nor cuts and weights; still read */

#endif
