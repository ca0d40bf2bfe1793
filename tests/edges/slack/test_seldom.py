"""What strangers do is told of once a minute, and counted."""

import logging

import pytest

from bot.wire.seldom import EVERY, Seldom


def test_a_kind_is_said_once_in_a_while_and_then_how_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [1000.0]
    seldom = Seldom(logging.getLogger("test"), clock=lambda: now[0])
    for _ in range(5):
        seldom.warn("odd", "refused: %s", "why")
        seldom.warn("late", "closed")
    now[0] += EVERY - 0.1
    seldom.warn("odd", "refused: %s", "why")
    now[0] += 0.1
    seldom.warn("odd", "refused: %s", "why")
    now[0] += EVERY
    seldom.warn("odd", "refused: %s", "why")
    assert [r.getMessage() for r in caplog.records] == [
        "refused: why",
        "closed",
        "refused: why (and 5 more since the last such line)",
        "refused: why",
    ]
