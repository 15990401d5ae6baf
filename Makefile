# Two commands on a fresh machine: make run, make test. On Windows see README.md.
PYTHON ?= python3
BIN := .venv/bin
export FLASK_APP := app.py

.PHONY: run demo test sure format lint types imports templates translations bench accessibility screenshots chaos lock clean

run: .venv/run
	$(BIN)/flask init
	exec $(BIN)/python app.py

# A register of its own, full of made-up data; delete demo-instance to have it filled anew.
demo: export INSTANCE := demo-instance
demo: export DATABASE_URL :=
demo: export MAIL_URL :=
demo: export NOTIFY_URLS :=
demo: export PORT := 8010
demo: .venv/run
	$(BIN)/flask fill-demo
	exec $(BIN)/python app.py

test: .venv/dev
	$(BIN)/python -m pytest -n 2

sure: .venv/dev lint types imports templates test

.venv/run: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy

imports: .venv/dev
	$(BIN)/lint-imports

templates: .venv/dev
	$(BIN)/djlint templates --lint --quiet

translations: .venv/dev
	$(BIN)/python tools/extract_messages.py

bench: .venv/dev
	@for one in $(filter-out bench/build_%.py,$(wildcard bench/[a-z]*.py)); do $(BIN)/python $$one || exit 1; done

chaos: .venv/dev
	$(BIN)/python tests/reminders/chaos.py --rounds 300 --database sqlite
	$(BIN)/python tests/reminders/chaos.py --rounds 300 --database postgresql

# Every page of every role, in every state, on a phone and at a desk; `make test` opens each kind once.
accessibility: .venv/dev
	EVERY_PAGE=1 $(BIN)/python -m pytest tests/browser/test_accessibility.py -n 0

screenshots: .venv/dev
	$(BIN)/python tests/browser/take_screenshots.py docs/screenshots

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --quiet requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --quiet requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
