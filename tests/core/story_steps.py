"""Steps of the story that has every fact happen."""

from typing import Any

from bot.core.acting.evidence import GivenFile, Shown

WAY: dict[str, Any] = {
    "id": "way",
    "title": "Which way?",
    "decide": {
        "options": [
            {"id": "up", "title": "Up", "then": [{"id": "climb", "title": "Climb", "do": "It."}]},
            {"id": "down", "title": "Down", "reason": "required", "then": {"goto": "one"}},
            {"id": "on", "title": "On"},
        ]
    },
}
"""A question with an answer of each kind."""

KEEP: dict[str, Any] = {
    "id": "keep",
    "title": "Keep it",
    "do": "It.",
    "image": "a.png",
    "evidence": {"text": "The output", "file": "A picture"},
}
SHOWN = Shown(
    "All is well.", (GivenFile("F7", "panel.png", 7, "image/png", "https://x.example/F7"),)
)
"""A step that asks for evidence, and what is shown for it."""
EACH: dict[str, Any] = {
    "id": "each",
    "title": "Each",
    "for_each": {"rack": "racks"},
    "target": "it",
    "steps": [{"id": "rack", "title": "Rack {{ rack }}", "do": "It."}],
}
"""A group of which nobody has named the members yet."""
SETTLE: dict[str, Any] = {
    "id": "settle",
    "title": "Settle",
    "wait": {"for": "5m", "until": "up"},
}
"""A wait for a time, and a check after it."""
