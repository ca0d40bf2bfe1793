"""The audit of a run's record: is it what was written, entry by entry, and does its row agree?

It works on what is stored, as it is stored, and never stops at the first thing that is wrong: a
record that was changed is still told of in words. Nothing here reads a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.erasures import numbers
from bot.core.engine.fold import begin, evolve
from bot.core.run.chain import GENESIS, chain, stamp
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.sealing.audit import people_faults, sealed_faults
from bot.core.sealing.body import Gone
from bot.core.sealing.files import Uploaded, uploaded
from bot.core.sealing.people import People, stored
from bot.core.sealing.reading import event_of, gone_from, time_of, was

TOLD = 20
"""How many faults of one run are told of; a record that was mixed up has as many as entries."""

NO_RUN = (ValueError, TypeError, KeyError)
"""What folding facts raises that make no run."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is stored, with what lies beside it: nothing of it has been read yet."""

    seq: int
    at: str
    kind: str
    body: str
    hash: str
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What the table of runs says of a run.

    `private` is not said by rows that programs before 0009 wrote. `placed` says whether its place
    in the list is the one where its entries begin.
    """

    facts: int
    head: str
    channel: str
    title: str
    open: bool
    procedure_id: str
    started_by: str
    started_at: str
    people: str = ""
    name: str = ""
    team: str | None = None
    private: bool | None = None
    drill: bool = False
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """What an audit found: the hashes in order, and what is wrong, in words; nothing when well.

    `broken` is the number of the first entry that does not follow from the one before it.
    `erased` says in words what was taken out of the record, `files` what was uploaded of it.
    `unknown` is the first entry that a
    newer version wrote: whether what it says can be so is that one's to check.
    """

    run_id: str
    hashes: tuple[str, ...]
    faults: tuple[str, ...] = ()
    broken: int | None = None
    erased: tuple[str, ...] = ()
    unknown: int | None = None
    files: tuple[Uploaded, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def head(self) -> str:
        """The last entry's hash."""
        return self.hashes[-1] if self.hashes else GENESIS


@dataclass(frozen=True, slots=True)
class Followed:
    """A part of a chain: the hashes by number, and the first entry that does not follow, if any."""

    hashes: Mapping[int, str]
    broken: int | None = None


def follow(run_id: str, entries: Sequence[Stored]) -> Followed:
    """Follow the hashes of *entries*, in order; the first is trusted unless it is entry 1."""
    known = None
    if entries and entries[0].seq > 1:
        known, entries = entries[0], entries[1:]
    _, broken = _chain(run_id, entries, known)
    hashes = {one.seq: one.hash for one in ([known] if known else []) + list(entries)}
    return Followed(hashes, broken)


def check(run_id: str, entries: Sequence[Stored], row: Row | None) -> Checked:
    """Hold a run's *entries*, in the order of their numbers, against each other and its *row*."""
    faults, broken = _chain(run_id, entries)
    faults += _against(entries, row)
    faults += _filed(entries)
    people, gone, beside = sealed(entries, row.people if row else "")
    faults += beside
    run, unfolded, unknown = _folded(run_id, entries, people, gone)
    faults += unfolded
    if run is not None and row is not None and not unfolded and unknown is None:
        faults += _row(run, row, _team(entries[0]))
    return _checked(run_id, entries, faults, broken, _erased(gone, people), unknown)


def check_copy(
    run_id: str, entries: Sequence[Stored], text: str, masked: Mapping[int, Stored]
) -> tuple[Checked, Sequence[Fact]]:
    """The same for a copy of the entries, which has no row; and the facts that they make.

    *text* tells of the people. Of entries that are *masked* the copy has no values: each has
    in its place what is read, and its body, which is empty where that has words in it.
    """
    bare = frozenset(seq for seq in masked if not _entry(entries, seq).body)
    faults, broken = _chain(run_id, entries, unchecked=bare)
    faults += _filed([one for one in entries if one.seq not in bare])
    people, gone, beside = sealed(entries, text, frozenset(masked))
    faults += beside
    read = [masked.get(one.seq, one) for one in entries]
    run, unfolded, unknown = _folded(run_id, read, people, replace(gone, masks={}))
    faults += unfolded
    facts = list[Fact]()
    for one in read if run is not None and not unfolded and unknown is None else ():
        event = event_of(one, people, replace(gone, masks={}))
        facts.append(Fact(run_id, one.seq, time_of(one), event, one.hash))
    unasked = sorted(set(masked) - set(gone.masks))
    faults += [f"the words of entry {one} are withheld, and no entry says why" for one in unasked]
    return _checked(run_id, entries, faults, broken, _erased(gone, people), unknown), facts


