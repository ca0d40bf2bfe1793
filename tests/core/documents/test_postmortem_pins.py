"""Messages that people added to the timeline, in the post-mortem: each at its own time, once."""

from dataclasses import replace
from datetime import timedelta

from bot.core.documents.postmortem import Said
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run.pins import WORDS_LIMIT, Quote, time_of
from tests.core.pin_story import LAMP
from tests.core.story import render
from tests.core.strategies import ANA, BEN, START, Desk

NAMES = {"U0ANA": "Ana Lima", "U0BEN": "Ben Okoro", "U0CHO": "Cho Park"}
HERE = replace(LAMP, channel="C0TRUST")
SHAPE = {
    "schema": "procedure/v1",
    "id": "trouble",
    "title": "Trouble",
    "symptoms": ["It is down"],
    "steps": [{"id": "one", "title": "One", "do": "It."}],
}


def desk(*quotes: Quote) -> Desk:
    made = Desk(Procedure.model_validate(SHAPE))
    for one in quotes:
        made.do(c.PinMessage(BEN, one, sure=True))
    return made


def document(made: Desk, *said: Said) -> str:
    at = START + timedelta(hours=1)
    return render(made.run, made.facts, names=NAMES, said=said, exported_at=at)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if "| 📌 |" in line]


def test_it_stands_at_its_own_time_with_author_link_and_files() -> None:
    text = document(desk(LAMP))
    assert "📌 is a message that somebody added" in text
    (row,) = rows(text)
    assert row.startswith("| 03:10:00 | 📌 | Cho Park |")
    assert "“It fell.”" in row
    assert "lamp.png" in row
    assert LAMP.link in row
    assert "added by Ben Okoro, entry 2" in row
    # It was written before the run was started, and stands there.
    assert text.index(row) < text.index("| 1 | Ana Lima |")
    assert "📌" not in document(desk())


def test_one_of_the_thread_is_told_once_and_marked() -> None:
    other = Said(START + timedelta(seconds=30), "U0ANA", "Another one")
    said = Said(time_of(HERE.ts), "U0CHO", "It fell.")
    text = document(desk(HERE), said, other)
    assert text.count("It fell.") == 1
    assert len(rows(text)) == 1
    assert "| 💬 | Ana Lima | “Another one”" in text
    # Elsewhere, a message of the same moment is another one.
    assert document(desk(LAMP), said).count("It fell.") == 2


def test_of_a_long_one_the_thread_has_the_rest() -> None:
    whole = "\n".join(f"line {n} of what the log said" for n in range(400))
    kept = whole[: WORDS_LIMIT - 1] + "…"
    quote = replace(HERE, text=kept, cut=len(whole) - WORDS_LIMIT + 1)
    said = Said(time_of(HERE.ts), "U0CHO", whole)
    text = document(desk(quote), said)
    assert "line 399 of what the log said" in text
    assert text.count("line 7 of what the log said") == 1
    without = document(desk(quote))
    assert "line 399" not in without
    assert "more characters in Slack" in without


def test_corrected_it_stands_as_corrected_and_its_entry_has_the_first_version() -> None:
    made = desk(HERE)
    moment = int(START.timestamp()) + 600
    made.do(c.CorrectPin(ANA, 2, moment, "It fell down."))
    text = document(made)
    (row,) = rows(text)
    assert "“It fell down.”" in row
    assert "corrected by Ana Lima, first at" in row
    assert "added a message of Cho Park" in text
    assert "to the timeline: It fell." in text
    assert "corrected the message of entry 2" in text


def test_taken_back_it_is_in_the_record_alone() -> None:
    made = desk(HERE)
    made.do(c.TakePinBack(BEN, 2))
    text = document(made)
    assert rows(text) == []
    assert "took the message of entry 2 out of the timeline" in text
    assert "to the timeline: It fell." in text
