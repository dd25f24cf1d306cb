# make land, make test: everything else is set up on the way.
#   make land ARGS="--seed 1"      make test ARGS="-k parachute"      PYTHON=/path/to/python make test
.DEFAULT_GOAL := help
.PHONY: help land test test-all check format bench docs page picture clean
bin := .venv/bin
export PYTHON
side_by_side := -n auto --maxprocesses 4 --dist loadfile # a file of tests a process

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

.venv/.installed-%: pyproject.toml scripts/setup.sh
	@scripts/setup.sh $*

land: .venv/.installed-dev ## fly the Perseverance landing
	@$(bin)/skycrane land $(if $(findstring --out,$(ARGS)),,--overwrite) $(ARGS)

test: .venv/.installed-dev ## the tests
	@$(bin)/python -m pytest $(side_by_side) $(ARGS)

test-all: .venv/.installed-dev ## the tests and those that take minutes
	@$(bin)/python -m pytest $(side_by_side) -m "" $(ARGS)

check: .venv/.installed-dev ## style, types and walls
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy
	@$(bin)/lint-imports --no-logo
	@$(bin)/python -m pytest tests/architecture

format: .venv/.installed-dev ## write the code in the style that `make check` asks for
	@$(bin)/ruff check --fix --quiet . || true
	@$(bin)/ruff format .

bench: .venv/.installed-dev ## how fast it is on this machine
	@$(bin)/python -m benchmarks $(ARGS)

docs: .venv/.installed-docs ## the pages, into build/docs
	@NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict --quiet
	@echo "build/docs/index.html"

page: .venv/.installed-dev ## the web page of `skycrane watch`, from web/ into the package
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .

picture: .venv/.installed-dev ## fly a landing; its picture for the README, its table and callouts for the docs
	@dir=$$(mktemp -d) && $(bin)/skycrane land --out $$dir/run && \
	$(bin)/python examples/picture_of_a_landing.py $$dir/run docs/figures/landing.png && \
	$(bin)/python scripts/callouts.py $$dir/run docs/figures/callouts.md && \
	$(bin)/python scripts/predicted_against_flown.py $$dir/run docs/figures/predicted_against_flown.md; \
	status=$$?; rm -rf $$dir; exit $$status

clean: ## remove what was made here
	rm -rf .venv build dist web/node_modules src/skycrane/experience/page .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
