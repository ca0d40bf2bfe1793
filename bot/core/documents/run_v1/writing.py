"""`run/v1` as text, and what an audit finds in such a text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.core.acting.names import Names
from bot.core.documents.postmortem.talk import LeftOut, Said
from bot.core.documents.run_v1 import model as v1
from bot.core.documents.run_v1.chain import chain, read
from bot.core.documents.run_v1.make import Beside, made
from bot.core.engine.fold import fold
from bot.core.invisible import written_out
from bot.core.run.model import Run
from bot.core.sealing.record import Checked, Stored

TOLD = 10
"""How many differences of one file are told of."""
_FROM_FILE = ("thread", "record", "by", "chain")
"""What no entry says, or what was looked at by itself."""
_SENTENCES = frozenset({"words", "standing", "expected", "source"})
"""What each version says in its own words."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run's record as it is stored, and what an audit of it found."""

    run_id: str
    entries: Sequence[Stored]
    people: str
    checked: Checked


def written(kept: Kept, by: v1.By, said: Sequence[Said] | None, left_out: LeftOut) -> str:
    """The run as JSON; raises ValueError where the entries make none."""
    copy = chain(kept.run_id, kept.entries, kept.people)
    facts = read(copy).facts
    if not facts:
        raise ValueError(f"the entries of {kept.run_id} make no run")
    run = fold(facts)
    record = v1.Record(
        entries=run.seq,
        head=run.head,
        follows=kept.checked.follows,
        faults=list(kept.checked.faults),
        erased=list(kept.checked.erased),
    )
    thread = _thread(run, by.names, said, left_out)
    return dump(made(run, facts, Beside(by, thread, record, copy)))


def dump(run: v1.RunV1) -> str:
    """As JSON, in which what is invisible is written by its number."""
    data = run.model_dump(mode="json", by_alias=True)
    return written_out(json.dumps(data, ensure_ascii=False, indent=1)) + "\n"


def _thread(
    run: Run, named: Mapping[str, str], said: Sequence[Said] | None, left_out: LeftOut
) -> v1.Thread:
    names = Names(named, run.people)
    messages = [
        v1.Message(
            at=one.at,
            by=None if one.app is not None and not one.through else one.by,
            app=one.app,
            text=names.as_read(one.text),
            edited=one.edited,
            files=[
                v1.File(
                    name=file.name, file=file.id, size=file.size, sha256=file.sha256, why=file.why
                )
                for file in one.files
            ],
        )
        for one in sorted(said or (), key=lambda one: one.at)
    ]
    many = {
        "to_bot": left_out.to_bot,
        "own": left_out.own,
        "empty": left_out.empty,
        "beyond": left_out.beyond,
        "threads": left_out.threads,
    }
    return v1.Thread(
        read=said is not None,
        messages=messages,
        left_out={kind: number for kind, number in many.items() if number},
    )


# The audit of such a file. ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit of a file found: of its chain, and `wrong` of what it says beside that.

    `withheld` are the entries whose words cannot be held against the record; `version` wrote it.
    """

    checked: Checked
    wrong: Sequence[str]
    withheld: Sequence[int]
    version: str
    read_thread: bool

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.checked.follows and not self.wrong


def is_one(text: str) -> bool:
    """Whether a text says of itself that it is a run as data."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("schema") == "run/v1"


def audited(text: str, version: str) -> Found:
    """Follow the chain of a file, and hold all else that it says against that.

    Raises ValueError where it is no such file.
    """
    data = json.loads(text)
    try:
        told = v1.RunV1.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(map(str, first["loc"]))
        raise ValueError(f"it is no run/v1: {where}: {first['msg']}") from None
    copy = read(told.chain)
    by, thread = told.by, told.thread
    wrong = list(_doubled(text))
    if copy.facts:
        beside = Beside(by, thread, told.record, told.chain)
        again = json.loads(dump(made(fold(copy.facts), copy.facts, beside)))
        wrong += _differences(data, again, same=by.version == version)
        if (told.record.entries, told.record.head) != (len(copy.facts), copy.checked.head):
            wrong.append("record: it does not say where the chain ends")
    elif copy.checked.follows:
        wrong.append("chain: it makes no run")
    return Found(copy.checked, wrong[:TOLD], copy.withheld, by.version, thread.read)


def _doubled(text: str) -> Iterator[str]:
    """Keys that stand twice in one object: programs differ in which one they read."""
    found: list[str] = []

    def pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in given]
        found.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(given)

    json.loads(text, object_pairs_hook=pairs)
    yield from (f"{name}: it stands there twice" for name in found)


def _differences(told: Any, again: Any, *, same: bool, path: str = "") -> list[str]:
    """Where a file says otherwise than its chain; of the *same* version, to the letter."""
    if isinstance(told, dict) and isinstance(again, dict):
        wrong = []
        for name in dict.fromkeys((*told, *again)):
            if not path and name in _FROM_FILE:
                continue
            if not same and (name in _SENTENCES or name not in told or name not in again):
                continue
            here = f"{path}/{name}"
            if name not in told or name not in again:
                wrong.append(f"{here}: the chain says {'otherwise' if name in told else 'more'}")
            else:
                wrong += _differences(told[name], again[name], same=same, path=here)
        return wrong
    if isinstance(told, list) and isinstance(again, list) and len(told) == len(again):
        pairs = enumerate(zip(told, again, strict=True))
        return [
            one
            for number, (mine, other) in pairs
            for one in _differences(mine, other, same=same, path=f"{path}/{number}")
        ]
    if told == again and type(told) is type(again):
        return []
    return [f"{path}: the chain says otherwise"]
