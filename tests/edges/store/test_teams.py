"""Two workspaces in one database, whose channels and people may have the same ids."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command

from bot.core.acting.admission import Standing
from bot.core.run.sendings import UPDATE, paced
from bot.edges.store import SqlLog, postgres, sqlite, upgrade
from bot.edges.store.acquaintances import A_MINUTE
from bot.edges.store.acquaintances import BURST as ASKED_AT_ONCE
from bot.edges.store.address import parse
from bot.edges.store.migrate import _config
from bot.edges.store.schema import REVISION
from bot.ports.log import AlreadyOpen
from tests.edges.store.conftest import Advance, Tested, mover, real
from tests.edges.store.making import append, begin, note

HOME, OTHER = "T0HOME", "T0OTHER"
ROOM, BOT, DEE = "C0ROOM", "U0BOT", "U0DEE"


async def claimed(log: Tested, limit: int = 64) -> Sequence[str]:
    claims, _ = await log.outbox.claim(limit)
    return [claim.message.key for claim in claims]


async def both(log: SqlLog) -> None:
    await log.serve(HOME)
    await log.serve(OTHER, "E0ORG")


# Runs and their messages. ------------------------------------------------------------------------


async def test_a_channel_of_the_same_id_is_another_one(log: Tested) -> None:
    mine = await begin(log, channel=ROOM, team=HOME, unless_open=True, touched={"board": 1})
    theirs = await begin(log, channel=ROOM, team=OTHER, unless_open=True, touched={"board": 1})
    with pytest.raises(AlreadyOpen) as open_one:
        await begin(log, channel=ROOM, team=OTHER, unless_open=True)
    assert open_one.value.run_id == theirs
    assert [row.run_id for row in await log.runs(team=HOME, channel=ROOM)] == [mine]
    assert [(row.run_id, row.team) for row in await log.runs()] == [(theirs, OTHER), (mine, HOME)]
    assert (await log.team(mine), await log.team(theirs)) == (HOME, OTHER)
    claims, _ = await log.outbox.claim(9)
    assert {(c.message.key, c.message.team) for c in claims} == {
        (f"{mine}/board", HOME),
        (f"{theirs}/board", OTHER),
    }, "a post a second, in each of the two channels"
    for claim in claims:
        await log.outbox.shown(claim, "17.1", 1)
    for team, run_id in ((HOME, mine), (OTHER, theirs)):
        row = await log.find_message(team, ROOM, "17.1")
        assert row is not None
        assert (row.run_id, row.team) == (run_id, team)
    assert await log.find_message("T0THIRD", ROOM, "17.1") is None


async def test_an_invitation_to_a_channel_is_to_that_of_its_workspace(
    log: Tested, advance: Advance
) -> None:
    for team in (HOME, OTHER):
        await begin(log, channel=ROOM, team=team, touched={"board": 1})
    for claim in (await log.outbox.claim(9))[0]:
        await log.outbox.again(claim, 60.0, unsure=False)
    await advance(2)
    await log.outbox.invited(OTHER, ROOM)
    assert await claimed(log) == ["KC-2/board"]


@real
async def test_the_updates_of_a_workspace_are_its_own_allowance(
    log: SqlLog, advance: Advance
) -> None:
    await both(log)
    for team in (HOME, OTHER):
        for number in range(paced(UPDATE).at_once + 2):
            await begin(log, channel=f"C{number}", team=team, touched={"board": 1})
    for claim in (await log.outbox.claim(64))[0]:
        await log.outbox.shown(claim, "17.1", 1)
    await advance(30)
    for row in await log.runs():
        await append(log, row.run_id, 1, [note("more")], touched={"board": 2})
    claims, _ = await log.outbox.claim(200)
    shares = [sum(claim.message.team == team for claim in claims) for team in (HOME, OTHER)]
    assert shares == [paced(UPDATE).at_once] * 2
    for claim in claims:
        if claim.message.team == HOME:
            await log.outbox.hold(claim, 30.0)
            break
    await advance(10)
    claims, _ = await log.outbox.claim(200)
    assert {claim.message.team for claim in claims} == {OTHER}, "one was asked to wait"


@real
async def test_what_nobody_here_serves_is_left_to_those_who_do(log: SqlLog, url: str) -> None:
    await log.serve(HOME)
    for team in (HOME, OTHER):
        await begin(log, channel=ROOM, team=team, touched={"board": 1})
    assert await claimed(log) == ["KC-1/board"]
    assert await claimed(log) == []
    await log.serve(OTHER)
    assert await claimed(log) == ["KC-2/board"]


# People. -----------------------------------------------------------------------------------------


@real
async def test_a_person_of_the_same_id_is_someone_else(log: SqlLog, advance: Advance) -> None:
    await both(log)
    here, there = log.acquainted(HOME), log.acquainted(OTHER)
    await here.met([BOT, DEE])
    await there.met([BOT])
    claims, _ = await here.claim(9)
    assert sorted(one.person for one in claims) == [BOT, DEE]
    for one in claims:
        await here.learned(one, Standing(team=HOME, channels=frozenset({ROOM})))
        await here.done(one)
    assert (await here.known(DEE, ROOM, BOT)).inside is True
    assert (await there.known(DEE, ROOM, BOT)).asked is None
    await there.left(DEE, ROOM)
    assert (await here.known(DEE, ROOM, BOT)).inside is True
    assert (await there.known(DEE, ROOM, BOT)).inside is False
    (asking,), _ = await there.claim(9)
    assert asking.person == BOT
    await advance(60)
    await there.shared(BOT)
    assert (await here.known(DEE, ROOM, BOT)).fresh, "it was another workspace's bot that came"


@real
async def test_the_questions_about_people_are_an_allowance_of_each_workspace(
    log: SqlLog, advance: Advance
) -> None:
    await both(log)
    here, there = log.acquainted(HOME), log.acquainted(OTHER)
    crowd = [f"U0{number:03}" for number in range(A_MINUTE)]
    for people in (here, there):
        await people.met(crowd)
    assert len((await here.claim(99))[0]) == ASKED_AT_ONCE
    assert (await here.claim(99))[0] == []
    (first, *others), _ = await there.claim(99)
    assert len(others) == ASKED_AT_ONCE - 1
    await there.hold(first, 60.0)
    await advance(9)
    assert (await there.claim(99))[0] == []
    assert (await here.claim(99))[0]


# A database of before, and a program of before beside this one. ----------------------------------


async def prepared(kind: str, url: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database as the version before left it, with a run, a person and allowances."""
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
    engine = (
        sqlite.writing(Path(url.removeprefix("sqlite:///")))
        if kind == "sqlite"
        else postgres.migrating(postgres.url_of(parse(url)))
    )

    def work() -> None:
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        engine.dispose()

    await asyncio.to_thread(work)
    return url


