"""What one person sees of the procedures: to others, a private one is not there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.app.catalog import Catalog, catalog
from bot.core.procedure import Loaded, Procedure
from bot.core.run.holding import FRESH, Knows, Members
from bot.core.views.clicks import Begin
from bot.core.views.faulty import Faulty
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, BEN


def named(name: str, **more: Any) -> Loaded:
    made = procedure(do("look"), **more).model_copy(update={"id": name, "title": f"{name} title"})
    return Loaded(made, "", "", f"{name}.yaml")


VAULT = named(
    "vault",
    roles={"keeper": {"description": "keeps", "slack_group": "keepers"}},
    who={"start": "keeper"},
    private=True,
)
OPEN = Faulty("lamp", "lamp.yaml", 3, "wrong")
SECRET = Faulty("safe", "safe.yaml", 3, "wrong", private=True)


class Shelf:
    """A library with a private procedure, and files with errors."""

    def __init__(self, *faulty: Faulty) -> None:
        self._all = [named("mend"), VAULT]
        self._faulty = faulty

    def get(self, procedure_id: str) -> Loaded | None:
        return next((one for one in self._all if one.procedure.id == procedure_id), None)

    def all(self) -> Sequence[Loaded]:
        return self._all

    def faulty(self) -> Sequence[Faulty]:
        return self._faulty


def knowing(age: int) -> Any:
    async def knows(*procedures: Procedure) -> Knows:
        assert [one.id for one in procedures] == ["vault"], "only the private ones are asked about"
        return Knows(groups={"keepers": Members(frozenset({ANA.id}), age)})

    return knows


async def seen(by: Any, *faulty: Faulty, age: int = 5) -> Catalog:
    return await catalog(Shelf(*faulty), knowing(age), by, "/runbook")


async def everything(of: Catalog) -> str:
    words = ["vault", "vaul", "safe"]
    answers = [of.usage(), of.list(), *[of.unknown(Begin(word)) for word in words]]
    answers += [await of.search(word) for word in words]
    return str([(one.text, one.blocks) for one in answers])


async def test_who_holds_the_role_sees_it() -> None:
    mine = await seen(ANA)
    assert mine.names == ["mend", "vault"]
    assert mine.get("vault") is VAULT
    assert "vault title" in str(mine.list().blocks)


@pytest.mark.parametrize(("by", "age"), [(BEN, 5), (ANA, FRESH + 1), (ANA, -1)])
async def test_to_others_and_while_it_is_not_known_it_is_not_there(by: Any, age: int) -> None:
    theirs = await seen(by, OPEN, SECRET, replace(SECRET, id="vault"), age=age)
    assert theirs.get("vault") is None
    assert theirs.get("mend") is not None
    said = await everything(theirs)
    assert "lamp.yaml" in said
    assert "vault title" not in said
    assert "Did you mean" not in said
    assert "safe.yaml" not in said


async def test_who_sees_it_is_told_of_its_error() -> None:
    mine = await seen(ANA, replace(SECRET, id="vault"), SECRET)
    assert mine.fault("vault") is not None
    assert mine.fault("safe") is None, "nobody is known to see it"
