"""The parts of a post-mortem that people write: the fields of a form, and the entries they make."""

from collections.abc import Mapping, Sequence

from bot.core.acting.asking import Answer
from bot.core.blockkit.blocks import Block, text_input
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.narrative import PARTS, parts
from bot.core.run.refusals import WORDS_LIMIT, worded

_FIELD = "part:"


def written(run: Run, by: e.Person, texts: Mapping[str, str]) -> Sequence[e.PartWritten]:
    """An entry for each part that says something else than before; raises Refused."""
    known = parts(drill=run.drill)
    told = {
        name: worded(texts[name], f"“{part.title}”")
        for name, part in known.items()
        if texts.get(name, "").strip()
    }
    return [
        e.PartWritten(part=name, by=by, text=text)
        for name, text in told.items()
        if name not in run.narrative or run.narrative[name].text != text
    ]


def field_of(run: Run, name: str) -> Block:
    """The field of a form for one part."""
    part, before = PARTS[name], run.narrative.get(name)
    return text_input(
        f"{_FIELD}{name}",
        part.title,
        multiline=True,
        initial=before.text if before else None,
        hint=part.ask[:1].upper() + part.ask[1:],
        optional=True,
        limit=WORDS_LIMIT,
    )


def read_parts(answer: Answer) -> Mapping[str, str]:
    """What was written into the fields of a form, by the names of the parts."""
    return {
        key.removeprefix(_FIELD): text
        for key, text in answer.values.items()
        if key.startswith(_FIELD)
    }
