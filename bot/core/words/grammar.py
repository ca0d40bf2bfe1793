"""The grammar: a text that a person typed gives one request, the same wherever it was typed.

It looks at each word a few times at the most, and knows no run: which one is meant, and which step
where none is named, is found by whoever answers. Where a text can be read in two ways, the request
says both, and nothing is done.
"""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.core.acting.inwords import SOMEONE, TOLD
from bot.core.run.refusals import Refused
from bot.core.words.requests import (
    FREELY,
    Either,
    Help,
    Listing,
    Nothing,
    Request,
    Review,
    Search,
    Start,
    Status,
    Thanks,
    Unknown,
    Wish,
)
from bot.core.words.speech import (
    AFTER,
    AND,
    BECAUSE,
    HELPS,
    LINKING,
    OF_RUN,
    POLITE,
    STATE,
    THANKS,
)
from bot.core.words.typed import Typed, Word, bare, says_nothing
from bot.core.words.values import NEW, PRIVATE, room_of, values
from bot.core.words.verbs import FIRST, LONGEST, VERBS, phrase

LONGEST_TEXT = 4_000
"""The longest text that is read, in characters."""

_RUN_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*-[0-9]+")
_NAMING = frozenset({"step", "steps", "no", "number", "with", "about", "of"})
"""Words before the number of a step."""
_STEP = re.compile(r"[0-9]{1,3}[a-z]?(?:\.[0-9]{1,3}[a-z]?)*")

_COMMANDS = ("help", "list", "search", "status", "drill", "review")
WORDS = (*_COMMANDS, "start", *sorted(FIRST))
"""The words that mean something by themselves."""


def is_run(word: str) -> bool:
    """Whether *word* looks like the id of a run, in capitals or not."""
    return _RUN_ID.fullmatch(word) is not None


def read(text: str, known: Collection[str]) -> Request:
    """Read what was typed; *known* are the ids of the procedures that the person sees.

    Raises Refused, with what to type instead.
    """
    if len(text) > LONGEST_TEXT:
        raise Refused("That is too long to read. Type `/runbook help` to see what can be asked.")
    typed = Typed.of(text)
    if not typed.words:
        return Nothing()
    ids = frozenset(known)
    at = _first(typed, ids)
    if at is None:
        return Thanks()
    return _read(typed, at, ids)


def _first(typed: Typed, ids: AbstractSet[str]) -> int | None:
    """Where what is meant begins: behind a greeting and a please; None where nothing is meant."""
    words = typed.words
    said = [one.bare for one in words if not says_nothing(one)]
    done = "done" in said and "well" not in said
    if words[0].raw != "?" and THANKS.issuperset(said) and not done and ids.isdisjoint(said):
        return None
    at = 0
    while at < len(words) and (says_nothing(words[at]) or words[at].bare in POLITE):
        if words[at].bare in ids or _verb(typed, at) is not None:
            break
        at += 1
    return at if at < len(words) else 0


def _read(typed: Typed, at: int, ids: AbstractSet[str]) -> Request:
    word = typed.words[at].bare
    wish = _wish(typed, at)
    if wish is not None and word in ids:
        return Either(wish, word, typed.straight_after(at + 1))
    if word in ids:
        return _start(typed, at, word)
    if word == "start" and (begun := _started(typed, at + 1, ids)) is not None:
        return begun
    if word == "drill":
        return _drilled(typed, at + 1, ids)
    if word == NEW and wish is None:
        return _in_its_own(typed, at + 1, ids)
    if word == "start" and wish is None:
        # People start a step as well.
        return _with(typed, at + 1, _of_verb("take"))
    return wish or _other(typed, at, word)


def _other(typed: Typed, at: int, word: str) -> Request:
    """What is neither a procedure nor done with a run."""
    words, rest = typed.words[at:], typed.straight_after(at + 1)
    said = tuple(one.bare for one in words[:6])
    if _begins(said, HELPS) or words[0].raw == "?":
        return Help()
    if word in ("list", "procedures", "runbooks"):
        return Listing()
    if word in ("search", "find", "look"):
        sought = typed.straight_after(at + 1 + (said[1:2] == ("for",)))
        if not sought:
            raise Refused("Search for what? Type some words, as in `/runbook search leaked key`.")
        return Search(sought)
    if word == "status":
        return Status(_named(words[1:], rest))
    if is_run(word) and len(words) == 1:
        return Status(word.upper(), "" if words[0].raw.isupper() else word)
    if word == "review":
        return Review(said[1] if len(said) > 1 else None)
    if _begins(said, STATE):
        return Status(None)
    return Unknown(word, rest)


