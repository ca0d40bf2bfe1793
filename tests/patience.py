"""The database's time-outs, which are for people who wait for Slack, and not for tests.

A machine that is busy with other work may keep a statement waiting for seconds. A bot that gives
up then is right to; a test that is about something else would fail by it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.edges.store import lane, postgres
from tests.hanging import HANG_S

_MS = f"{HANG_S * 1000:.0f}"
_WORKING = (
    f"-c statement_timeout={_MS} -c lock_timeout={_MS} "
    f"-c idle_in_transaction_session_timeout={_MS} -c synchronous_commit=on"
)
_SERVED: tuple[tuple[Any, str, Any], ...] = (
    (lane, "ANSWER_WITHIN_S", lane.ANSWER_WITHIN_S),
    (postgres, "CONNECT_S", postgres.CONNECT_S),
    (postgres, "_WORKING", postgres._WORKING),
)


@pytest.fixture(autouse=True, scope="session")
def _patient() -> Iterator[None]:
    """In the tests' own process, nobody who waits for a database gives up early."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lane, "ANSWER_WITHIN_S", HANG_S)
        patch.setattr(postgres, "CONNECT_S", int(HANG_S))
        patch.setattr(postgres, "_WORKING", _WORKING)
        yield


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time-outs that are served, for a test of what comes when they are over."""
    for module, name, value in _SERVED:
        monkeypatch.setattr(module, name, value)
