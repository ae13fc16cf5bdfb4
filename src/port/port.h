/* port.h - programs for small CPUs: layers with MACs in the packed form of rt/unit.h, as a CPU family's inner loops
 * (rt/port/NAME/) read them. */
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include "lower/program.h"

enum { PORT_AFTER_FORMS = 3 };

/* Lists of connections as instructions (UNIT_PREFIX_CODE, docs/adr/0046). */
struct port_code {
    int bytes, end_bytes; /* of a connection, of the return behind a list; even */
    int reach;            /* sums that a connection's instructions can tell apart */
    int positive;         /* 1: for elements only that cannot lie below their zero point */
    void (*connection)(int offset, int weight, uint8_t *to);
    void (*end)(uint8_t *to);
};

/* port_code.c; port.c says which port has which. */
extern const struct port_code port_code_rv32, port_code_rv32i, port_code_avr;

/* A CPU family. The figures are those of its rt_port.h, which explains them. */
struct port {
    const char *name; /* folder of rt/port */
    const char *base; /* another, for files that it has not; NULL: there is none */
    const char *last; /* and another, for files that rt/ has not either */
    int block, tap_bytes, x_offset, w_offset;
    /* Lists as instructions; NULL: it has none. */
    const struct port_code *code;
    /* Writes an entry of a prefix list, short (UNIT_PREFIX_ENTRY_BYTES) or long. offset counts sums from where the list
     * counts, delta from the entry before. */
    void (*entry)(int is_long, int offset, int delta, int weight, uint8_t *to);
    int length_scale;      /* what lengths in the index are multiplied with */
    int long_start_scale;  /* what starts of long lists in the index are multiplied with; 0: 1 */
    int long_convolutions; /* 1: convolutions beyond 1x1 have long entries, which are faster */
    int sum_bits;          /* in which the prefix loops sum */
    int sum_zero;          /* what their sums begin with */
    int index_by_bits;     /* 1: the index of a channel has the starts of all its long lists, then for 1..8 bits their
                              lengths; 2: short ones too */
    int loops;         /* 1: layers with lists name the loops of the port that they need; short entries may be near */
    int far_index;     /* 1: the index of lists lies where weights do */
    int long_sum_bits; /* the same of long entries */
    int whole_rows;    /* 1: its prefix kernel leaves out blank rows, not what rt/prefix_s8.c does besides */
    int plane_reach;   /* most offset of an entry of a depthwise layer; 0: any */
    int compares; /* 1: unit_prefix_s8_compared is better than unit_packed_s8_cut; 2: by UNIT_PREFIX_COMPARED_ROW */
    enum unit_after
        after[PORT_AFTER_FORMS]; /* forms of the prefix kernels' constants, best first; UNIT_AFTER_NONE: no more */
    /* Weights are written in assembly for this section: where a compiler's arrays end at 32 KB. */
    const char *far_section;
    enum unit_requant requant; /* UNIT_REQUANT_HIGH, or UNIT_REQUANT_ONCE: as the layer is rounded, once or twice */
    int divides;               /* UNIT_REQUANT_DIVIDED wherever it gives the same bytes */
    int in_place;              /* windows that the dense kernel reads in the input side by side; 0: it reads strips */
    int mpy;                   /* it has an MPY32: layers become struct unit_mpy_s8 where they can */
    /* Packs one connection of a block: the weights of `block` outputs into tap_bytes bytes. */
    void (*pack)(const int8_t *weights, uint8_t *to);
    int rows;    /* zero-skip runs by prefix kernels with rows of weights where in_c * out_c is at most this; beyond it
                  * lists    of activations are faster (docs/adr/0028) */
    int seeds;   /* where thresholds move, sums begin elsewhere; 0: the constants of outputs move */
    int lanes;   /* dense layers take the kernels with two products in one multiplication where they can */
    int bytes;   /* or those with two positions a weight */
    int squares; /* or those without multiplications */
    /* The chips' memcpy (targets/) moves copy_bytes at a time where both ends are multiples of copy_align, what is left
     * and copies below 8 singly; 0: all. */
    uint32_t copy_align, copy_bytes;
};

/* By name ("c", "armv6m", ...); NULL if there is none. */
const struct port *port_named(const char *name);

/* Replaces the kernels of all layers with MACs by packed ones and joins maxima to the convolution before them, before
 * layout_arena. What they need lives in r. The program then runs with plain kernels only (KERNELS_PLAIN). */
void port_lower(struct region *r, struct program *p, const struct port *port);

/* 1 if a layer's thresholds move or fall back: only prefix kernels can. */
int port_moves(const struct program *p);

/* The first layer whose thresholds move and that no kernel of the port can move; NULL: there is none. */
const struct mac_layer *port_unmoved(const struct program *p);

/* Lets a program call the functions that the chip has (exp and log of floats) in place of this machine's, so that it
 * computes the chip's bytes. */
void port_own_functions(struct program *p);

/* Bytes of weights that a packed kernel's parameters point to. */
size_t port_weight_bytes(const struct port *port, unit_kernel *kernel, const struct unit_packed_s8 *op);

#endif
