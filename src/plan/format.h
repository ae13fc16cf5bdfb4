/* format.h - what the plan's reader and writer agree on. */
#ifndef PLAN_FORMAT_H
#define PLAN_FORMAT_H

#include "plan/plan.h"

#define PLAN_SCHEMA "unit.plan/1"

#endif
