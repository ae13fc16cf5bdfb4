/* rt_flash.h - constants on CPUs to which flash is memory like any other. AVR and MSP430X have their own in rt_port.h.
 */
#ifndef RT_FLASH_H
#define RT_FLASH_H

#include "unit.h"

/* Where constants go: weights, and what rt_rom_* reads. RT_WEIGHTS(array) is the address of weights as a constant;
 * RT_FAR_CELL(array) stands once before its first use. */
#define RT_FAR __attribute__((aligned(4))) /* loops read words */
#define RT_ROM __attribute__((aligned(4)))
#define RT_FAR_CELL(array)
#define RT_WEIGHTS(array) (array)

/* An address of weights, wide enough for all of flash. */
typedef const int8_t *rt_far;

static inline rt_far rt_far_from(unit_weights w)
{
    return w;
}

static inline int8_t rt_far_s8(rt_far at)
{
    return *at;
}

/* Constants other than weights. */
static inline int32_t rt_rom_s32(const int32_t *at)
{
    return *at;
}

static inline uint8_t rt_rom_u8(const uint8_t *at)
{
    return *at;
}

static inline uint16_t rt_rom_u16(const uint16_t *at)
{
    return *at;
}

static inline int8_t rt_rom_s8(const int8_t *at)
{
    return *at;
}

#endif
