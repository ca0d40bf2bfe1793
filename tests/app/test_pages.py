"""Pages of procedures: written once, nothing private, and never more than can be written."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.app.pages import HERE, KEPT, WAITING, Busy, Pages, Unfit
from bot.core.markup.faces import HTML, MARKDOWN
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty
from tests.core.engine.test_ways import do, procedure

ADDRESS = "http://bot.example/procedures/"


def named(name: str, text: str = "first", **more: Any) -> Loaded:
    """Loaded from a file that is as large as one whose page is written elsewhere."""
    made = procedure(do("look"), **more).model_copy(update={"id": name, "title": f"{name} title"})
    return Loaded(made, text + HERE * " ", f"{name} {text}", f"{name}.yaml")


VAULT = named(
    "vault",
    roles={"keeper": {"description": "keeps", "slack_group": "keepers"}},
    who={"start": "keeper"},
    private=True,
)
NODE = named("node", inputs={"node": {"description": "Which", "pattern": "node-[1-3]"}})


class Shelf:
    def __init__(self, *loaded: Loaded) -> None:
        self.loaded = list(loaded)

    def get(self, procedure_id: str) -> Loaded | None:
        return next((one for one in self.loaded if one.procedure.id == procedure_id), None)

    def all(self) -> Sequence[Loaded]:
        return self.loaded

    def faulty(self) -> Sequence[Faulty]:
        return []


class Press:
    """Writes here, and counts; while it is held, it writes nothing."""

    def __init__(self) -> None:
        self.written = 0
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, work: Callable[[], str]) -> str:
        await self.free.wait()
        self.written += 1
        return work()


async def test_a_page_is_written_once_until_its_file_changes() -> None:
    press, shelf = Press(), Shelf(named("mend"))
    pages = Pages(shelf, press)
    first = await pages.page("mend", HTML, {})
    assert first is not None
    assert "<h1>mend title</h1>" in first.text
    assert await pages.page("mend", HTML, {}) == first
    assert press.written == 1
    shelf.loaded = [named("mend", "second")]
    shelf.loaded[0] = replace(
        shelf.loaded[0],
        procedure=shelf.loaded[0].procedure.model_copy(update={"title": "Another"}),
    )
    second = await pages.page("mend", HTML, {})
    assert second is not None
    assert "<h1>Another</h1>" in second.text
    assert second.tag != first.tag


async def test_what_is_private_is_not_there_and_nobody_can_tell() -> None:
    pages = Pages(Shelf(named("mend"), VAULT), Press())
    assert await pages.page("vault", HTML, {}) is None
    assert await pages.page("vault", HTML, {"node": "x"}) is None
    assert await pages.page("nothing", HTML, {}) is None
    index = await pages.index(HTML, ADDRESS)
    assert "mend title" in index.text
    assert "vault" not in index.text


async def test_a_file_of_the_usual_size_needs_no_process() -> None:
    press = Press()
    shelf = Shelf(replace(named("mend"), source="first"))
    assert await Pages(shelf, press).page("mend", HTML, {})
    assert press.written == 0


async def test_the_list_leads_to_the_pages_and_follows_the_files() -> None:
    shelf = Shelf(named("mend"))
    pages = Pages(shelf, Press())
    first = await pages.index(HTML, ADDRESS)
    assert f'href="{ADDRESS}mend"' in first.text
    shelf.loaded.append(named("other"))
    second = await pages.index(HTML, ADDRESS)
    assert f'href="{ADDRESS}other"' in second.text
    assert first.tag != second.tag


async def test_no_procedures_are_said_to_be_none() -> None:
    assert "There are none here." in (await Pages(Shelf(), Press()).index(HTML, ADDRESS)).text


async def test_values_are_put_in_and_those_that_do_not_fit_are_refused() -> None:
    pages = Pages(Shelf(NODE), Press())
    page = await pages.page("node", MARKDOWN, {"node": "node-2"})
    assert page is not None
    assert "node-2" in page.text
    with pytest.raises(Unfit, match=r"^node has no value zone: it takes node\.$"):
        await pages.page("node", MARKDOWN, {"zone": "a"})
    with pytest.raises(Unfit, match=r"^node must look like node-1\.$"):
        await pages.page("node", MARKDOWN, {"node": "; rm"})


async def test_too_many_at_once_are_told_to_ask_again_and_what_is_kept_is_bounded() -> None:
    press, shelf = Press(), Shelf(*(named(f"p-{n}") for n in range(KEPT + 40)))
    pages = Pages(shelf, press)
    press.free.clear()
    asked = [asyncio.create_task(pages.page(f"p-{n}", HTML, {})) for n in range(WAITING)]
    # All have begun by the time the first of them is asked for again.
    await asyncio.sleep(0)
    assert pages._waiting == WAITING
    with pytest.raises(Busy):
        await pages.page("p-30", HTML, {})
    press.free.set()
    assert all(await asyncio.gather(*asked))
    for number in range(KEPT + 40):
        assert await pages.page(f"p-{number}", HTML, {})
    assert len(pages._kept) == KEPT


async def test_two_who_ask_for_one_page_at_once_have_it_written_once() -> None:
    press = Press()
    pages = Pages(Shelf(named("mend")), press)
    press.free.clear()
    asked = [asyncio.create_task(pages.page("mend", HTML, {})) for _ in range(5)]
    await asyncio.sleep(0)
    press.free.set()
    one, *others = await asyncio.gather(*asked)
    assert others == [one] * 4
    assert press.written == 1