def _begins(said: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return any(said[: len(one)] == one for one in phrases)


def _named(words: tuple[Word, ...], rest: str) -> str | None:
    """The run whose status is asked for; raises Refused where it is none."""
    left = [one for one in words if one.bare not in OF_RUN | AFTER and not says_nothing(one)]
    if not left:
        return None
    if len(left) == 1 and is_run(left[0].bare):
        return left[0].bare.upper()
    raise Refused(
        f"`{_code(rest)}` is not a run. Type `/runbook status KC-7`, with the id from "
        "the foot of its board, or `/runbook status` alone."
    )


def _code(text: str) -> str:
    short = text[:80].replace("`", "'")
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Starting. --------------------------------------------------------------------------------------


def _started(typed: Typed, at: int, ids: AbstractSet[str]) -> Start | None:
    """`start ID …`: whatever the id means otherwise; None where it is no start."""
    if at >= len(typed.words):
        return Start("start")
    word = typed.words[at].bare
    if "=" in typed.words[at].raw:
        return _start(typed, at - 1, "start")
    if word not in ids and _is_step(typed, at)[0]:
        return None
    if word not in ids and _verb(typed, at - 1) is not None:
        return None
    return _start(typed, at, word)


def _start(typed: Typed, at: int, procedure: str) -> Start:
    last = len(typed.words)
    while last > at + 1 and (
        says_nothing(typed.words[last - 1]) or typed.words[last - 1].bare in ("please", "pls")
    ):
        last -= 1
    # Signs within quotes are part of a value.
    spoken = not any(c in word.raw for word in typed.words[last:] for c in "=\"'`")
    if last < len(typed.words) and spoken:
        rest = typed.straight[typed.words[at].end : typed.words[last - 1].end].strip()
    else:
        rest = typed.straight_after(at + 1)
    given = values(rest)
    room, strays = room_of(given.strays)
    return Start(procedure, given.named, tuple(strays), rest, room=room)


def _in_its_own(typed: Typed, at: int, ids: AbstractSet[str]) -> Start:
    """`new ID …`, the words turned round; raises Refused where no procedure is named."""
    private = at < len(typed.words) and typed.words[at].bare == PRIVATE
    at += private
    if at >= len(typed.words) or typed.words[at].bare not in ids:
        raise Refused(
            "A channel of its own for what? Type `/runbook PROCEDURE new name=value …`, or `new "
            "private`."
        )
    begun = _start(typed, at, typed.words[at].bare)
    return replace(begun, room="private" if private else begun.room or "public")


def _drilled(typed: Typed, at: int, ids: AbstractSet[str]) -> Start:
    if at >= len(typed.words):
        raise Refused("A drill of what? Type `/runbook drill PROCEDURE name=value …`.")
    if typed.words[at].bare == NEW and NEW not in ids:
        return replace(_in_its_own(typed, at + 1, ids), drill=True)
    return replace(_start(typed, at, typed.words[at].bare), drill=True)


# What buttons do. -------------------------------------------------------------------------------


def _verb(typed: Typed, at: int) -> tuple[str, int] | None:
    """The longest verb that begins at a word, and the place behind it."""
    said: list[str] = []
    found = None
    for place in range(at, min(at + LONGEST, len(typed.words))):
        said += phrase(typed.words[place].bare)
        if tuple(said) in VERBS:
            found = " ".join(said), place + 1
        if typed.words[place].ends:
            break
    return found


def _is_step(typed: Typed, at: int) -> tuple[str, int]:
    """The step that is named at a word, and the place behind it; nothing where none is."""
    words = typed.words
    named = at
    while named < len(words) and words[named].bare in _NAMING:
        named += 1
    if named >= len(words) or _STEP.fullmatch(words[named].bare) is None:
        return "", at
    step, after = words[named].bare, named + 1
    if (
        after + 1 < len(words)
        and words[after].bare == "round"
        and words[after + 1].bare.isdecimal()
    ):
        return f"{step}~{words[after + 1].bare[:4]}", after + 2
    return step, after


def _is_named(typed: Typed, at: int) -> tuple[str | None, int]:
    """The run that is named at a word, and the place behind it."""
    words = typed.words
    named = at + (at < len(words) and words[at].bare in OF_RUN)
    if named < len(words) and is_run(words[named].bare):
        return words[named].bare.upper(), named + 1
    return None, at


def _wish(typed: Typed, at: int) -> Wish | None:
    """What a button does, in words; None where they are no such words."""
    run, place = _is_named(typed, at)
    if run is not None and typed.words[at].bare in OF_RUN:
        run, place = None, at
    while run is not None and place < len(typed.words) and typed.words[place].bare in POLITE:
        if _verb(typed, place) is not None:
            break
        place += 1
    step, behind = _is_step(typed, place)
    if step:
        # `3 is done`, `step 4 failed: …`
        place = behind
        while place < len(typed.words) and typed.words[place].bare in LINKING:
            place += 1
    found = _verb(typed, place)
    if found is None:
        return None
    verb, place = found
    wish = replace(_of_verb(verb), run=run, steps=(step,) if step else ())
    return _with(typed, place, wish)


def _of_verb(verb: str) -> Wish:
    return Wish(VERBS[phrase(verb)])


def _with(typed: Typed, place: int, wish: Wish) -> Wish:
    """The run, the steps and the words that follow a verb."""
    words, act = typed.words, wish.act
    if act.after == FREELY and not wish.steps:
        return _noted(typed, place, wish, told=place > 0 and words[place - 1].ends)
    run, place = (wish.run, place) if wish.run else _is_named(typed, place)
    steps = list(wish.steps)
    if act.step is not None and not steps:
        steps, place = _steps(typed, place)
    if run is None:
        run, place = _is_named(typed, place)
    wish = replace(wish, run=run, steps=tuple(steps))
    if act.after == SOMEONE:
        return _for_someone(typed, place, wish)
    if act.after == TOLD:
        return replace(wish, words=typed.named_after(place).lstrip(":,;–—- ").strip())
    if act.after:
        return replace(wish, words=_own(typed, place))
    left = [w for w in words[place:] if w.bare not in AFTER and not says_nothing(w)]
    if not left:
        return wish
    return replace(wish, either=_both(typed, place, wish))


def _steps(typed: Typed, place: int) -> tuple[list[str], int]:
    """The steps that are named from a word on."""
    step, place = _is_step(typed, place)
    steps = [step] if step else []
    while step and place < len(typed.words):
        listed = typed.words[place - 1].raw.endswith(",")
        joined = typed.words[place].bare in AND or typed.words[place].raw in AND
        step, behind = _is_step(typed, place + joined) if joined or listed else ("", place)
        if step:
            steps.append(step)
            place = behind
    return steps, place


_EVERYTHING = frozenset({"all", "everything", "everywhere"})


def _for_someone(typed: Typed, place: int, wish: Wish) -> Wish:
    """Whom it goes to, and in which run: one that is named, or all, where no step is meant."""
    run, everywhere, kept = wish.run, False, list[str]()
    for piece in typed.naming_after(place):
        word = bare(piece)
        if run is None and is_run(word):
            run = word.upper()
            if kept and bare(kept[-1]) in OF_RUN:
                kept.pop()
        elif wish.act.step is None and word in _EVERYTHING:
            everywhere = True
        else:
            kept.append(piece)
    return replace(wish, run=run, words=" ".join(kept), everywhere=everywhere and run is None)


def _own(typed: Typed, place: int) -> str:
    """One's own words: without a because and the quotes around them."""
    while place < len(typed.words) and not typed.words[place].bare:
        place += 1
    if place < len(typed.words) and typed.words[place].bare in BECAUSE:
        place += 1
    said = typed.after(place).lstrip(":,;–—- ").strip()
    around = said[:1] + said[-1:]
    quoted = len(said) > 2 and around in ('""', "“”", "„“", "«»", "''", "‘’", "``")  # noqa: PLR2004
    return said[1:-1].strip() if quoted else said


def _noted(typed: Typed, place: int, wish: Wish, *, told: bool) -> Wish:
    """A note: about a step where that is said, about the run where a colon follows the word."""
    if told:
        return replace(wish, words=_own_text(typed, place))
    words = typed.words
    run, behind = (wish.run, place) if wish.run else _is_named(typed, place)
    sure = place < len(words) and words[place].bare in (*OF_RUN, "step")
    about = behind + (behind < len(words) and words[behind].bare in ("on", "about", "for", "to"))
    step, after = _is_step(typed, about)
    if step and (after >= len(words) or words[after - 1].ends or about > behind or sure):
        return replace(wish, run=run, steps=(step,), words=_own_text(typed, after))
    if step and words[behind].bare == "step":
        return replace(wish, run=run, steps=(step,), words=_own_text(typed, after))
    if run and not wish.run and not (sure or words[behind - 1].ends or behind >= len(words)):
        one, other = f"{run} note: {typed.after(behind)}", f"note: {typed.after(place)}"
        return replace(wish, either=(one, other))
    if step:
        one = f"note step {step}: {typed.after(after)}"
        return replace(wish, either=(one, f"note: {typed.after(behind)}"))
    return replace(wish, run=run, words=_own_text(typed, behind))


def _own_text(typed: Typed, place: int) -> str:
    said = typed.after(place).lstrip(":,;–—- ").strip()
    around = said[:1] + said[-1:]
    quoted = len(said) > 2 and around in ('""', "“”", "„“", "«»", "‘’", "``")  # noqa: PLR2004
    inside = said[1:-1]
    return inside.strip() if quoted and not set(around) & set(inside) else said


def _both(typed: Typed, place: int, wish: Wish) -> tuple[str, str]:
    """The two ways to read a verb with words that do not belong to it."""
    first = wish.line(run=wish.run, step=wish.steps[0] if wish.steps else None)
    if wish.steps:
        return first, f"note step {wish.steps[0]}: {typed.after(place)}"
    return first, f"search {typed.straight}"
