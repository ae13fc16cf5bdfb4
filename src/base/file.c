/* file.c - reading and writing whole files with POSIX calls. The temporary file of a write in progress is known to the
 * signal handler of interrupt.c, which removes it. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"

enum { FILE_LIMIT = 1 << 30, FIRST_READ = 1 << 16 };

/* The hint that helps most often for an errno. */
static const char *remedy(int error)
{
    switch (error) {
    case ENOENT:
        return "check the path";
    case EACCES:
    case EPERM:
    case EROFS:
        return "check the permissions";
    case ENOSPC:
    case EDQUOT:
        return "free some space";
    case EISDIR:
        return "name a file, not a folder";
    default:
        return "try again elsewhere";
    }
}

static int fail(struct diag *d, const char *path, const char *verb, int error)
{
    return diag_fail(d, JOB_FAILED, path, "cannot %s: %s; %s", verb, strerror(error), remedy(error));
}

/* Reads to the end of fd into a growing block, then moves it into the region: the size of a pipe is not known before.
 */
static int read_all(struct region *r, int fd, const char *path, struct bytes *out, struct diag *d)
{
    size_t size = 0, room = FIRST_READ;
    uint8_t *data = malloc(room);
    ssize_t n = 0;

    while (data && (n = read(fd, data + size, room - size)) > 0) {
        size += (size_t)n;
        if (size > FILE_LIMIT)
            break;
        if (size == room) {
            uint8_t *grown = realloc(data, room *= 2);
            if (!grown)
                free(data);
            data = grown;
        }
    }
    if (!data)
        return fail(d, path, "read", ENOMEM);
    if (n < 0 || size > FILE_LIMIT) {
        int error = n < 0 ? errno : EFBIG;
        free(data);
        return fail(d, path, "read", error);
    }
    out->data = region_copy(r, data, size);
    out->size = size;
    free(data);
    return OK;
}

/* A regular file goes straight into the region: a large model is held once. */
static int read_known(struct region *r, int fd, const char *path, size_t expected, struct bytes *out, struct diag *d)
{
    uint8_t *data = region_alloc(r, expected);
    size_t size = 0;
    ssize_t n = 1;

    while (size < expected && (n = read(fd, data + size, expected - size)) > 0)
        size += (size_t)n;
    if (n < 0)
        return fail(d, path, "read", errno);
    *out = (struct bytes){ data, size };
    return OK;
}

int file_read(struct region *r, const char *path, struct bytes *out, struct diag *d)
{
    struct stat info;
    int fd, status;

    if (strcmp(path, "-") == 0)
        return read_all(r, STDIN_FILENO, "standard input", out, d);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(d, path, "read", errno);
    if (fstat(fd, &info) < 0 || S_ISDIR(info.st_mode) || info.st_size > FILE_LIMIT) {
        close(fd);
        return fail(d, path, "read", S_ISDIR(info.st_mode) ? EISDIR : EFBIG);
    }
    if (S_ISREG(info.st_mode) && info.st_size > 0)
        status = read_known(r, fd, path, (size_t)info.st_size, out, d);
    else
        status = read_all(r, fd, path, out, d);
    close(fd);
    return status;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

/* A device or a pipe (/dev/stdout, /dev/full, a process substitution) cannot be replaced by renaming over it. */
static int is_special(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static int write_special(const char *path, const void *data, size_t size, struct diag *d)
{
    int to_stdout = strcmp(path, "-") == 0;
    int fd = to_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : write_all(fd, data, size);

    if (fd >= 0 && !to_stdout && close(fd) < 0 && !error)
        error = errno;
    return error ? fail(d, path, "write", error) : OK;
}

/* mkstemp makes files private; a result gets the permissions any new file gets. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

int file_write(const char *path, const void *data, size_t size, struct diag *d)
{
    size_t room = strlen(path) + sizeof ".XXXXXX";
    char *temporary;
    struct stat info;
    int fd, error;

    if (strcmp(path, "-") == 0 || is_special(path))
        return write_special(path, data, size, d);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return fail(d, path, "write", EISDIR);
    temporary = malloc(room);
    if (!temporary)
        return fail(d, path, "write", ENOMEM);
    snprintf(temporary, room, "%s.XXXXXX", path);
    fd = mkstemp(temporary);
    if (fd < 0) {
        error = errno;
        free(temporary);
        return fail(d, path, "write", error);
    }
    interrupt_remove_on_exit(temporary);
    error = write_all(fd, data, size);
    if (!error && (fchmod(fd, usual_mode()) < 0 || fsync(fd) < 0))
        error = errno;
    if (close(fd) < 0 && !error)
        error = errno;
    if (!error && rename(temporary, path) < 0)
        error = errno;
    if (error)
        unlink(temporary);
    interrupt_remove_on_exit(NULL);
    free(temporary);
    return error ? fail(d, path, "write", error) : OK;
}
