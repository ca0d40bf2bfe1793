"""Whom messages in the thread call: nobody for what they did themselves, unless they must act."""

import json
import re

from bot.core.acts.registry import MEANINGS
from bot.core.engine.fold import fold
from bot.core.views import notices
from tests.core.test_completeness import story

MUST_ACT = {
    "step_done": "a wait of theirs has ended by itself: they were promised to hear of it",
    "run_kept_open": "they press Close… again, or see to what it says",
    "step_returned": "the step is theirs again",
}
"""Kinds of entries whose message calls the very person who caused it, and what they do then."""
_MENTION = re.compile(r"<@(\w+)>")


def test_who_did_it_is_named_and_not_called() -> None:
    desk, _, _ = story()
    called: dict[str, str] = {}
    named = 0
    for fact in desk.facts:
        by = getattr(fact.event, "by", None)
        if MEANINGS.of(fact.event).notice is None or by is None or not by.name:
            continue
        then = desk.facts[: fact.seq]
        key, before = f"notice/{fact.seq}", fold(then[:-1]) if len(then) > 1 else None
        if key not in MEANINGS.of(fact.event).touches(before, fact.event, fact.seq):
            continue
        picture = notices.draw(fold(then), then, key)
        shown = f"{picture.text} {json.dumps(picture.blocks, ensure_ascii=False)}"
        named += bool(re.search(rf"\b{re.escape(by.name)}\b", picture.text))
        if by.id in _MENTION.findall(shown):
            called[fact.event.kind] = picture.text
    assert named
    assert set(called) <= set(MUST_ACT), called
