# Each target is one documented line; `make help` prints them. What deserves a test lives in xtask/.
.DEFAULT_GOAL := help
.PHONY: run dev web test test-quick test-rust test-pg test-web test-e2e bench bench-tags soak fuzz dist help rust

SIZE ?= 10k
ENGINE ?= sqlite
CASES ?= 20000
SECS ?= 60

run: rust ## build the interface and the release binary, then serve on 127.0.0.1:7420 with the data in ./data
	@cargo xtask run

dev: rust ## serve the development build and the interface with hot reload
	@cargo xtask dev

web: rust ## build the interface into web/build, if its sources changed
	@cargo xtask web

test: rust ## run everything that must hold: style, rules, licences, both engines, interface, browser
	@cargo xtask test

test-quick: rust ## run what needs neither PostgreSQL nor a browser
	@cargo xtask test format tidy licences i18n clippy rust

test-rust: rust ## run the Rust tests on SQLite
	@cargo xtask test rust

test-pg: rust ## run the same Rust tests on a temporary PostgreSQL
	@cargo xtask test pg

test-web: rust ## run the interface's types, unit tests and generated client
	@cargo xtask test openapi web

test-e2e: rust ## run the browser stories against the real binary
	@cargo xtask test e2e

bench: rust ## measure against docs/benchmarks.md: SIZE=10k|100k|1m ENGINE=sqlite|postgres
	@cargo xtask bench --size $(SIZE) --engine $(ENGINE)

bench-tags: rust ## measure tag suggestions beside peers on the sets in SARANG_DATA
	@cargo xtask bench-tags

soak: rust ## run the fault tests with their full numbers, on both engines
	@cargo xtask soak

fuzz: rust ## throw random input at the parsers: CASES=20000 a property, SECS=60 a target of fuzz/
	@cargo xtask fuzz --cases $(CASES) --secs $(SECS)

dist: rust ## pack the release binary, licence and guides into dist/
	@cargo xtask dist

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

rust:
	@command -v cargo >/dev/null || { echo "Rust 1.95 or newer is missing: install it from https://rustup.rs"; exit 1; }
	@rustc --version | awk '{split($$2, v, "."); if (v[1] == 1 && v[2] < 95) {print "Rust 1.95 or newer is needed, this is " $$2 ": run rustup update"; exit 1}}'
