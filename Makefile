# gridbot: what one does with it. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
GO ?= go
# Version printed by `gridbot version`.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: demo
demo: ## run the whole service with a stand-in WeChat, here and now
	$(GO) run . demo

.PHONY: build
build: ## build the binary ./gridbot
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o gridbot .

.PHONY: test
test: tools ## install what the tests need, then run every check and test
	$(MAKE) lint
	CGO_ENABLED=1 $(GO) test -race -timeout 20m $$($(GO) list ./... | grep -v '^gridbot$$')
	CGO_ENABLED=1 $(GO) test -race -timeout 20m -skip '^TestTalk$$' . # alone: it measures answers against a deadline
	CGO_ENABLED=1 $(GO) test -race -timeout 20m -run '^TestTalk$$/^embedded$$' . # what races does so on any Redis
	$(GO) test -timeout 20m -run '^TestTalk$$' .
	$(GO) test -timeout 20m -run '^TestShippedModelIsTrainedOnShippedExamples$$' ./classify # a whole training, ten times slower with the detector

.PHONY: quick
quick: ## tests without the race detector and without installing anything
	$(GO) test ./...

.PHONY: lint
lint: ## formatting, vet and staticcheck
	@unformatted="$$(gofmt -l $$(git ls-files '*.go'))"; test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }
	$(GO) vet ./...
	cd bench && $(GO) vet ./... # a module of its own, which builds on this one
	$(GO) tool staticcheck ./...

.PHONY: tools
tools: ## install redis-server, Chromium, a Chinese font, Node.js and curl if they are missing
	@./.ci/tools

.PHONY: bench
bench: ## compare speed with the floor, the SDK's server and asynq; BENCH="--fsync always,no --json" says more
	cd bench && $(GO) run . $(BENCH)

.PHONY: train
train: ## train the classifier again from classify/examples
	$(GO) run . train --examples classify/examples --model classify/model.gz

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (default 20s) each
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-20s} $$p || exit 1; \
	  done; done

# The parsers that strangers can reach: a push, its XML, the webhook, the door of other systems.
.PHONY: fuzz-short
fuzz-short: ## run the fuzz targets strangers can reach for FUZZTIME (default 5s) each
	@for t in ./wechat:FuzzOpen ./wechat:FuzzXML ./handlers:FuzzPush ./handlers:FuzzReadMatter; do \
	  echo "$$t"; $(GO) test -run '^$$' -fuzz "^$${t#*:}$$" -fuzztime $${FUZZTIME:-5s} $${t%%:*} || exit 1; \
	done
