/* elf.c - an ELF file's segments into a machine's memory, and its symbols; libelf does the reading. */
#include "sim/core.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every loaded segment at its load address (p_paddr): start-up code copies .data itself, as on the chip. */
static int load_segments(struct sim *s, Elf *elf, const char *path, struct diag *d)
{
    size_t count = 0, size = 0;
    const char *bytes = elf_rawfile(elf, &size);

    if (!bytes || elf_getphdrnum(elf, &count))
        return diag_fail(d, JOB_FAILED, path, "its program headers cannot be read; link it again");
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr h;
        struct span *p;
        if (!gelf_getphdr(elf, (int)i, &h) || h.p_type != PT_LOAD || !h.p_filesz)
            continue;
        p = core_span(s, (sim_addr)h.p_paddr, h.p_filesz);
        if (!p || h.p_paddr > UINT32_MAX || h.p_offset > size || h.p_filesz > size - h.p_offset)
            return diag_fail(d, JOB_FAILED, path, "%llu bytes at 0x%llx lie outside the memory of %s",
                             (unsigned long long)h.p_filesz, (unsigned long long)h.p_paddr, s->chip->name);
        s->loaded_bytes += h.p_filesz;
        memcpy(p->loaded + ((sim_addr)h.p_paddr - p->base), bytes + h.p_offset, h.p_filesz);
    }
    return OK;
}

static int by_address(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* ARM marks Thumb functions by bit 0 of their address and code and data by symbols that begin with '$'. */
static void load_symbols(struct region *r, struct sim *s, Elf *elf, int is_arm)
{
    for (Elf_Scn *section = elf_nextscn(elf, NULL); section; section = elf_nextscn(elf, section)) {
        GElf_Shdr h;
        Elf_Data *data;
        if (!gelf_getshdr(section, &h) || h.sh_type != SHT_SYMTAB || !h.sh_entsize ||
            !(data = elf_getdata(section, NULL)))
            continue;
        s->symbols = region_array(r, h.sh_size / h.sh_entsize, sizeof *s->symbols);
        for (size_t i = 0; i < h.sh_size / h.sh_entsize; i++) {
            GElf_Sym symbol;
            const char *name;
            int kind;
            if (!gelf_getsym(data, (int)i, &symbol) || !(name = elf_strptr(elf, h.sh_link, symbol.st_name)) || !*name ||
                *name == '$' || symbol.st_shndx == SHN_UNDEF)
                continue;
            kind = GELF_ST_TYPE(symbol.st_info);
            if (kind == STT_SECTION || kind == STT_FILE)
                continue;
            s->symbols[s->symbol_count++] = (struct symbol){
                .name = region_text(r, "%s", name),
                .at = (sim_addr)symbol.st_value & (is_arm && kind == STT_FUNC ? ~1u : ~0u),
                .size = (uint32_t)symbol.st_size,
                .is_function = kind == STT_FUNC,
            };
        }
    }
    if (s->symbol_count)
        qsort(s->symbols, s->symbol_count, sizeof *s->symbols, by_address);
}

static int load(struct region *r, struct sim *s, Elf *elf, const char *path, sim_addr *entry, struct diag *d)
{
    GElf_Ehdr header;

    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
        return diag_fail(d, JOB_FAILED, path, "not an ELF file; link the firmware again");
    if (header.e_machine != s->chip->core->elf_machine)
        return diag_fail(d, JOB_FAILED, path, "made for another CPU (machine %d); %s needs %d", header.e_machine,
                         s->chip->name, s->chip->core->elf_machine);
    *entry = (sim_addr)header.e_entry;
    load_symbols(r, s, elf, header.e_machine == EM_ARM);
    return load_segments(s, elf, path, d);
}

int core_load_elf(struct region *r, struct sim *s, const char *path, sim_addr *entry, struct diag *d)
{
    int file = open(path, O_RDONLY | O_CLOEXEC), status;
    Elf *elf;

    if (file < 0)
        return diag_fail(d, JOB_FAILED, path, "cannot be opened");
    elf_version(EV_CURRENT);
    elf = elf_begin(file, ELF_C_READ, NULL);
    status = load(r, s, elf, path, entry, d);
    elf_end(elf);
    close(file);
    return status;
}
