/* test_fixed_narrow.c - the tests of test_fixed.c on the forms for CPUs that multiply 16 bits at a time. */
#define RT_NARROW 1
#include "test_fixed.c"
