"""What a test that is run again finds: everything set up from the start, and a time limit.

For runs with `--reruns` (docs/decisions/0015-a-test-that-meets-real-time-may-be-run-again.md).
pytest-rerunfailures alone would keep what belongs to a module or to all tests, a dead
server for example, and pytest-timeout takes its limit away at the first failure.
"""

import pytest

FAILED = pytest.StashKey[bool]()
TIME_LIMIT = pytest.StashKey()
NAMES = "build/run_again.txt"  # which tests, of all runs since `make` emptied it


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
    again = terminalreporter.stats.get("rerun", [])
    if again and not hasattr(config, "workerinput"):  # xdist's workers report here, too
        path = config.rootpath / NAMES
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.writelines(f"{report.nodeid}\n" for report in again)
