# otatape: build, test and show. `make` alone lists the targets.

PACKAGES_BUILD := libpcap-dev libmosquitto-dev libsqlite3-dev zlib1g-dev pkg-config mosquitto
PACKAGES_TEST  := $(PACKAGES_BUILD) sqlite3 tshark
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
OTATAPE := .build/release/otatape
BENCH := .build/release/otatape-bench

# Installs the packages named in $(1) that are missing; does nothing, and needs no rights, when all are there.
define install
	@missing=""; for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    $(SUDO) apt-get update -qq && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: help demo build test lint format captures bench-build bench bench-memory bench-allocations setup setup-test

help:
	@echo "make demo      install what is missing, build, and tell the whole story (record, query, replay, verdict)"
	@echo "make test      install what the tests need too, build and run all tests"
	@echo "make build     the release binary, $(OTATAPE)"
	@echo "make lint      check formatting and the house rules that the formatter knows"
	@echo "make format    format the sources in place"
	@echo "make bench     generate a large capture and measure inspect and import against tshark, libpcap and SQLite"
	@echo "make bench-memory, make bench-allocations   what captures of 1 GB and floods take; what a message allocates"
	@echo "make captures  make Captures/ again with the demo's own sniffing (needs capture rights)"

setup:
	$(call install,$(PACKAGES_BUILD))

setup-test:
	$(call install,$(PACKAGES_TEST))

build: setup
	swift build -c release --product otatape

demo: build
	$(OTATAPE) demo

# One test at a time: devices, brokers and servers of one test must not starve behind the arithmetic of another.
test: setup-test
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --no-parallel

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

captures: build
	$(OTATAPE) demo --captures Captures

bench-build: build
	swift build -c release --product otatape-bench

# BENCH_OPTIONS="--runs 1 --without-tshark" measures sooner; --check makes a missed limit an error.
bench: bench-build
	$(BENCH) compare $(BENCH_OPTIONS)

bench-memory: bench-build
	$(BENCH) memory $(BENCH_OPTIONS)

bench-allocations: bench-build
	$(BENCH) allocations $(BENCH_OPTIONS)
