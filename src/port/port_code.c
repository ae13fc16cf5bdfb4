/* port_code.c - connections as instructions of a CPU: sum += x * weight, for the loops of rt/port/NAME that call them.
 */
#include "port/port.h"

static void put(uint8_t **to, uint32_t word, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *(*to)++ = (uint8_t)(word >> 8 * i);
}

/* ---- RV32 (The RISC-V Instruction Set Manual, volume I, "RV32/64G Instruction Set Listings") ------------------------
 *
 * a0: the list's sums; a1: the element, or its place in the table of quarter squares; a2 to a4 are free. */
enum { A0 = 10, A1, A2, A3, A4 };

static uint32_t rv32_immediate(int opcode, int funct3, int rd, int rs1, int immediate)
{
    return (uint32_t)(opcode | rd << 7 | funct3 << 12 | rs1 << 15) | (uint32_t)immediate << 20;
}

static uint32_t rv32_registers(int funct7, int rd, int rs1, int rs2)
{
    return (uint32_t)(0x33 | rd << 7 | rs1 << 15 | rs2 << 20) | (uint32_t)funct7 << 25;
}

static uint32_t rv32_store(int rs2, int rs1, int immediate)
{
    return (uint32_t)(0x23 | (immediate & 31) << 7 | 2 << 12 | rs1 << 15 | rs2 << 20) | (uint32_t)(immediate >> 5)
                                                                                            << 25;
}

static uint32_t rv32_load(int funct3, int rd, int rs1, int immediate)
{
    return rv32_immediate(0x03, funct3, rd, rs1, immediate);
}

enum { RV32_LW = 2, RV32_LHU = 5, RV32_ADD = 0, RV32_SUB = 0x20, RV32_MUL = 1 };

/* a2 is the product. */
static void rv32_add_product(int offset, uint8_t **to)
{
    put(to, rv32_load(RV32_LW, A3, A0, 4 * offset), 4);
    put(to, rv32_registers(RV32_ADD, A3, A3, A2), 4);
    put(to, rv32_store(A3, A0, 4 * offset), 4);
}

static void connection_rv32(int offset, int weight, uint8_t *to)
{
    put(&to, rv32_immediate(0x13, 0, A2, 0, weight), 4); /* li */
    put(&to, rv32_registers(RV32_MUL, A2, A2, A1), 4);
    rv32_add_product(offset, &to);
}

static void connection_rv32i(int offset, int weight, uint8_t *to)
{
    put(&to, rv32_load(RV32_LHU, A2, A1, 2 * weight), 4);
    put(&to, rv32_load(RV32_LHU, A4, A1, -2 * weight), 4);
    put(&to, rv32_registers(RV32_SUB, A2, A2, A4), 4);
    rv32_add_product(offset, &to);
}

static void end_rv32(uint8_t *to)
{
    put(&to, rv32_immediate(0x67, 0, 0, 1, 0), 4); /* ret */
}

enum { RV32_REACH = 512 }; /* immediates are below 2048 */

const struct port_code port_code_rv32 = { 20, 4, RV32_REACH, 0, connection_rv32, end_rv32 };
const struct port_code port_code_rv32i = { 24, 4, RV32_REACH, 0, connection_rv32i, end_rv32 };

/* ---- AVR (AVR Instruction Set Manual)
 * ---------------------------------------------------------------------------------
 *
 * Y: the first 16 sums, Z: those behind them; r16: the element; r23: 0; r0, r1, r17 and r18 are free. A sum takes 4
 * bytes, of which 3 count. */
enum { AVR_Y_SUMS = 16, AVR_REACH = 32, AVR_LOAD = 0x8120, AVR_STORE = 0x8320 };

/* ldd r18, Y+q or Z+q; or std. */
static uint32_t avr_access(int what, int offset, int byte)
{
    int q = 4 * (offset % AVR_Y_SUMS) + byte, y = offset < AVR_Y_SUMS ? 8 : 0;

    return (uint32_t)(what | y | (q & 32) << 8 | (q & 24) << 7 | (q & 7));
}

static void connection_avr(int offset, int weight, uint8_t *to)
{
    put(&to, 0xe010 | ((uint32_t)weight & 0xf0) << 4 | ((uint32_t)weight & 0x0f), 2); /* ldi r17, weight */
    put(&to, 0x0310, 2);                                                              /* mulsu r17, r16 */
    put(&to, 0x0b11, 2);                                                              /* sbc r17, r17 */
    put(&to, avr_access(AVR_LOAD, offset, 0), 2);
    put(&to, 0x0d20, 2); /* add r18, r0 */
    put(&to, avr_access(AVR_STORE, offset, 0), 2);
    put(&to, avr_access(AVR_LOAD, offset, 1), 2);
    put(&to, 0x1d21, 2); /* adc r18, r1 */
    put(&to, avr_access(AVR_STORE, offset, 1), 2);
    put(&to, 0x1f17, 2); /* adc r17, r23 */
    put(&to, 0xf019, 2); /* breq behind the next three */
    put(&to, avr_access(AVR_LOAD, offset, 2), 2);
    put(&to, 0x0f21, 2); /* add r18, r17 */
    put(&to, avr_access(AVR_STORE, offset, 2), 2);
}

static void end_avr(uint8_t *to)
{
    put(&to, 0x9508, 2); /* ret */
}

const struct port_code port_code_avr = { 28, 2, AVR_REACH, 1, connection_avr, end_avr };
