# otatape: build, test and show. `make` alone lists the targets.

PACKAGES_BUILD := libpcap-dev libmosquitto-dev libsqlite3-dev zlib1g-dev pkg-config mosquitto
PACKAGES_TEST  := $(PACKAGES_BUILD) openssl sqlite3 tshark zstd
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

# Runs the tests with $(1), whose output is passed on and whose exit code is kept. When they fail, what failed is said
# again at the end, since a log often shows no more than that: each issue with what belongs to it, then the runner's last words.
define run_tests
	@echo "$(1)"; mkdir -p .build; \
	{ $(1) 2>&1; echo $$? >.build/test.status; } | tee .build/test.log; \
	read -r status <.build/test.status; \
	if [ "$$status" != 0 ]; then \
	    echo; echo "What failed:"; \
	    awk '/^(◇|✔|✘)/ { lines = 0 } /recorded an issue/ { lines = 12 } lines-- > 0' .build/test.log; \
	    grep -E 'Fatal error|^error: |✘ Test run' .build/test.log; \
	fi; \
	exit "$$status"
endef

FUZZ_TARGETS := link tcp mqtt http websocket capture payload
TARGET ?= $(FUZZ_TARGETS)
SECONDS ?= 60
FUZZER := .build-fuzz/release/Fuzzer

.PHONY: deb deb-test systemd-test help demo build test fuzz lint format captures bench-build bench bench-memory bench-allocations bench-live bench-sniff setup setup-test

help:
	@echo "make demo      install what is missing, build, and tell the whole story (record, query, replay, verdict)"
	@echo "make test      install what the tests need too, build and run all tests"
	@echo "make build     the release binary, $(OTATAPE)"
	@echo "make fuzz      give the decoders random bytes: SECONDS=60 each, TARGET=\"$(FUZZ_TARGETS)\""
	@echo "make lint      check formatting and the house rules that the formatter knows"
	@echo "make format    format the sources in place"
	@echo "make bench     generate a large capture and measure inspect and import against tshark, libpcap and SQLite"
	@echo "make bench-live, make bench-sniff   record from a broker against mosquitto_sub; sniff against tcpdump"
	@echo "make bench-memory, make bench-allocations   what captures of 1 GB and floods take; what a message allocates"
	@echo "make deb       a Debian package in .build/deb, built with the Swift runtime linked in"
	@echo "make deb-test  install that package into a clean Debian 12, run it, remove it (root, debootstrap; minutes)"
	@echo "make systemd-test   boot a Debian 12 with systemd, and hold the package's unit to what it promises (as deb-test)"
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
	$(call run_tests,swift test --skip-build --no-parallel)

# A build of its own (Package.swift, at its end). What a run learns stays in .build-fuzz/corpus for the next one; an input
# that fails is kept in .build-fuzz/findings, to be repaired and then added to Tests/FuzzingTests/FailCases. Swift's own
# backtraces are off, since they come before libFuzzer has written the input down.
fuzz: setup
	OTATAPE_FUZZER=1 swift build -c release --scratch-path .build-fuzz --product Fuzzer
	@mkdir -p .build-fuzz/findings; : >.build-fuzz/summary; failed=0; \
	for target in $(TARGET); do \
	    corpus=.build-fuzz/corpus/$$target; mkdir -p $$corpus; \
	    OTATAPE_FUZZ=$$target $(FUZZER) --seeds $$corpus Captures/*.pcap || exit 1; \
	    echo "fuzzing $$target for $(SECONDS) s"; finds=0; \
	    OTATAPE_FUZZ=$$target SWIFT_BACKTRACE=enable=no nice -n 19 $(FUZZER) -max_total_time=$(SECONDS) \
	        -timeout=20 -rss_limit_mb=512 -max_len=4096 -print_final_stats=1 -verbosity=1 \
	        -artifact_prefix=.build-fuzz/findings/$$target- $$corpus >.build-fuzz/$$target.log 2>&1 || finds=1; \
	    runs=$$(sed -n 's/^stat::number_of_executed_units: *//p' .build-fuzz/$$target.log); \
	    printf '%-10s %12s executions %3s finds\n' $$target "$${runs:-0}" $$finds >>.build-fuzz/summary; \
	    [ $$finds = 0 ] || { failed=1; grep -aE 'FINDING|SUMMARY|Test unit' .build-fuzz/$$target.log; }; \
	done; \
	cat .build-fuzz/summary; exit $$failed

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# A build of its own beside the usual one: the Swift runtime is linked in, so that the package needs no toolchain.
deb: setup
	$(call install,dpkg-dev)
	swift build -c release --static-swift-stdlib --scratch-path .build/static --product otatape
	Sources/Packaging/deb.sh .build/static/release/otatape .build/deb

deb-test: deb
	$(SUDO) Sources/Packaging/deb-test.sh $$(ls -t .build/deb/*.deb | head -1)

systemd-test: deb
	$(SUDO) Sources/Packaging/systemd-test.sh $$(ls -t .build/deb/*.deb | head -1)

captures: build
	$(OTATAPE) demo --captures Captures

bench-build: build
	swift build -c release --product otatape-bench

# BENCH_OPTIONS="--runs 1 --without-tshark" measures sooner; --check makes a missed limit an error.
bench: bench-build
	$(BENCH) compare $(BENCH_OPTIONS)

bench-memory: bench-build
	$(BENCH) memory $(BENCH_OPTIONS)

bench-live: bench-build
	$(BENCH) live $(BENCH_OPTIONS)

bench-sniff: bench-build
	$(BENCH) sniff $(BENCH_OPTIONS)

bench-allocations: bench-build
	$(BENCH) allocations $(BENCH_OPTIONS)
