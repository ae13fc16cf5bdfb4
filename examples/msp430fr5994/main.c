/* main.c - classifies an image on the MSP-EXP430FR5994 LaunchPad and says the answer over its USB serial port.
 *
 * The clock is 8 MHz, at which FRAM needs no wait state. Registers and addresses: SLAU367P (chapters 3, 12, 30) and
 * SLASE54D (tables 9-30 and following). The network must not run in an interrupt handler, nor may handlers multiply:
 * kernels keep operands in the hardware multiplier. */
#include "net.h"

#define REGISTER(at) (*(volatile uint16_t *)(at))
#define REGISTER_8(at) (*(volatile uint8_t *)(at))

static void clock_8_mhz(void)
{
    REGISTER(0x0160) = 0xA500; /* CSCTL0: unlock */
    REGISTER(0x0162) = 0x000C; /* CSCTL1: DCO at 8 MHz */
    REGISTER(0x0164) = 0x0033; /* CSCTL2: MCLK and SMCLK from the DCO */
    REGISTER(0x0166) = 0x0000; /* CSCTL3: undivided */
}

/* eUSCI_A0 on P2.0 and P2.1, 115,200 baud from 8 MHz: 4 + 5/16, second modulation 0x55. */
static void serial_open(void)
{
    REGISTER(0x0130) &= (uint16_t)~1u; /* PM5CTL0: pins out of their locked state */
    REGISTER_8(0x020D) |= 3;           /* P2SEL1 */
    REGISTER(0x05C0) = 0x0081;         /* UCA0CTLW0: held in reset, clocked by SMCLK */
    REGISTER(0x05C6) = 4;              /* UCA0BRW */
    REGISTER(0x05C8) = 0x5551;         /* UCA0MCTLW */
    REGISTER(0x05C0) = 0x0080;
}

static void serial_put(char c)
{
    while (!(REGISTER(0x05DC) & 2)) /* UCA0IFG: room to send */
        ;
    REGISTER(0x05CE) = (uint16_t)(unsigned char)c;
}

static void serial_print(const char *text)
{
    while (*text)
        serial_put(*text++);
}

/* Your input: pixels from a camera, samples from a microphone. Here a bar, which looks like a one. */
static void read_sensor(net_input_t in[NET_INPUT_SIZE])
{
    for (uint16_t i = 0; i < NET_INPUT_SIZE; i++)
        in[i] = net_quantise(i % 28 == 14 && i / 28 > 4 && i / 28 < 23 ? 1.0f : 0.0f);
}

static uint16_t best(const net_output_t out[NET_OUTPUT_SIZE])
{
    uint16_t most = 0;

    for (uint16_t i = 1; i < NET_OUTPUT_SIZE; i++)
        if (out[i] > out[most])
            most = i;
    return most;
}

int main(void)
{
    static net_input_t in[NET_INPUT_SIZE];
    static net_output_t out[NET_OUTPUT_SIZE];

    clock_8_mhz();
    serial_open();
    serial_print(net_selftest() == 0 ? "self-test passed\r\n" : "self-test failed\r\n");
    for (;;) {
        read_sensor(in);
        if (net_run(in, out) == 0) {
            serial_print("class ");
            serial_put((char)('0' + best(out)));
            serial_print("\r\n");
        }
    }
}
