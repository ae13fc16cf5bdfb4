/* peak_memory.c - runs a command and prints the largest memory it held, in bytes. A parent of its own, because a process
 * inherits the peak of the one it was forked from. usage: peak_memory COMMAND [ARGUMENT ...] */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;

    if (argc < 2)
        return 2;
    if (fork() == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(127);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    if (wait(&status) < 0 || status != 0)
        return 1;
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%ld\n", usage.ru_maxrss * 1024);
    return 0;
}