def _entry(entries: Sequence[Stored], seq: int) -> Stored:
    return next(one for one in entries if one.seq == seq)


def _checked(
    run_id: str,
    entries: Sequence[Stored],
    faults: Sequence[str],
    broken: int | None,
    erased: tuple[str, ...],
    unknown: int | None,
) -> Checked:
    if len(faults) > TOLD:
        faults = [*faults[:TOLD], f"{len(faults) - TOLD} more things are wrong"]
    hashes = tuple(entry.hash for entry in entries)
    return Checked(run_id, hashes, tuple(faults), broken, erased, unknown, uploaded(entries))


def _time(entry: Stored) -> datetime | None:
    """When an entry was written; None for what is not written as the times of entries are."""
    try:
        at = time_of(entry)
        return at if stamp(at) == entry.at else None
    except (ValueError, OverflowError):
        return None


def _follows(head: str, run_id: str, entry: Stored, at: datetime) -> bool:
    body = was(entry.beside) or entry.body
    try:
        return chain(head, run_id, entry.seq, at, body) == entry.hash
    except UnicodeEncodeError:
        return False  # Half a character can be stored nowhere, and is of no entry.


def _chain(
    run_id: str,
    entries: Sequence[Stored],
    known: Stored | None = None,
    unchecked: frozenset[int] = frozenset(),
) -> tuple[list[str], int | None]:
    """Follow the hashes, after a *known* entry if one is given.

    An entry that is wrong does not make those after it wrong as well.
    """
    faults: list[str] = []
    broken: int | None = None
    unchecked |= gone_from(entries, People()).unchecked
    head, expected = (known.hash, known.seq + 1) if known else (GENESIS, 1)
    for entry in entries:
        fault = None
        at = _time(entry)
        if entry.seq > expected:
            only = expected == entry.seq - 1
            gone = f"entry {expected} is" if only else f"entries {expected} to {entry.seq - 1} are"
            fault = f"{gone} missing"
        elif entry.seq < expected:
            fault = f"entry {entry.seq} has a number that cannot be"
        elif at is None:
            fault = f"entry {entry.seq} has no time that can be read"
        elif entry.seq in unchecked and was(entry.beside) is None:
            pass  # A later entry says that it was changed, and follows itself.
        elif not _follows(head, run_id, entry, at):
            fault = f"entry {entry.seq} does not follow from the one before it"
        if fault is not None:
            faults.append(fault)
            broken = min(expected, entry.seq) if broken is None else broken
        head, expected = entry.hash, entry.seq + 1
    return faults, broken


def _against(entries: Sequence[Stored], row: Row | None) -> list[str]:
    """Where the entries end, against where the run's row says that they end."""
    if row is None:
        return ["the run is not in the table of runs"]
    last = entries[-1].seq if entries else 0
    if row.facts < 0:
        return ["the run's row does not say how many entries there are"]
    if last < row.facts:
        return [f"the entries after number {last} are missing: there were {row.facts}"]
    if last > row.facts:
        return [f"there are entries after number {row.facts}, the last that the run's row knows"]
    if entries and entries[-1].hash != row.head:
        return [f"the log hash of entry {last} is not the one in the run's row"]
    return []


def sealed(
    entries: Sequence[Stored], text: str, withheld: frozenset[int] = frozenset()
) -> tuple[People, Gone, list[str]]:
    """The run's people, of whom *text* tells, what was erased, and what is wrong with all that.

    The values of those that are *withheld* are somewhere else.
    """
    try:
        people = People(text)
        gone = gone_from(entries, people)
        faults = people_faults(people, gone)
    except ValueError:
        return People(), Gone(), ["the run's people cannot be read"]
    if str(people) != text:
        faults.append("the run's people are not stored as they were written")
    for entry in entries:
        if entry.seq not in withheld:
            faults += sealed_faults(entry, people, gone)
    return people, gone, faults


def _filed(entries: Sequence[Stored]) -> list[str]:
    """Where an entry is filed as another kind than it says."""
    faults: list[str] = []
    for entry in entries:
        try:
            kind = stored(entry.body).get("kind")
        except ValueError:
            continue  # It is none that anybody can read, and does not follow.
        if kind != entry.kind:
            faults.append(
                f"entry {entry.seq} is filed as {_said(entry.kind)}, and says {_said(kind)}"
            )
    return faults


