"""What tests cost: `pytest -p tests.cpu_seconds tests/sessions_app/views`.

Seconds of a core, of pytest and of all processes that it started, those that have ended
too. Unlike the time that passes they stay about the same while a machine does much else.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

_TICKS = os.sysconf("SC_CLK_TCK")
_SHOWN = 25
_costs = Counter()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    before = _used_s()
    result = yield
    _costs[item.nodeid] += _used_s() - before
    return result


def pytest_terminal_summary(terminalreporter):
    files = Counter()
    for test, cost_s in _costs.items():
        files[test.partition("::")[0]] += cost_s
    terminalreporter.section(f"{sum(_costs.values()):.0f} seconds of a core")
    for costs in (files, _costs):
        for name, cost_s in costs.most_common(_SHOWN):
            terminalreporter.write_line(f"{cost_s:7.1f}  {name}")


def _used_s():
    """Of this process and its descendants, each with those that it has waited for."""
    own, children = {}, {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        own[process.name] = sum(map(int, words[11:15]))
        children.setdefault(words[1], []).append(process.name)
    total, waiting = 0, [str(os.getpid())]
    while waiting:
        process = waiting.pop()
        total += own.get(process, 0)
        waiting += children.get(process, [])
    return total / _TICKS
