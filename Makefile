# tcptrace. `make` alone says what can be made.

GO      ?= go
PREFIX  ?= /usr/local
SUDO    := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help
.PHONY: help build demo test truth lab check install uninstall golden docs bench bench-peers profile fuzz man clean libpcap

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## build ./tcptrace and replay an opening, a close, and a stuck CLOSE_WAIT
	./tcptrace -r testdata/pcap/demo.pcap

build: libpcap ## build ./tcptrace
	$(GO) build -ldflags '-X main.version=$(VERSION)' -o tcptrace ./cmd/tcptrace

test: libpcap ## run the tests; as root the live ones too
	$(GO) test ./...

truth: libpcap ## replay what Linux did, and print how often we say the same
	$(GO) test ./tracer/truth -count=1 -run Truth -v

lab: libpcap ## real Linux TCP against what we infer (root; SEED=, ONLY=, LONG=1)
	$(GO) test -count=1 -exec "$(SUDO)" ./tracer/lab -run Lab -v -timeout 15m -args -seed $(or $(SEED),1) $(if $(ONLY),-only '$(ONLY)') $(if $(LONG),-long)

check: libpcap ## what CI runs: format, vet, lint, race, walls, fuzz, vulnerabilities
	.ci/check

install: build man ## install the program and its man page below PREFIX (/usr/local)
	install -D -m 755 tcptrace $(DESTDIR)$(PREFIX)/bin/tcptrace
	install -D -m 644 tcptrace.1 $(DESTDIR)$(PREFIX)/share/man/man1/tcptrace.1

uninstall: ## take away what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/tcptrace $(DESTDIR)$(PREFIX)/share/man/man1/tcptrace.1

man: build ## write the man page, tcptrace.1
	./tcptrace man > tcptrace.1

golden: libpcap ## record the goldens anew; read the difference before committing it
	$(GO) test ./cmd/tcptrace -run Golden -update

docs: build ## write docs/states.md, conditions.md and sysctls.md out of the texts of explain
	./tcptrace docs docs

bench: libpcap ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: build ## race tcpdump, tshark and others over the same captures (FULL=1: all of them, ten minutes; MARKDOWN=1)
	$(GO) run ./tracer/bench/peers $(if $(FULL),-full) $(if $(MARKDOWN),-markdown) $(if $(OLD),-old '$(OLD)')

profile: libpcap ## record anew the profile that the compiler goes by, cmd/tcptrace/default.pgo
	$(GO) test ./tracer/bench -trimpath -run '^$$' -bench Replay -benchtime 4s -cpuprofile $(CURDIR)/cmd/tcptrace/default.pgo -o /dev/null

fuzz: libpcap ## fuzz each target FUZZTIME (200000x: executions; or a time, 30s)
	.ci/fuzz $(or $(FUZZTIME),200000x)

clean: ## take away what was built
	rm -f tcptrace tcptrace.1

# libpcap's headers are the one thing that Go cannot fetch by itself.
libpcap:
	@printf '#include <pcap/pcap.h>\n' | $${CC:-cc} -E - >/dev/null 2>&1 || SUDO='$(SUDO)' .ci/libpcap