def older(url: str) -> Callable[[str], list[Any]]:
    """Says a statement as a program of before would."""

    def say(statement: str) -> list[Any]:
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                found = connection.execute(statement).fetchall()
                connection.commit()
                return found
        with psycopg.connect(url, autocommit=True) as server:
            cursor = server.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return say


RUN = (
    "INSERT INTO runs (run_id, prefix, number, procedure_id, title, channel, started_by, "
    "started_at, open, facts, head, first) VALUES ('KC-{0}', 'KC', {0}, 'key-compromise', 'It', "
    "'C0ROOM', 'U1', '2026-11-01T03:12:00.000000+00:00', TRUE, 0, '" + "0" * 64 + "', {0})"
)
BOARD = (
    "INSERT INTO messages (key, run_id, channel, wanted, rank, trace, wanted_at, waiting_since, "
    "shown, unsure, generation, painted_at, due_at, lease_until, lease, failures) VALUES "
    "('KC-{0}/board', 'KC-{0}', 'C0ROOM', 1, 0, NULL, 1, 1, 0, FALSE, 0, 0, 0, 0, 0, 0)"
)
PERSON = (
    "INSERT INTO people (id, kind, asked_at, seen_at, awaited, due_at, lease_until, lease, "
    "failures) VALUES ('U0DEE', '', NULL, 1e11, 0, 0, 0, 0, 0) "
    "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
)
SPENT = (
    "INSERT INTO paces (name, free_at) VALUES ('{}', 1e11) "
    "ON CONFLICT (name) DO UPDATE SET free_at = excluded.free_at"
)
GONE = (
    "INSERT INTO memberships (person, channel, inside, at) VALUES ('U0DEE', 'C0ROOM', FALSE, 1e11) "
    "ON CONFLICT (person, channel) DO UPDATE SET inside = FALSE"
)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_database_of_before_is_the_workspaces_that_is_served_first(
    kind: str, url: str, request: pytest.FixtureRequest
) -> None:
    url = await prepared(kind, url, request)
    for statement in (RUN.format(1), BOARD.format(1), PERSON, GONE):
        older(url)(statement)
    if kind == "postgres":
        assert await asyncio.to_thread(upgrade, url)
    async with await SqlLog.open(url) as log:
        move = mover(log)
        await log.serve(HOME)
        await log.serve(OTHER)
        assert [(row.run_id, row.team) for row in await log.runs()] == [("KC-1", HOME)]
        assert [row.run_id for row in await log.runs(team=HOME, channel=ROOM)] == ["KC-1"]
        assert await log.runs(team=OTHER, channel=ROOM) == []
        ((claim,), _) = await log.outbox.claim(9)
        assert (claim.message.key, claim.message.team) == ("KC-1/board", HOME)
        await log.outbox.shown(claim, "17.1", 1)
        assert await log.find_message(HOME, ROOM, "17.1") is not None
        assert (await log.acquainted(HOME).known(DEE, ROOM, BOT)).inside is False
        assert (await log.acquainted(OTHER).known(DEE, ROOM, BOT)).inside is None
        assert [one.person for one in (await log.acquainted(HOME).claim(9))[0]] == [DEE]
        await append(log, "KC-1", 0, [note("and on")], touched={"board": 2})
        assert await begin(log, channel=ROOM, team=OTHER, unless_open=True) == "KC-2"
        await move(9)
        assert await claimed(log) == ["KC-1/board"]
    async with await SqlLog.open(url) as log:
        await log.serve(OTHER)
        assert await log.team("KC-1") == HOME, "whoever comes first later"


