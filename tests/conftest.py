"""What every test gets: the event loop that muca itself runs on, and examples that a loaded machine cannot fail."""

import gc
import logging
import signal
from asyncio import AbstractEventLoop
from collections.abc import Callable, Generator, Iterator, Mapping

import hypothesis
import pytest

from muca.server.loop import loop_factory

# Hypothesis itself takes its "ci" profile where CI is set: the same examples in every run. A person gets new ones,
# kept in .hypothesis when they fail; no example is too slow, as a deadline would measure the machine.
hypothesis.settings.register_profile(
    "person", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
if hypothesis.settings.get_current_profile_name() != "ci":
    hypothesis.settings.load_profile("person")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Run every async test on the loop that the server would take."""
    factory = loop_factory()
    return {factory.__module__: factory}


def pytest_configure() -> None:
    """Let what tests start hear Ctrl+C: shells have background jobs ignore it, and children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Free Tk's interpreters in the thread that made them: Tcl aborts the process if another thread frees one."""
    done = yield
    if "display" in getattr(item, "fixturenames", ()):
        gc.collect()
    return done


@pytest.fixture(autouse=True, scope="session")
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what servers make out of this person's folders (as platformdirs finds them on Linux)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def _no_error_is_left_to_the_loop(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail where asyncio could only log: a callback that raised, a task whose error nobody asked for."""
    yield
    left = [
        record for record in caplog.get_records("call") if record.name == "asyncio" and record.levelno >= logging.ERROR
    ]
    assert [record.getMessage() for record in left] == []
