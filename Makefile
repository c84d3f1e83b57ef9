# Kept. The build itself is meson's; this is the way in for people, and it installs what is missing (tools/setup).
# With CI=true a warning of the compiler is an error, and a missing tool fails the check.

BUILD ?= build
STRICT := $(if $(filter true 1,$(CI)),true,false)

.DEFAULT_GOAL := build
.PHONY: help build build-asan build-fuzz check check-asan check-faults fuzz-smoke lint demo demo-fresh demo-mail bench format clean

help:            ## says what can be made
	@sed -n 's/^\([a-z-]*\): *[^#]*## /  make \1\t/p' Makefile | expand -t 20

build:           ## build/kept, and everything that is tested
	@tools/setup build
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) -Dwerror=$(STRICT)
	@[ $(STRICT) = false ] || meson configure $(BUILD) -Dwerror=true
	@ninja -C $(BUILD)

check: build build-asan build-fuzz ## builds, then runs every test; C's tests and the stories also with sanitizers
	@node tools/check.mjs --build $(BUILD) --sanitized build-asan --fuzz build-fuzz

check-asan: build-asan ## only the latter: address and undefined-behaviour sanitizers
	@node tools/check.mjs --build '' --sanitized build-asan

check-faults: build ## the tests of bad luck at length: more than 1,000 kills on both stores, disks and peers that fail, power loss, Patroni where it is installed
	@KEPT_KILLS=$(or $(KILLS),600) node tools/check.mjs --build $(BUILD) faults migrate backup power bad_ patroni

build-asan:
	@tools/setup build
	@tools/setup check
	@[ -f $@/build.ninja ] || meson setup $@ -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C $@

build-fuzz:
	@tools/setup fuzz
	@[ -f $@/build.ninja ] || CC=clang meson setup $@ -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C $@ $$(cd fuzz && for f in fuzz_*.c; do echo fuzz/$${f%.c}; done)

fuzz-smoke: build-fuzz ## only the fuzzers, a few seconds each; fuzz/run takes one of them further
	@node tools/check.mjs --build '' --fuzz build-fuzz

lint: build      ## what reads the sources without running them
	@tools/setup check
	@node tools/check.mjs --build $(BUILD) lint

demo: build      ## the product, filled, with real mail: http://127.0.0.1:8080
	@node tools/demo.mjs

demo-fresh: build ## the same, with new data
	@node tools/demo.mjs --fresh

demo-mail:       ## a customer of the running demo writes, and reads what is answered
	@node tools/demo.mjs --mail

bench: build     ## the figures that we claim, each beside its bar (docs/bench.md): long, and wants the machine for itself
	@tools/setup bench
	@KEPT_BUILD=$(abspath $(BUILD)) bench/run $(BENCH)

format:          ## writes the C sources as .clang-format says
	@tools/setup check
	@clang-format -i $$(git ls-files '*.c' '*.h')

clean:           ## removes what was built (the demo's data stays: build/demo)
	@for d in $(BUILD) build-asan build-fuzz; do [ ! -d $$d ] || find $$d -mindepth 1 -maxdepth 1 ! -name demo ! -name parts -exec rm -rf {} +; done