async def test_a_program_of_before_works_beside_this_one(
    postgres_url: str, url: str, request: pytest.FixtureRequest
) -> None:
    await prepared("postgres", url, request)
    await asyncio.to_thread(upgrade, postgres_url)
    before = older(postgres_url)
    async with await SqlLog.open(postgres_url) as log:
        move = mover(log)
        await log.serve(HOME)
        people = log.acquainted(HOME)
        await people.met([DEE])
        mine = await begin(log, channel=ROOM, team=HOME, touched={"board": 1})
        # It meets someone, hears that they left, and starts a run: in keys and rows that are ours.
        for statement in (PERSON, GONE, RUN.format(2), BOARD.format(2)):
            before(statement)
        assert before("SELECT id, workspace FROM people") == [(DEE, HOME)]
        assert (await people.known(DEE, ROOM, BOT)).inside is False
        runs = await log.runs(team=HOME, channel=ROOM)
        assert [row.run_id for row in runs] == ["KC-2", mine]
        assert await claimed(log) == [f"{mine}/board"]
        await move(1)
        assert await claimed(log) == ["KC-2/board"]
        await move(1)
        # What either spends is spent for both.
        before(SPENT.format(f"post:{ROOM}"))
        assert await claimed(log) == []
        before(SPENT.format("users.conversations"))
        assert (await people.claim(9))[0] == []
    known = before("SELECT oldest FROM compatibility")
    assert known[0][0] < REVISION
