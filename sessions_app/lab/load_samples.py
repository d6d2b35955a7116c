"""What happens under load from one moment to the next: clients, and their server."""

from typing import Any

import numpy as np
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from sessions_app.lab.server_process import Served
from sessions_app.lab.tally import Tally

Buckets = dict[float, float]  # cumulative counts by upper edge, in ms


class Sampler:
    """What happened since the last sample, at each call."""

    def __init__(self, tally: Tally, server: Served | None) -> None:
        self._tally, self._server = tally, server
        self._at_s = 0.0
        self._before = (0, 0, 0)
        self._lags: dict[str, Buckets] = {}

    def __call__(self, at_s: float) -> dict[str, Any]:
        tally = self._tally
        now = (tally.analysed, tally.answers["dropped"], len(tally.latencies_ms))
        analysed, dropped, _ = np.subtract(now, self._before).tolist()
        lasted = at_s - self._at_s
        sample = {
            "at_s": round(at_s, 1),
            "analysed_per_s": round(analysed / lasted, 1) if lasted else 0.0,
            "dropped": dropped,
            "latency_ms": percentiles(tally.latencies_ms[self._before[2] : now[2]]),
        }
        self._at_s, self._before = at_s, now
        return sample if self._server is None else sample | self._of(self._server)

    def _of(self, server: Served) -> dict[str, Any]:
        said = server.metrics()
        before, self._lags = (
            self._lags,
            {web: _lags(text) for web, text in said.items()},
        )
        lags = [_p99(now, before.get(web, {})) for web, now in self._lags.items()]
        return {
            "loop_lag_ms": max(filter(None, lags), default=None),
            "waiting": sum(_gauge(text, "frames_waiting") for text in said.values()),
            "queued": max(
                (_gauge(t, "queued_batches") for t in said.values()), default=0
            ),
            "rss_mb": server.rss_mb_by_part(),
        }


def percentiles(values: list[float]) -> dict[str, float | None]:
    return {
        f"p{q}": round(float(np.percentile(values, q)), 1) if values else None
        for q in (50, 95, 99)
    }


def _gauge(metrics: str, name: str) -> int:
    values = [sample.value for sample in _samples(metrics, f"fer_{name}")]
    return int(values[0]) if values else 0


def _lags(metrics: str) -> Buckets:
    buckets = _samples(metrics, "fer_loop_lag_seconds_bucket")
    return {float(each.labels["le"]) * 1000: each.value for each in buckets}


def _samples(metrics: str, name: str) -> list[Sample]:
    families = text_string_to_metric_families(metrics)
    return [each for family in families for each in family.samples if each.name == name]


def _p99(after: Buckets, before: Buckets) -> float | None:
    """Upper edge of the bucket that holds the 99th percentile of what came between."""
    came = {edge: after[edge] - before.get(edge, 0) for edge in sorted(after)}
    total = max(came.values(), default=0)
    return next((edge for edge, n in came.items() if n >= 0.99 * total > 0), None)
