/* sim_firmware.h - for the tests of src/sim/: a program put down halfword by halfword, with named functions, as an ELF
 * file in a folder of the test's own. */
#ifndef SIM_FIRMWARE_H
#define SIM_FIRMWARE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those four first */
#include <cmocka.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/sim.h"

enum { FUNCTIONS_MAX = 8, NAME_BYTES = 16, FIRMWARE_BYTES = 1 << 20 };

struct firmware {
    uint16_t machine; /* EM_ARM, ... */
    sim_addr base;    /* where it is loaded */
    sim_addr entry;
    uint32_t size;
    uint8_t bytes[FIRMWARE_BYTES];
    struct {
        char name[NAME_BYTES];
        sim_addr at;
        uint32_t size;
    } function[FUNCTIONS_MAX];
    int function_count;
};

static inline sim_addr firmware_here(const struct firmware *f)
{
    return f->base + f->size;
}

static inline void put16(struct firmware *f, uint32_t value)
{
    assert_true(f->size + 2 <= FIRMWARE_BYTES);
    f->bytes[f->size++] = (uint8_t)value;
    f->bytes[f->size++] = (uint8_t)(value >> 8);
}

static inline void put32(struct firmware *f, uint32_t value)
{
    put16(f, value & 0xffff);
    put16(f, value >> 16);
}

/* Overwrites the halfword at an address. */
static inline void patch16(struct firmware *f, sim_addr at, uint32_t value)
{
    f->bytes[at - f->base] = (uint8_t)value;
    f->bytes[at - f->base + 1] = (uint8_t)(value >> 8);
}

/* A function of `size` bytes begins here. */
static inline void firmware_function(struct firmware *f, const char *name, uint32_t size)
{
    assert_true(f->function_count < FUNCTIONS_MAX);
    snprintf(f->function[f->function_count].name, NAME_BYTES, "%s", name);
    f->function[f->function_count].at = firmware_here(f);
    f->function[f->function_count++].size = size;
}

/* Symbol table and its names; both begin with an empty entry. */
static inline void firmware_symbols(const struct firmware *f, Elf32_Sym *symbols, char *names)
{
    for (int i = 0; i < f->function_count; i++) {
        symbols[i + 1] = (Elf32_Sym){ .st_name = (Elf32_Word)(1 + i * NAME_BYTES),
                                      .st_value = f->function[i].at,
                                      .st_size = f->function[i].size,
                                      .st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC),
                                      .st_shndx = SHN_ABS };
        memcpy(names + 1 + i * NAME_BYTES, f->function[i].name, NAME_BYTES);
    }
}

static inline void firmware_write(const struct firmware *f, const char *path)
{
    struct {
        Elf32_Ehdr header;
        Elf32_Phdr segment;
        Elf32_Shdr section[3]; /* none, .symtab, .strtab */
        Elf32_Sym symbols[FUNCTIONS_MAX + 1];
        char names[1 + FUNCTIONS_MAX * NAME_BYTES];
    } file = { .header = { .e_ident = ELFMAG,
                           .e_type = ET_EXEC,
                           .e_machine = f->machine,
                           .e_version = EV_CURRENT,
                           .e_entry = f->entry,
                           .e_phoff = sizeof file.header,
                           .e_shoff = sizeof file.header + sizeof file.segment,
                           .e_ehsize = sizeof file.header,
                           .e_phentsize = sizeof file.segment,
                           .e_phnum = 1,
                           .e_shentsize = sizeof *file.section,
                           .e_shnum = 3 } };
    const Elf32_Off symbols = (Elf32_Off)((char *)file.symbols - (char *)&file);
    const Elf32_Off names = (Elf32_Off)(file.names - (char *)&file);
    FILE *to = fopen(path, "wb");

    file.header.e_ident[EI_CLASS] = ELFCLASS32;
    file.header.e_ident[EI_DATA] = ELFDATA2LSB;
    file.header.e_ident[EI_VERSION] = EV_CURRENT;
    file.segment = (Elf32_Phdr){ PT_LOAD, sizeof file, f->base, f->base, f->size, f->size, PF_R | PF_W | PF_X, 4 };
    file.section[1] = (Elf32_Shdr){ .sh_type = SHT_SYMTAB,
                                    .sh_offset = symbols,
                                    .sh_size = (Elf32_Word)((size_t)(f->function_count + 1) * sizeof *file.symbols),
                                    .sh_link = 2,
                                    .sh_addralign = 4,
                                    .sh_entsize = sizeof *file.symbols };
    file.section[2] =
        (Elf32_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = names, .sh_size = sizeof file.names, .sh_addralign = 1 };
    firmware_symbols(f, file.symbols, file.names);
    assert_non_null(to);
    assert_int_equal(fwrite(&file, sizeof file, 1, to), 1);
    assert_int_equal(fwrite(f->bytes, 1, f->size, to), f->size);
    assert_int_equal(fclose(to), 0);
}

/* A path in a folder of the test's own, which the caller removes; name "" for the folder. */
static char test_folder[64];

static inline const char *in_folder(char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", test_folder, name);
    return path;
}

static inline int make_folder(void **unused)
{
    const char *base = getenv("TMPDIR");

    (void)unused;
    snprintf(test_folder, sizeof test_folder, "%.40s/unit-sim-XXXXXX", base && *base ? base : "/tmp");
    return mkdtemp(test_folder) ? 0 : -1;
}

/* Removes the files that the tests of this folder write. */
static inline int remove_folder(void **unused)
{
    static const char *const names[] = { "firmware.elf", "dump.bin", "qemu.log" };
    char path[128];

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in_folder(path, names[i]));
    return rmdir(test_folder);
}

/* A machine with the firmware loaded, at reset. */
static inline struct sim *firmware_open(struct region *r, const struct firmware *f, const char *chip,
                                        const struct sim_options *options)
{
    struct diag d = { 0 };
    char path[128];
    struct sim *s;

    firmware_write(f, in_folder(path, "firmware.elf"));
    s = sim_open(r, sim_chip_named(chip), path, options, &d);
    if (!s)
        fail_msg("%s", d.message);
    return s;
}

#endif
