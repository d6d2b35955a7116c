#!/usr/bin/env bash
# Celery closes Django's whole pool of PostgreSQL connections, not its task's connection, before and
# after each task of a worker. The pool belongs to the process: a thread that a task left behind
# loses the pool that it uses as soon as the next task begins. Shown by the pool alone, which needs
# no server while it holds no connection. Run it; it ends with a status other than 0 where
# Celery does otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet celery==5.7.0 django==5.2.19 psycopg==3.3.9 \
  psycopg-binary==3.3.9 psycopg-pool==3.3.3
cd "$folder"
mkdir messages
cat > settings.py <<'PYTHON'
SECRET_KEY = "none"
OPTIONS = {"pool": {"min_size": 0, "max_size": 2}}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none", "OPTIONS": OPTIONS}}
PYTHON
cat > work.py <<'PYTHON'
import pathlib

from celery import Celery
from django.db import connection

app = Celery(broker="filesystem://")
app.conf.broker_transport_options = {"data_folder_in": "messages", "data_folder_out": "messages"}
app.conf.worker_pool = "prefork"
kept = []


@app.task
def begins():
    connection.pool.open()
    kept.append(connection.pool)
    pathlib.Path("begins").write_text(f"closed: {kept[0].closed}")


@app.task
def looks():
    pathlib.Path("looks").write_text(f"closed: {kept[0].closed}")
PYTHON
export DJANGO_SETTINGS_MODULE=settings CELERY_SKIP_CHECKS=1
venv/bin/python -c "import work; work.begins.delay(); work.looks.delay()"
venv/bin/celery -A work worker --concurrency 1 --loglevel error > log 2>&1 & worker=$!
for _ in $(seq 120); do test -e looks && break; sleep 0.5; done
kill "$worker"; wait "$worker" || true
echo "celery $(venv/bin/python -c 'import celery; print(celery.__version__)'): the pool while its own task runs: $(cat begins); in the next task: $(cat looks)"
test "$(cat begins)" = "closed: False" && test "$(cat looks)" = "closed: True"
