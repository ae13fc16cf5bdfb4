/* msp430x_registers.c - writes to the registers that are more than storage: PC, SP, SR, CG (SLAU367P, section 4.3). */
#include "sim/msp430x_machine.h"

#include <inttypes.h>

void msp430x_check_sp(struct msp *m)
{
    if (m->r[MSP_SP] < m->sim->stack_lowest)
        msp430x_fail(m, "stack overrun: SP is 0x%05" PRIx32, m->r[MSP_SP]);
}

void msp430x_set_special(struct msp *m, uint32_t reg, uint32_t value)
{
    if (reg == MSP_CG)
        return;
    m->r[reg] = value & (reg == MSP_SR ? 0xFFFF : MSP_MASK & ~1u);
    if (reg == MSP_SP)
        msp430x_check_sp(m);
    if (reg == MSP_SR && (value & MSP_CPU_OFF))
        msp430x_fail(m, "the CPU was switched off");
}
