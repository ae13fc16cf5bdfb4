/* prefix_axis.h - how the inputs of a layer meet its outputs along one axis, as the lists of the prefix kernels need
 * it. */
#ifndef PORT_PREFIX_AXIS_H
#define PORT_PREFIX_AXIS_H

#include <unit.h>

/* How inputs meet outputs along an axis. With margins, outputs count on below 0 and beyond the last. */
struct axis {
    int inputs, outputs, kernel, stride, dilation, pad;
    int margins;
};

/* Rows and columns of a layer. */
struct axis axis_h(const struct unit_packed_s8 *p, int margins);
struct axis axis_w(const struct unit_packed_s8 *p, int margins);

/* 1 if input i meets an output through kernel tap k: which. */
int axis_meets(const struct axis *a, int i, int k, int *output);

/* The least output that input i meets; 0 if there is none. */
int axis_least_met(const struct axis *a, int i);

/* Outputs, margins included: from *low on, the returned number. */
int axis_size(const struct axis *a, int *low);

/* Meetings of all inputs and taps. */
int axis_meetings(const struct axis *a);

/* Most neighbouring outputs that one input meets. */
int axis_reach(const struct axis *a);

/* Inputs that meet outputs at the same distances through the same taps are of a class: class_of[inputs]; returns how
 * many classes there are. example[class] is one of its inputs. */
int axis_classes(const struct axis *a, int *class_of, int *example);

#endif
