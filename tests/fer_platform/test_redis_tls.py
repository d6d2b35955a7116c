"""One address, one rule: every client of a Redis checks its certificate alike.

A real Redis that speaks TLS with a certificate that this test has signed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from fer_platform.celery import broker_options
from tests.certificates import certificate
from tests.ports import free_port

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = {"celery", "cache", "messages", "frames"}


@pytest.fixture(scope="module")
def of_here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    yield from _speaking_tls(*certificate(folder, "here", "IP:127.0.0.1"))


@pytest.fixture(scope="module")
def of_elsewhere(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    yield from _speaking_tls(*certificate(folder, "elsewhere", "DNS:other.example"))


def _speaking_tls(own, key):
    port = free_port()
    options = ["--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1"]
    options += ["--tls-cert-file", str(own), "--tls-key-file", str(key)]
    options += ["--tls-ca-cert-file", str(own), "--tls-auth-clients", "no"]
    options += ["--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [shutil.which("redis-server"), *options], stdout=subprocess.DEVNULL
    )
    url = f"rediss://127.0.0.1:{port}/0"
    try:
        ends_at = time.monotonic() + 200
        while not who_connects(f"{url}?ssl_cert_reqs=none"):
            assert process.poll() is None
            assert time.monotonic() < ends_at
        yield url, own
    finally:
        process.kill()
        process.wait()


def who_connects(url):
    """The clients of a web process and a worker that reach a Redis by this address."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
    code = dedent("""
        import asyncio, json, os, sys
        from inference.cluster.redis_client import connect
        from fer_platform.cache import ForgivingRedisCache
        from fer_platform.celery import app
        from sessions_app.live.cluster.channel_layer import PatientLayer

        url = os.environ["FER_REDIS_URL"]

        def celery():
            with app.connection_for_write(transport_options={"max_retries": 0}) as to:
                to.default_channel.client.ping()

        def cache():
            ForgivingRedisCache(url, {})._cache.get_client().ping()

        def messages():
            async def publish():
                [shard] = PatientLayer(hosts=[url])._get_layer()._shards
                await shard.publish("somebody", b"look again")
            asyncio.run(publish())

        def frames():
            connect(url).ping()

        reached = []
        for client in (celery, cache, messages, frames):
            try:
                client()
                reached.append(client.__name__)
            except Exception as error:
                print(client.__name__, repr(error)[:300], file=sys.stderr)
        print(json.dumps(reached))
    """)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean
        | {"FER_REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "fer_platform.settings.test"}
        | {"FER_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
        | {"FER_LIVE_REDIS_URL": "redis://127.0.0.1:1/1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_nobody_takes_a_certificate_that_nobody_vouches_for(of_here):
    url, _ = of_here

    assert who_connects(url) == set()


def test_everybody_takes_one_that_the_address_names(of_here):
    url, own = of_here

    assert who_connects(f"{url}?ssl_ca_certs={own}") == CLIENTS


def test_nobody_takes_another_hosts_certificate(of_elsewhere):
    url, own = of_elsewhere

    assert who_connects(f"{url}?ssl_ca_certs={own}") == set()


def test_everybody_goes_without_a_check_where_the_address_says_so(of_elsewhere):
    url, _ = of_elsewhere

    assert who_connects(f"{url}?ssl_cert_reqs=none") == CLIENTS


def test_celery_takes_the_same_database_of_an_address():
    assert broker_options("redis://here/3")["broker_url"] == "redis://here/3"
    assert broker_options("redis://here?db=3")["broker_url"] == "redis://here/3"
    assert broker_options("redis://here")["broker_url"] == "redis://here/0"
