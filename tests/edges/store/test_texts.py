"""The texts of procedures that were good: each program's own, the newest first, a few in all."""

import asyncio

from bot.edges.store import SqlLog
from bot.edges.store.texts import AT_ONCE, PROGRAMS
from tests.edges.store.conftest import Advance, real


def row(path: str, text: str) -> tuple[str, str, str]:
    return path, text * 2, text


@real
async def test_a_text_is_kept_under_its_path_and_replaced_by_its_program(
    log: SqlLog, advance: Advance
) -> None:
    await log.texts.keep([row("a.yaml", "one"), row("sub/b.yaml", "other")], "p1")
    await advance(10)
    at = await log.texts.keep([row("a.yaml", "two")], "p1")
    (kept,) = await log.texts.last("a.yaml")
    assert (kept.path, kept.program, kept.sha256, kept.source) == ("a.yaml", "p1", "twotwo", "two")
    assert kept.at == at
    assert [text.source for text in await log.texts.last("sub/b.yaml")] == ["other"]
    assert await log.texts.last("c.yaml") == []


@real
async def test_a_program_replaces_nobody_elses_text(log: SqlLog, advance: Advance) -> None:
    await log.texts.keep([row("a.yaml", "older")], "old")
    await advance(10)
    await log.texts.keep([row("a.yaml", "newer")], "new")
    assert [text.source for text in await log.texts.last("a.yaml")] == ["newer", "older"]
    ((path, (sha256, _)),) = (await log.texts.known("new")).items()
    assert (path, sha256) == ("a.yaml", "newernewer")
    assert await log.texts.known("old") == {}, "there is a newer one"
    await advance(10)
    await log.texts.keep([row("a.yaml", "older")], "old")
    assert [text.source for text in await log.texts.last("a.yaml")] == ["older", "newer"]


@real
async def test_texts_of_programs_long_gone_go(log: SqlLog, advance: Advance) -> None:
    for number in range(PROGRAMS + 2):
        await log.texts.keep([row("a.yaml", str(number))], f"p{number}")
        await advance(1)
    assert [text.source for text in await log.texts.last("a.yaml")] == ["4", "3", "2"]


@real
async def test_what_is_gone_is_forgotten_of_one_program_or_of_all(log: SqlLog) -> None:
    for program in ("p1", "p2"):
        await log.texts.keep([row("a.yaml", program), row("b.yaml", program)], program)
    await log.texts.forget(["a.yaml"], "p1")
    assert [text.source for text in await log.texts.last("a.yaml")] == ["p2"]
    await log.texts.forget(["a.yaml", "b.yaml"])
    assert await log.texts.last("a.yaml") == await log.texts.last("b.yaml") == []


@real
async def test_many_at_once_from_two_replicas(log: SqlLog) -> None:
    many = [row(f"{number}.yaml", f"text {number}") for number in range(2 * AT_ONCE + 1)]
    await asyncio.gather(log.texts.keep(many, "p"), log.texts.keep(many[::-1], "p"))
    known = await log.texts.known("p")
    assert {path: sha256 for path, (sha256, _) in known.items()} == {p: s for p, s, _ in many}
