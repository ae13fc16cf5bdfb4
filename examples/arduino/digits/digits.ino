/* digits.ino - classifies an image and says the answer over the serial port. Needs the library UnitNetwork (make library). */
#include <net.h>

static net_input_t in[NET_INPUT_SIZE];
static net_output_t out[NET_OUTPUT_SIZE];

/* Your input: pixels from a camera, samples from a microphone. Here a bar, which looks like a one. */
static void read_sensor()
{
    for (uint16_t i = 0; i < NET_INPUT_SIZE; i++)
        in[i] = net_quantise(i % 28 == 14 && i / 28 > 4 && i / 28 < 23 ? 1.0f : 0.0f);
}

void setup()
{
    Serial.begin(115200);
}

void loop()
{
    unsigned long begin = millis();
    uint16_t most = 0;

    read_sensor();
    if (net_run(in, out) != 0)
        return;
    for (uint16_t i = 1; i < NET_OUTPUT_SIZE; i++)
        if (out[i] > out[most])
            most = i;
    Serial.print("class ");
    Serial.print(most);
    Serial.print(", probability ");
    Serial.print(net_dequantise(out[most]));
    Serial.print(", ");
    Serial.print(millis() - begin);
    Serial.println(" ms");
}
