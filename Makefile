# TinhSo. `make up` starts a province; `make check test proof` is what CI runs.
PYTHON ?= python3
WORKERS ?= 2
# Every process that a test starts would compile the house anew: 12 s of CPU instead of 4.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help up down status test check proof bench bench-import bench-load bench-dossiers bench-reorganise bench-map bench-replay clean install dev openapi kill

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1 — /'

.venv/bin/tinhso:
	@echo 'Ở đây chưa cài gì: hãy chạy make up trước. Nothing is installed here yet: run make up first.' >&2; exit 1

install:
	@$(PYTHON) scripts/bootstrap.py

dev:
	@$(PYTHON) scripts/bootstrap.py --dev

up: install ## install what is missing, start the province, print addresses and accounts (DETACH=1: in the background)
	@exec .venv/bin/tinhso up $(if $(DETACH),--detach)

down: | .venv/bin/tinhso ## stop it
	@.venv/bin/tinhso down

status: | .venv/bin/tinhso ## what of it runs
	@.venv/bin/tinhso status

check: dev ## style, types, floors, templates, migrations, translations, clock (≤ 2 min)
	@.venv/bin/python scripts/check.py

test: dev ## all tests but the long ones, on a real PostgreSQL and a real Chromium (≤ 10 min)
	.venv/bin/pytest -m "not proof" --ignore tests/proof -n $(WORKERS) --dist loadfile --durations 10

proof: dev ## faults, property runs, fuzzing (≤ 45 min)
	.venv/bin/pytest -m proof -n $(WORKERS) --dist loadfile --durations 20

bench: dev ## measure; writes JSON to docs/performance/
	@.venv/bin/python -m scripts.bench

bench-load: dev ## 50 users with 2 s thinking on a deployment behind nginx (DURATION=60 USERS=50); docs/performance/
	@.venv/bin/python -m scripts.bench_load

bench-dossiers: dev ## pages over 10 k, 100 k, 1 M simulated dossiers (SIZES=10000 DURATION=60); docs/performance/
	@.venv/bin/python -m scripts.bench_dossiers

bench-import: dev ## 3,000 officials from an Excel file, through the page and the job; docs/performance/
	@.venv/bin/python -m scripts.bench_import

bench-reorganise: dev ## the plan of 1 July 2025 over 1 million dossiers, 100 k open (N=… OPEN=… DURABLE=1); docs/performance/
	@.venv/bin/python -m scripts.bench_reorganise

bench-map: dev ## the process map of one procedure over 5 million steps (STEPS=…); docs/performance/
	@.venv/bin/python -m scripts.bench_map

bench-replay: dev ## a year of 100,000 dossiers through a draft of a process (N=…); docs/performance/
	@.venv/bin/python -m scripts.bench_replay

kill: dev ## kill web, worker and database twenty times while people send and sign (ROUNDS=20)
	TINHSO_KILL_ROUNDS=$(or $(ROUNDS),20) .venv/bin/pytest tests/proof/test_kill.py --durations 5

openapi: dev ## write docs/openapi.json anew
	@TINHSO_HOME=var/test .venv/bin/python manage.py write_openapi

clean: ## stop the suite's cluster; remove what builds and tests made (not the province's data)
	@if [ -x .venv/bin/tinhso ]; then TINHSO_HOME=var/test .venv/bin/tinhso down; fi
	rm -rf build var/test frontend/node_modules .mypy_cache .ruff_cache .import_linter_cache .hypothesis
