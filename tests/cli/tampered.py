"""What somebody can do who writes the database: a record, and each row of the table on it."""

import asyncio
import hashlib
import json
from collections.abc import Callable

from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.events import FileUploaded
from bot.core.sealing.body import RESEALED, WAS, seal
from bot.core.sealing.people import canonical
from bot.edges.store import SqlLog, upgrade
from tests.edges.store.making import ANA, AT, append, begin, note
from tests.edges.store.test_erasing import EVE, closed_run
from tests.fakes import FakeClock
from tests.hand import RUN, Hand

Do = str | Callable[[Hand], None]
FILE = b"# Post-mortem\n"
OF = "WHERE run_id = 'KC-1'"
ENTRY = f"{OF} AND seq = 4"
LAST = 9
"""The number of KC-1's last entry: the one of its post-mortem."""
ERASURE = e.Erased(entries=(4,), via="terminal")


async def made(url: str) -> None:
    """KC-1, which is closed and has a post-mortem; KC-2 and KC-3."""
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(AT))
        await closed_run(desk, team="T1")
        await desk.act(RUN, c.Export(ANA), delivery="press-1")
        sha256 = hashlib.sha256(FILE).hexdigest()
        event = FileUploaded(
            document="post_mortem", request=8, entry=8, sha256=sha256, file="F0FILE"
        )
        await append(log, RUN, LAST - 1, [event])
        other = await begin(log, channel="C2")
        await append(log, other, 1, [note("another word")])
        await begin(log, channel="C3")


def whole(url: str) -> Hand:
    upgrade(url)
    asyncio.run(made(url))
    return Hand(url)


def drop_person(hand: Hand) -> None:
    hand.drop(EVE.id)


def older_than_sealing(hand: Hand) -> None:
    """Another text in the entry's place, which says that it was sealed later than it was hashed."""
    ((body, beside),) = hand.say(f"SELECT body, beside FROM facts {ENTRY}")  # noqa: S608 - ours
    people = hand.people()
    other = seal(note("never said"), people, lambda: "7" * 32)
    assert other.beside is not None
    assert beside is not None
    forged = canonical({**json.loads(other.body), RESEALED: True})
    kept = canonical({**json.loads(other.beside), WAS: body})
    hand.say("UPDATE runs SET people = ? WHERE run_id = ?", str(people), RUN)
    hand.say(
        "UPDATE facts SET body = ?, beside = ? WHERE run_id = ? AND seq = 4", forged, kept, RUN
    )


def unchecked(hand: Hand) -> None:
    """The same without what it was, and an entry that excuses it, with no hash calculated."""
    older_than_sealing(hand)
    hand.say(f"UPDATE facts SET beside = NULL {ENTRY}")  # noqa: S608 - ours
    hand.write(LAST + 1, e.Erased(entries=(4,), unchecked=(4,), via="terminal"))


def erasure_added(hand: Hand) -> None:
    hand.write(LAST + 1, ERASURE)


def erasure_calculated(hand: Hand) -> None:
    hand.write(LAST + 1, ERASURE)
    hand.calculate()


def other_order(hand: Hand) -> None:
    hand.say(f"UPDATE facts SET seq = 103 {OF} AND seq = 3")  # noqa: S608 - ours
    hand.say(f"UPDATE facts SET seq = 3 {OF} AND seq = 4")  # noqa: S608 - ours
    hand.say(f"UPDATE facts SET seq = 4 {OF} AND seq = 103")  # noqa: S608 - ours


def moved(hand: Hand) -> None:
    hand.say(f"UPDATE facts SET run_id = 'KC-2', seq = 3 {OF} AND seq = 9")  # noqa: S608 - ours


def no_row(hand: Hand) -> None:
    hand.say(f"DELETE FROM runs {OF}")  # noqa: S608 - ours


def no_run(hand: Hand) -> None:
    for table in ("facts", "messages", "looks", "timers", "runs"):
        hand.say(f"DELETE FROM {table} {OF}")  # noqa: S608 - ours


def row(change: str) -> str:
    return f"UPDATE runs SET {change} {OF}"  # noqa: S608 - ours


def gone(which: str) -> str:
    return f"DELETE FROM facts {OF} AND {which}"  # noqa: S608 - ours


def entry(change: str) -> str:
    return f"UPDATE facts SET {change} {ENTRY}"  # noqa: S608 - ours


