"""The catch-up: how a run stands, in ten sentences."""

from bot.core.acting.catchup.told import ASKED, About, Sentence, blocks, catch_up

__all__ = ["ASKED", "About", "Sentence", "blocks", "catch_up"]
