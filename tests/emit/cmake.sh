# cmake.sh - the emitted CMakeLists.txt is a library target: two networks of one project, each from its own folder.
. tests/emit/common.sh

emit graph_lenet host "$folder/first" first
emit graph_residual host "$folder/second" second
cat >"$folder/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.13)
project(client LANGUAGES C ASM)
add_compile_definitions(FIRST_SELFTEST SECOND_SELFTEST)
add_subdirectory(first)
add_subdirectory(second)
add_executable(client client.c)
target_link_libraries(client first second)
END
cat >"$folder/client.c" <<'END'
#include "first.h"
#include "second.h"
int main(void)
{
    return first_selftest() != 0 || second_selftest() != 0;
}
END
cmake -S "$folder" -B "$folder/build" >/dev/null
cmake --build "$folder/build" >/dev/null
"$folder/build/client"
cmake -S "$folder/first" -B "$folder/alone" >/dev/null
cmake --build "$folder/alone" >/dev/null
[ -s "$folder/alone/libfirst.a" ]
echo "cmake: a project with two networks builds and runs; a folder alone builds"
