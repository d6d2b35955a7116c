"""What a test that is run again finds: everything set up from the start, and a time limit.

For runs with `--reruns` (docs/decisions/0015-a-test-that-meets-real-time-may-be-run-again.md).
pytest-rerunfailures alone would keep what belongs to a module or to all tests, a dead
server for example, and pytest-timeout takes its limit away at the first failure.
"""

import pytest

FAILED = pytest.StashKey[bool]()
TIME_LIMIT = pytest.StashKey()
# Of all runs since `make` emptied them: which tests ran again; how many ran, were skipped.
NAMES, RAN = "build/run_again.txt", "build/ran.txt"
# What meets real time; all other tests are run once.
_MARKERS = ("real", "alone", "long")
_FOLDERS = ("tests/cluster/", "tests/e2e/")


def pytest_collection_modifyitems(items):
    for item in items:
        if not (
            any(map(item.get_closest_marker, _MARKERS))
            or item.nodeid.startswith(_FOLDERS)
        ):
            item.add_marker(pytest.mark.flaky(reruns=0))


def pytest_exception_interact(node):
    node.stash[FAILED] = True


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item, settings):
    """Keep what the limit is; pytest-timeout itself sets it."""
    item.stash[TIME_LIMIT] = settings


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    if item.config.option.reruns and item.stash.get(FAILED, False):
        _take_all_down(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if item.stash.get(FAILED, False):
        item.stash[FAILED] = False
        _take_all_down(item)  # what failed may have been its teardown
        if limit := item.stash.get(TIME_LIMIT, None):
            item.ihook.pytest_timeout_set_timer(item=item, settings=limit)


def _take_all_down(item):
    """Servers of its module and of the session, too: the next test sets them up."""
    item.session._setupstate.teardown_exact(None)


def pytest_terminal_summary(terminalreporter, config):
    if hasattr(config, "workerinput"):  # xdist's workers report here, too
        return
    again = terminalreporter.stats.get("rerun", [])
    _add(config.rootpath / NAMES, [report.nodeid for report in again])
    ran, skipped = (
        sum(len(terminalreporter.stats.get(kind, [])) for kind in kinds)
        for kinds in (("passed", "failed"), ("skipped",))
    )
    _add(config.rootpath / RAN, [f"{ran} {skipped}"])


def _add(path, lines):
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)
