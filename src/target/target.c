/* target.c - see target.h. */
#include "target/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define X(id) &target_##id,
static const struct target *const all[] = { TARGETS(X) NULL };
#undef X

const struct target *const *target_all(void)
{
    return all;
}

const struct target *target_named(const char *name)
{
    for (int i = 0; all[i]; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

const char *target_names(void)
{
    static char names[512];

    if (!*names)
        for (int i = 0; all[i]; i++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "", all[i]->name);
    return names;
}

static int on_path(const char *command)
{
    const char *path = getenv("PATH");
    char file[512];

    while (path && *path) {
        size_t length = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)length, path, command);
        if (access(file, X_OK) == 0)
            return 1;
        path += length + (path[length] == ':');
    }
    return 0;
}

const char *target_label(const struct target *t)
{
    return t->label ? t->label : t->name;
}

int target_available(const struct target *t)
{
    return t->simulator && (!t->toolchain || on_path(t->toolchain));
}