COLUMNS = {
    "run_id": ("run_id = 'KC-77'", "KC-1: changed: the run is not in the table of runs"),
    "prefix": ("prefix = 'KD'", "another number (KD-1) than its entries (KC-1)"),
    "number": ("number = 77", "another number (KC-77) than its entries (KC-1)"),
    "procedure_id": ("procedure_id = 'other'", "another procedure (other)"),
    "title": ("title = 'x'", "another title (x)"),
    "channel": ("channel = 'C9'", "another channel (C9) than its entries (C1)"),
    "started_by": ("started_by = 'U9'", "another starter (U9)"),
    "started_at": ("started_at = replace(started_at, '03:', '04:')", "another start ("),
    "open": ("open = NOT open", "another status (open) than its entries (closed)"),
    "facts": ("facts = 8", "there are entries after number 8"),
    "head": (
        "head = replace(head, substr(head, 1, 9), '0')",
        "the log hash of entry 9 is not the one in the run's row",
    ),
    "first": ("first = first + 20", "another place among the runs than its entries"),
    "team": ("team = 'T9'", "another workspace (T9) than its entries (T1)"),
    "people": ("people = '{}'", "someone in entry 1 is not among the run's people"),
    "private": ("private = NOT private", "another audience (only some) than its entries (everyone"),
    "drill": ("drill = NOT drill", "another purpose (a drill) than its entries (no drill)"),
}
"""Each column of a run's row -> how it is changed, and what `runbook audit` says of that."""
NOT_FOLLOW = "entry 4 does not follow from the one before it"
NOT_RECORDED = "the words of entry 4 are not those that were recorded"
PLAYED: dict[str, list[tuple[str, Do, str]]] = {
    "edits an entry, its time or its hash": [
        ("entry", entry("""body = replace(body, '"v":1', '"v": 1')"""), NOT_FOLLOW),
        ("time", entry("at = replace(at, '03:12', '03:13')"), NOT_FOLLOW),
        ("hash", entry("hash = replace(hash, substr(hash, 1, 9), '000000000')"), NOT_FOLLOW),
    ],
    "deletes an entry, or the last ones": [
        ("one", gone("seq = 4"), "entry 4 is missing"),
        ("two", gone("seq IN (4, 5)"), "entries 4 to 5 are missing"),
        ("first", gone("seq = 1"), "entry 1 is missing"),
        (
            "last",
            gone("seq > 4"),
            "the entries after number 4 are missing: there were 9",
        ),
        ("all", gone("seq > 0"), "the entries after number 0 are missing: there were 9"),
    ],
    "puts entries in another order, or into another run": [
        ("order", other_order, NOT_FOLLOW),
        (
            "taken",
            moved,
            "the entries after number 8 are missing: there were 9",
        ),
        (
            "given",
            moved,
            "KC-2: changed: entry 3 does not follow from the one before it; there are entries",
        ),
    ],
    "changes words, or gives an entry the words of another": [
        ("words", entry("beside = replace(beside, 'canary two', 'canary too')"), NOT_RECORDED),
        (
            "others",
            entry("beside = (SELECT beside FROM facts WHERE run_id = 'KC-1' AND seq = 6)"),
            NOT_RECORDED,
        ),
    ],
    "changes who somebody was": [
        (
            "id",
            row("""people = replace(people, '"UCANARY99"', '"UCANARY98"')"""),
            "person 1 is not the one who was recorded",
        ),
        (
            "name",
            row("""people = replace(people, '"canary eve"', '"canary adam"')"""),
            "person 1 is not the one who was recorded",
        ),
    ],
    "drops words, a salt or a person": [
        (
            "words",
            entry("beside = NULL"),
            "the words of entry 4 are gone, and no entry says that they were erased",
        ),
        ("salt", entry("""beside = replace(beside, '"salt":"', '"salt":"0')"""), NOT_RECORDED),
        (
            "person",
            drop_person,
            "person 1 is gone, and no entry says that they were erased",
        ),
        ("everybody", row("people = '{}'"), "someone in entry 1 is not among the run's people"),
    ],
    "adds the entry of an erasure, and leaves the words there": [
        ("entry", erasure_added, "entry 10 does not follow from the one before it"),
        (
            "calculated",
            erasure_calculated,
            "the words of entry 4 are there, and an entry says that they were erased",
        ),
    ],
    "says of an entry that it is older than sealing, so that it need not follow": [
        ("forged", older_than_sealing, NOT_RECORDED),
        ("excused", unchecked, "entry 10 does not follow from the one before it"),
    ],
    "deletes a run": [("run", no_run, "KC-1: missing, though it was started")],
    "changes a run's row, in any column: its channel, title, status, number, place, procedure, "
    "workspace, starter, start, people or last entry, or whether it is private or a drill; or "
    "takes the row away": [
        *((name, row(change), words) for name, (change, words) in COLUMNS.items()),
        ("none", no_row, "the run is not in the table of runs"),
    ],
    "files an entry as another kind, writes its time in another way, or stores what is no text, "
    "no JSON or half a character": [
        ("kind", entry("kind = 'step_done'"), "entry 4 is filed as step_done"),
        ("time", entry("at = replace(at, 'T', ' ')"), "entry 4 has no time that can be read"),
        ("no JSON", entry("body = 'x'"), NOT_FOLLOW),
        ("half", entry("""body = replace(body, '"note_added"', '"\\ud800"')"""), NOT_FOLLOW),
        (
            "half a name",
            row("""people = replace(people, 'canary eve', '\\ud800')"""),
            "the run's people cannot be read",
        ),
    ],
}
"""What is done, by the rows of the table -> its name, what is done, what `runbook audit` says."""
OUTSIDE = {
    "moves a message to another place in Slack, or empties the ids of clicks",
    "calculates a whole chain again, or puts an older copy in its place",
    "forges an erasure whole, its entry and all hashes after it",
    "forges an erasure whole at the end of a run",
}
"""The rows in which the database agrees with itself."""
