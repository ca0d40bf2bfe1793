"""Looks for secrets in a text: first the bot's own, by their values, then whatever looks like one.

It keeps no text and logs none.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from bot.edges.detector.rules import BESIDE_ID, KEY_ID, Rule, rules
from bot.ports.world import Spotted

OWN = "a secret of the bot itself"
SHORTEST = 8
"""The shortest of the bot's own secrets that is looked for: shorter ones are in every text."""
MOST = 100
"""How many are told of in one text; the last of them is masked up to the end of the text."""


class Detector:
    """Keeps `bot.ports.world.Detector`; *own* are the secrets that the bot itself holds."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        forms = {form for one in own if len(one) >= SHORTEST for form in (one, quote(one, safe=""))}
        # The longest first: one may begin as another does.
        self._own = sorted(forms, key=len, reverse=True)
        self._rules = rules()

    def __call__(self, text: str) -> list[Spotted]:
        """The secrets in *text*, in order; none of them overlaps another."""
        found = sorted(self._all(text), key=lambda one: (one.start, -one.end))
        made: list[Spotted] = []
        for one in found:
            last = made[-1] if made else None
            if last is None or one.start >= last.end:
                made.append(one)
            elif one.end > last.end:
                made[-1] = Spotted(last.what, last.start, one.end)
        if len(made) > MOST:
            made[MOST - 1 :] = [Spotted(made[MOST - 1].what, made[MOST - 1].start, len(text))]
        return made

    def _all(self, text: str) -> Iterator[Spotted]:
        for value in self._own:
            at = text.find(value)
            while at >= 0:
                yield Spotted(OWN, at, at + len(value))
                at = text.find(value, at + len(value))
        for rule in self._rules:
            yield from _by(rule, text)
        if KEY_ID.search(text) is not None:
            yield from _by(BESIDE_ID, text)


def _by(rule: Rule, text: str) -> Iterator[Spotted]:
    """What a rule finds; whatever goes on within the same word belongs to it."""
    many = last = 0
    for match in rule.pattern.finditer(text):
        group = next((n for n in range(1, len(match.groups()) + 1) if match[n] is not None), 0)
        start, end = match.span(group)
        if start < last or (rule.means is not None and not rule.means(text[start:end])):
            continue
        many += 1
        if many == MOST:
            yield Spotted(rule.what, start, len(text))
            return
        while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
            end += 1
        last = end
        yield Spotted(rule.what, start, end)
