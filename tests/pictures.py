"""How a board looks, to be compared with one that is drawn of the record."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.acting.naming import quiet
from bot.core.run.model import Run
from bot.core.views import board
from tests.story.driver import sight


def board_sight(run: Run, blocks: Sequence[Mapping[str, Any]]) -> str:
    """What is seen of it; one that came late has names where its next edit has mentions."""
    return sight(list(quiet(run, blocks)))


def is_board_of(run: Run, blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a board shows a run as it is."""
    return board_sight(run, blocks) == board_sight(run, board.draw(run).blocks)