def _erased(gone: Gone, people: People) -> tuple[str, ...]:
    """What was erased, when and by whom, in words; and what cannot be checked any more."""
    lines: list[str] = []
    for how in sorted({*gone.words.values(), *gone.people.values()}, key=lambda one: one.at):
        entries = [seq for seq, one in gone.words.items() if one == how]
        whom = [people.number(token) for token, one in gone.people.items() if one == how]
        what = [f"the words of {_named('entry', 'entries', entries)}"] if entries else []
        what += [_named("person", "people", whom)] if whom else []
        lines.append(f"{how}: {' and '.join(what)}")
    if gone.unchecked:
        old = _named("entry", "entries", sorted(gone.unchecked))
        lines.append(f"{old}: written before entries were sealed, and no longer to be checked")
    return tuple(lines)


def _named(one: str, many: str, which: Sequence[int]) -> str:
    return f"{one if len(which) == 1 else many} {numbers(which)}"


def _folded(
    run_id: str, entries: Sequence[Stored], people: People, gone: Gone
) -> tuple[Run | None, list[str], int | None]:
    """The run that the entries make, what of them makes no run, and which cannot be read."""
    run: Run | None = None
    for entry in entries:
        at = _time(entry)
        if at is None:
            return run, [], None  # It has been told of.
        try:
            event = event_of(entry, people, gone)
        except ValueError:
            return run, [], entry.seq
        fact = Fact(run_id, entry.seq, at, event, entry.hash)
        try:
            run = begin(fact) if run is None else evolve(run, fact)
        except NO_RUN:
            return run, [f"entry {entry.seq} cannot come after the ones before it"], None
    return run, [], None


def _team(first: Stored) -> str | None:
    """The workspace that a run's first entry names; older ones do not."""
    team = stored(first.body).get("team")
    return team if isinstance(team, str) else None


def _row(run: Run, row: Row, team: str | None) -> list[str]:
    """What the run's row says otherwise than the entries do."""
    told: dict[str, tuple[object, object]] = {
        "channel": (row.channel, run.channel),
        "title": (row.title, run.shelved_as(row.title)),
        "status": (_status(is_open=row.open), _status(is_open=run.closed is None)),
        "procedure": (row.procedure_id, run.procedure.id),
        "starter": (row.started_by, run.started_by.id),
        "start": (row.started_at, stamp(run.started_at)),
        "number": (row.name, run.id),
        "purpose": (_purpose(drill=row.drill), _purpose(drill=run.drill)),
    }
    if row.private is not None:
        hidden = run.procedure.private
        told["audience"] = (_audience(private=row.private), _audience(private=hidden))
    # In a database that nobody has served yet, a row of before 0006 says nothing of it.
    if team is not None and row.team is not None:
        told["workspace"] = (row.team, team)
    faults = [
        f"the run's row has another {name} ({_said(mine)}) than its entries ({_said(theirs)})"
        for name, (mine, theirs) in told.items()
        if mine != theirs
    ]
    if not row.placed:
        faults.append("the run's row has another place among the runs than its entries")
    return faults


def _status(*, is_open: bool) -> str:
    return "open" if is_open else "closed"


def _purpose(*, drill: bool) -> str:
    return "a drill" if drill else "no drill"


def _audience(*, private: bool) -> str:
    return "only some" if private else "everyone"


def _said(value: object) -> str:
    """A value that is stored, in words of one line: half a character is none, nor is a break."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(value)[:80])


def foldable(facts: Iterable[Fact], run: Run | None = None) -> tuple[Run | None, int]:
    """Fold *facts*, from the start or onto *run*, as far as they make a run: the run, how many did.

    All of them do, unless the record was changed.
    """
    made = 0
    for fact in facts:
        try:
            run = begin(fact) if run is None else evolve(run, fact)
        except NO_RUN:
            break
        made += 1
    return run, made


def gaps(ids: Iterable[tuple[str, int]], given: Mapping[str, int]) -> list[str]:
    """The runs that are missing: the prefix and number of each that is there, the last one given.

    *given* has the highest number that was given under a prefix, as far as it is known.
    """
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for prefix, number in ids:
        numbers[prefix].add(number)
    missing: list[str] = []
    for prefix in sorted(numbers.keys() | given.keys()):
        before = 0
        there = numbers.get(prefix, set())
        end = {given[prefix] + 1} if prefix in given else set()
        for number in sorted(there | end):
            if number - before == 2:  # noqa: PLR2004 - one is left out between them
                missing.append(f"{prefix}-{before + 1}")
            elif number - before > 2:  # noqa: PLR2004 - several are
                missing.append(f"{prefix}-{before + 1} to {prefix}-{number - 1}")
            before = number
    return missing
