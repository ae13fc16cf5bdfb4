/* start.c - reset to main(): .data copied, .bss cleared. */
#include <stdint.h>

extern uint32_t __stack_top[], __data_start[], __data_end[], __data_load[], __bss_start[], __bss_end[];
int main(void);
void Reset_Handler(void);

__attribute__((section(".vectors"), used)) static void (*const vectors[2])(void) = {
    (void (*)(void))(uintptr_t)__stack_top,
    Reset_Handler,
};

void Reset_Handler(void)
{
    const volatile uint32_t *from = __data_load;

    for (volatile uint32_t *to = __data_start; to != __data_end;)
        *to++ = *from++;
    for (volatile uint32_t *to = __bss_start; to != __bss_end;)
        *to++ = 0;
    main();
    for (;;)
        ;
}
