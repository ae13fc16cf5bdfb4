/* elf.c - an ELF file's segments into a machine's memory, and its symbols; libelf does the reading. */
#include "sim/core.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* Every loaded segment at its load address (p_paddr): start-up code copies .data itself, as on the chip. */
static int load_segments(struct sim *s, Elf *elf, struct bytes file, const char *path, struct diag *d)
{
    size_t count = 0;

    if (elf_getphdrnum(elf, &count))
        return diag_fail(d, JOB_FAILED, path, "its program headers cannot be read; link it again");
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr h;
        struct span *p;
        if (!gelf_getphdr(elf, (int)i, &h) || h.p_type != PT_LOAD || !h.p_filesz)
            continue;
        p = core_span(s, (sim_addr)h.p_paddr, h.p_filesz);
        if (!p || h.p_paddr > UINT32_MAX || h.p_offset > file.size || h.p_filesz > file.size - h.p_offset)
            return diag_fail(d, JOB_FAILED, path, "%llu bytes at 0x%llx lie outside the memory of %s",
                             (unsigned long long)h.p_filesz, (unsigned long long)h.p_paddr, s->chip->name);
        s->loaded_bytes += h.p_filesz;
        memcpy(p->loaded + ((sim_addr)h.p_paddr - p->base), file.data + h.p_offset, h.p_filesz);
    }
    return OK;
}

static int by_address(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* The first symbol table and its bytes, as many as the file really has; NULL if there is none. */
static Elf_Data *symbol_table(Elf *elf, GElf_Shdr *h)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(elf, section)))
        if (gelf_getshdr(section, h) && h->sh_type == SHT_SYMTAB)
            return elf_getdata(section, NULL);
    return NULL;
}

/* 1 for what names a place in the program. '$' begins ARM's and RISC-V's marks of code and data. */
static int is_place(const GElf_Sym *symbol, const char *name)
{
    int kind = GELF_ST_TYPE(symbol->st_info);

    return *name && *name != '$' && symbol->st_shndx != SHN_UNDEF && kind != STT_SECTION && kind != STT_FILE;
}

/* Global labels in code are functions too: assembly often leaves out the type. */
static int is_function(Elf *elf, const GElf_Sym *symbol)
{
    Elf_Scn *section = symbol->st_shndx < SHN_LORESERVE ? elf_getscn(elf, symbol->st_shndx) : NULL;
    GElf_Shdr h;

    if (GELF_ST_TYPE(symbol->st_info) != STT_NOTYPE)
        return GELF_ST_TYPE(symbol->st_info) == STT_FUNC;
    return GELF_ST_BIND(symbol->st_info) == STB_GLOBAL && section && gelf_getshdr(section, &h) &&
           (h.sh_flags & SHF_EXECINSTR);
}

/* ARM marks Thumb functions by bit 0 of their address. */
static void load_symbols(struct region *r, struct sim *s, Elf *elf, int is_arm)
{
    GElf_Shdr h;
    Elf_Data *data = symbol_table(elf, &h);
    size_t count = data ? data->d_size / gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT) : 0;

    s->symbols = region_array(r, count, sizeof *s->symbols);
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        const char *name = gelf_getsym(data, (int)i, &symbol) ? elf_strptr(elf, h.sh_link, symbol.st_name) : NULL;
        int is_thumb = is_arm && GELF_ST_TYPE(symbol.st_info) == STT_FUNC;
        if (!name || !is_place(&symbol, name))
            continue;
        s->symbols[s->symbol_count++] = (struct symbol){
            .name = region_text(r, "%s", name),
            .at = (sim_addr)symbol.st_value & (is_thumb ? ~1u : ~0u),
            .size = (uint32_t)symbol.st_size,
            .is_function = is_function(elf, &symbol),
        };
    }
    if (s->symbol_count)
        qsort(s->symbols, s->symbol_count, sizeof *s->symbols, by_address);
}

static int load(struct region *r, struct sim *s, Elf *elf, struct bytes file, const char *path, struct diag *d)
{
    GElf_Ehdr header;

    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header) || header.e_ident[EI_CLASS] != ELFCLASS32 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB)
        return diag_fail(d, JOB_FAILED, path, "not a 32-bit little-endian ELF file; link the firmware again");
    if (header.e_machine != s->chip->core->elf_machine)
        return diag_fail(d, JOB_FAILED, path, "made for another CPU (machine %d); %s needs %d", header.e_machine,
                         s->chip->name, s->chip->core->elf_machine);
    s->entry = (sim_addr)header.e_entry;
    load_symbols(r, s, elf, header.e_machine == EM_ARM);
    return load_segments(s, elf, file, path, d);
}

int core_load_elf(struct region *r, struct sim *s, const char *path, struct diag *d)
{
    struct bytes file;
    Elf *elf;
    int status;

    TRY(file_read(r, path, &file, d));
    elf_version(EV_CURRENT);
    elf = elf_memory((char *)file.data, file.size);
    status = load(r, s, elf, file, path, d);
    elf_end(elf);
    return status;
}
