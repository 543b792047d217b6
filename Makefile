# Two commands matter: `make run` and `make test`. Both set up what they need.
.PHONY: run test check build web screenshots lighthouse icons bench fuzz clean
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
FUZZ_SECONDS ?= 20

## Build everything and open the demo at the printed address.
run: build
	exec "$${CARGO_TARGET_DIR:-target}/release/palabre" demo

## Set up and check everything; what CI runs.
test:
	scripts/test

## The quick half of `make test`: formatting, lints and unit tests.
check:
	scripts/test check

build: web
	scripts/setup build
	cargo build --release --locked --bin palabre

web:
	scripts/setup web
	npm --prefix web run --silent build

## Screenshots of the main screens, into .screenshots/.
screenshots: web
	scripts/setup browser
	cargo build --locked --bin palabre
	npm --prefix tests/e2e run --silent screenshots

## What Lighthouse says about the app; see docs/performance.md.
lighthouse: web
	scripts/setup browser
	scripts/setup lighthouse
	cargo build --locked --bin palabre
	npm --prefix tests/lighthouse run --silent audit

## The app's icons, drawn again from its mark.
icons:
	scripts/setup browser
	npm --prefix tests/e2e run --silent icons

## What a forwarded packet costs; see docs/performance.md.
bench:
	cargo bench --locked --workspace --bench '*'

fuzz:
	fuzz/run $(FUZZ_SECONDS)

clean:
	cargo clean
	rm -rf web/dist web/node_modules tests/e2e/node_modules tests/lighthouse/node_modules fuzz/target .screenshots
