# The front door. The build itself is CMakeLists.txt; everything here is one command of it or of scripts/.
#
#   make            build the tool: build/unit
#   make demo       set up, build, run the main job
#   make test       set up, build, test in seconds        (one test: make test T=cli/eval)
#   make check      everything: both compilers, sanitizers, fuzz regressions, static analysis, cross-checks
#   make bench      speed, printed beside LiteRT's where that is installed
#   make results    the tables of docs/results.md and docs/costs.md that are measured on the simulated chips, and their plot
#   make fuzz       fuzz the readers of foreign bytes      (SECONDS_EACH=600)
#   make format     clang-format the sources
#   make install    tool, runtime library, CMake package, man page, completion (DESTDIR, PREFIX)
#   make clean      remove everything that was built

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX ?= /usr/local
PYTHON ?= $(firstword $(wildcard .venv/bin/python) python3)

all: build/unit

build/unit: build/Makefile FORCE
	@cmake --build build -j $(JOBS)

build/Makefile: CMakeLists.txt CMakePresets.json tests/CMakeLists.txt
	@cmake --preset default > build.log 2>&1 || (cat build.log; rm -f build.log; \
	  echo "unit: the build could not be set up; scripts/setup installs what is missing"; exit 1)
	@rm -f build.log

setup:
	@scripts/setup

demo: setup
	@$(MAKE) --no-print-directory all
	@sh demo/demo.sh

test: setup
	@$(MAKE) --no-print-directory all
	@scripts/test build $(T)

check: setup
	@scripts/check

bench: setup
	@$(MAKE) --no-print-directory all
	@scripts/bench

results: all
	@$(PYTHON) tools/results.py --write docs/results.md
	@$(PYTHON) tools/survivors.py --write docs/costs.md --plot docs/survivors.svg

fuzz: setup
	@scripts/fuzz

format:
	@find rt src targets demo tests examples/msp430fr5994 -name '*.[ch]' ! -name rt_asm.h | xargs clang-format-14 -i

install: all
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"

clean:
	@rm -rf build build-debug build-sanitize build-clang build-fuzz

FORCE:
.PHONY: all setup demo test check bench results fuzz format install clean FORCE
