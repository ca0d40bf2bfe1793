"""Pinning: what a reaction means when its message is looked at."""

from typing import Any, cast

import pytest

from bot.app.pinning import Pinning
from bot.core.run.pins import Quote
from bot.core.views.answers import Answer
from tests.core.strategies import ANA

NOTHING_ASKED: Any = None
"""Neither runs nor people are asked about."""


@pytest.mark.parametrize("seen", [{}, {"pushpin": frozenset({"U0BEN"})}, {"eyes": {"U0ANA"}}])
async def test_a_reaction_that_is_gone_when_its_message_is_read_adds_nothing(seen: Any) -> None:
    quote = Quote("C0TRUST", "1793502600.0", "https://slack.example/p1", "Down", reacted=seen)
    pinning = Pinning(cast("Any", NOTHING_ASKED), NOTHING_ASKED, "T0", "pushpin")
    assert await pinning.by_emoji(ANA, quote, delivery="Ev1") == Answer()
