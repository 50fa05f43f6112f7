# Every target with a comment after ## is shown by `make help`.

GO ?= go
STATICCHECK = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The packages whose tests are run with the race detector too.
RACE = $(shell sed 's/\#.*//' .ci/race)

# How long each fuzz target runs in `make fuzz`.
FUZZTIME ?= 1m

.PHONY: help check servers lint test race build demo quality bench bench-all bench-service bench-peers e2e fuzz

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: servers lint test ## everything that must pass before a change is taken

servers: ## install the real servers that the tests use (as root on Debian)
	@sh internal/testserver/install/all.sh

lint: ## gofmt, go vet and staticcheck
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt -w these files:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	$(STATICCHECK) ./...

test: ## run the tests, search their output for planted values, run those of concurrent packages with -race too
	@GO="$(GO)" sh .ci/test ./...
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v $$($(GO) env CC) >/dev/null; \
	then set -x; $(GO) test -race -short -timeout 20m $(RACE); \
	else echo "no C compiler, which the race detector needs: tests with -race are left out" >&2; fi

build: ## build the programs into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/...

demo: ## scan a small made-up company
	$(GO) run ./cmd/assay demo

quality: ## measure the library on the data held back; fail below quality/floors.json
	$(GO) run ./internal/qualityrun -part held -floor quality/floors.json
	$(GO) run ./internal/secretslines -part held

bench: ## measure the engine beside its goals, in one run, and peers on the same bytes
	$(GO) test ./verifiers -run '^$$' -bench 'Scan|Short|Number|Cores|Load|Dictionary' -benchtime 8x -timeout 20m
	$(GO) test ./verifiers -run '^$$' -bench Hostile -benchtime 1x -timeout 20m
	@sh internal/corpus/peers/speed.sh

bench-all: ## run every benchmark there is
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-service: ## measure the service: real processes on a real queue and database
	ASSAY_BENCH=1 $(GO) test ./cmd/assay -run TestBenchService -count=1 -v -timeout 20m | grep -E 'FIGURE|processes of|^(---|FAIL|ok)'

e2e: ## kill scanners at random for a minute, the seed is printed; secrets in 2 GB and in 100,000 commits
	ASSAY_E2E=1 $(GO) test ./cmd/assay -run 'TestFleet|TestPoison|TestHandedBack|TestLiveVerifiers' -count=1 -v -timeout 20m
	ASSAY_E2E=1 $(GO) test ./cmd/assay-secrets -run TestHard -count=1 -v -timeout 30m

bench-secrets: ## measure the search for secrets beside rg, git and installed peers
	@sh internal/secretsbench/run.sh

bench-peers: ## measure assay and the peers that PyPI has on the same data, in one run
	@sh internal/corpus/peers/run.sh

fuzz: ## run every fuzz target for FUZZTIME (1m)
	@sh .ci/fuzz $(FUZZTIME)
