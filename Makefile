# Needs Go and make. `make help` lists the targets.

GO        ?= go
# What is tested: packages, or ./... for all.
PKG       ?= ./...
# Further arguments of go test, such as -count=3.
ARGS      ?=
# How long each fuzz target is fuzzed.
FUZZTIME  ?= 60s
# How long, and how often, each benchmark runs.
BENCHTIME ?= 1s
BENCHCOUNT ?= 6
TIMEOUT   ?= 20m

TESTSUM = $(GO) run ./internal/tools/testsum

.PHONY: run build test race bench fuzz lint base-image record-fixtures clean help
.DEFAULT_GOAL := run

## run: build, and check the built-in mocks and clients
run: build
	./bin/harness check

## build: build bin/harness
build:
	$(GO) build -o bin/harness ./cmd/harness

## test: run all tests; those that need a container engine are skipped if none answers
test:
	@if command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1; then scripts/base-image.sh || [ -z "$$HARNESS_REQUIRE_CONTAINERS" ]; fi
	@$(TESTSUM) -timeout $(TIMEOUT) $(ARGS) $(PKG)

## race: run all tests under the race detector
race:
	@$(TESTSUM) -race -timeout $(TIMEOUT) $(ARGS) $(PKG)

## bench: run the benchmarks, for benchstat (BENCHTIME, BENCHCOUNT)
bench:
	@$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -count $(BENCHCOUNT) -timeout 60m \
		$$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -n1 dirname | sort -u)

## fuzz: fuzz every target for FUZZTIME
fuzz:
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | while IFS=: read -r file name; do \
		name=$${name#func }; \
		echo "fuzz $$name in $$(dirname $$file), $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname $$file)" || exit 1; \
	done

## lint: gofmt, go vet, staticcheck
lint:
	@unformatted=$$(gofmt -l $$($(GO) list -f '{{.Dir}}' ./...)); \
		if [ -n "$$unformatted" ]; then echo "not formatted: run gofmt -w on"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

## base-image: make the image that the containers are built from
base-image:
	scripts/base-image.sh

## record-fixtures: record the sessions of fixtures/sessions anew, from the real servers in containers
record-fixtures: base-image
	$(GO) run ./internal/tools/recordpop3
	$(GO) run ./internal/tools/recordftp
	$(GO) run ./internal/tools/recordnntp
	$(GO) run ./internal/tools/recordsmtp

## clean: remove what was built
clean:
	rm -rf bin reports

## help: list the targets
help:
	@sed -n 's/^## //p' Makefile
