"""The post-mortem tells what happened, all of it, and nothing that it does not know."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.documents.postmortem import Said, ids
from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.events import Person
from tests.core.closing import checked
from tests.core.closing import look as green_or_not
from tests.core.story import EXPORTED, NAMES, PROCEDURE, SAID, key_compromise, look, render
from tests.core.strategies import ANA, BEN, CHO, START, Desk

GOLDEN = Path(__file__).with_name("postmortem-key-compromise.md")
ON_TIME = timedelta(minutes=1)


def show(desk: Desk, said: tuple[Said, ...] | None = (), **names: str) -> str:
    return render(desk.run, desk.facts, names=NAMES | names, said=said, exported_at=EXPORTED)


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def a_run(*commands: c.Command) -> Desk:
    desk = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")
    for command in commands:
        desk.do(command, ON_TIME)
    return desk


def test_the_story_of_a_key_compromise_reads_as_it_was_polished() -> None:
    """When the document changes on purpose, read the new one aloud before it becomes the golden."""
    assert show(key_compromise(), SAID) == GOLDEN.read_text(encoding="utf-8")


def test_the_same_facts_give_the_same_bytes() -> None:
    desk = key_compromise()
    read = [
        e.Fact(fact.run_id, fact.seq, fact.at, e.load(body), fact.hash)
        for fact, body in zip(desk.facts, desk.bodies, strict=True)
    ]
    again = render(
        fold(read), read, names=dict(reversed(NAMES.items())), said=SAID[::-1], exported_at=EXPORTED
    )
    assert again == show(desk, SAID)


def test_facts_of_another_run_are_refused() -> None:
    desk = key_compromise()
    with pytest.raises(ValueError, match="not the facts that make KC-7"):
        render(desk.run, desk.facts[:-1], names={}, said=(), exported_at=EXPORTED)


def test_a_run_that_is_still_open_says_so_first() -> None:
    text = show(a_run(c.Take("revoke", ANA, "key-a"), c.MarkDone("revoke", ANA)))
    assert "🟡 **Still open, exported in the middle.**" in text.split("## Summary")[0]
    times = section(text, "Key times")
    assert "| Closed | not recorded | – |" in times
    assert "| Recovered | not recorded | – |" in times
    assert "**Not done**" not in text


def test_a_run_that_was_closed_without_green_says_why_in_its_first_words() -> None:
    reasons = {
        "check:key-cannot-sign": "CivicTrust is *down*",
        "check:new-key-works": "node-3 is gone",
        "confirm:2": "legal does that",
    }
    desk = a_run(c.Verify(ANA))
    desk.do(look("new-key-works", ("/can_sign equals true", "node-3", False, "missing"))(desk))
    desk.close(BEN, reasons)
    text = show(desk)
    head = text.split("## Summary")[0]
    assert "🟠 **Closed, not verified.**" in head
    assert r"key-a cannot sign: CivicTrust is \*down\*" in head
    found = section(text, "Deviations from the procedure")
    assert "key-b can sign (failed, expected `a` to be there, found `7`): node-3 is gone" in found
    assert found.count("**Not done** when the run was closed.") == 6
    assert "recovered" not in section(text, "Timeline")


def test_a_reopened_run_shows_both_ends_and_its_old_evidence_does_not_count() -> None:
    desk = key_compromise()
    desk.do(c.Reopen(BEN, "a permit signed with key-a turned up"), ON_TIME)
    text = show(desk, SAID)
    assert "🟡 **Still open" in text
    assert "**Reopened** by Ben Okoro" in section(text, "Deviations from the procedure")
    assert section(text, "Verification").count("This does not count any more") == 2
    assert "It is not confirmed any more" in section(text, "Verification")
    assert "| Recovered | not recorded | – |" in text


def test_without_the_thread_the_document_says_what_is_missing() -> None:
    desk = key_compromise()
    assert "The messages of the thread are not in this timeline" in show(desk, None)
    assert "messages of the thread" not in show(desk, ())


def test_messages_and_facts_stand_in_one_order_of_time() -> None:
    rows = [
        line
        for line in section(show(key_compromise(), SAID), "Timeline").splitlines()
        if line.startswith("| 03:")
    ]
    assert len(rows) == 33
    assert [row[:10] for row in rows] == sorted(row[:10] for row in rows)
    assert [row.split(" | ")[1] for row in rows].count("💬") == 5


def test_a_day_that_is_not_the_first_is_written_out() -> None:
    desk = a_run(c.Take("revoke", ANA, "key-a"))
    desk.do(c.MarkDone("revoke", ANA), timedelta(days=1, hours=1))
    assert "| 2026-11-02 04:13:05 | 3–4 | Ana Lima |" in show(desk)
    assert "- 2026-11-02 04:13:05 Ana Lima marked it done" in show(desk)


def test_people_are_named_as_slack_does_else_as_the_facts_do_else_by_id() -> None:
    desk = a_run(c.Take("find", BEN), c.HandOver("find", BEN, CHO))
    text = render(desk.run, desk.facts, names={"U0ANA": ""}, said=(), exported_at=EXPORTED)
    assert "| entry 1, ana |" in text
    assert "| ben |" in text
    assert "| `U0CHO` |" in text


def test_names_are_asked_for_all_who_act_speak_or_are_mentioned() -> None:
    desk = a_run(c.AddNote(None, BEN, "<@U0EVE> knows"), c.Take("find", CHO))
    said = (Said(START, "U0DEE", "ask <@U0FAY|fay> or <#C1> or <!here> <!subteam^S1|@dba>"),)
    assert ids(desk.run, desk.facts, said) == [
        "U0ANA",
        "U0BEN",
        "U0CHO",
        "U0DEE",
        "U0EVE",
        "U0FAY",
        "C1",
        "S1",
    ]


def test_people_of_another_organization_are_marked() -> None:
    olga = Person(id="U0OLGA", name="olga", team="T0OTHER")
    text = show(a_run(c.Take("find", olga), c.HandOver("find", olga, BEN)))
    assert "| olga (external) |" in text


def test_two_people_of_one_name_are_told_apart() -> None:
    text = show(a_run(c.Take("find", BEN)), U0ANA="Sam", U0BEN="Sam")
    assert "| Sam (`U0ANA`) |" in text
    assert "| Sam (`U0BEN`) |" in text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0ANA> and <@U9>", "@Ana Lima and @someone"),
        ("<@U9|zoe>", "@zoe"),
        ("<#C0TRUST> <#C1|general>", "#trust-oncall #general"),
        ("<!here> <!subteam^S1|@oncall>", "@here @oncall"),
        ("<!subteam^S0DBA> <!subteam^S1>", "@dbas a user group"),
        ("<#C9> <#C0HID|secret-project>", "a channel a private channel"),
        ("<https://a.example/x|the page>", "the page (https://a.example/x)"),
        ("<https://a.example/x_y>", "https://a.example/x_y"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("one\ntwo", "one / two"),
    ],
)
def test_slacks_marks_become_plain_words(written: str, read: str) -> None:
    said = (Said(START, "U0BEN", written),)
    named = {"S0DBA": "dbas", "C0HID": "a private channel"}
    shown = section(show(a_run(), said, **named), "Timeline").replace("\\", "")
    assert f"“{read}”" in shown


def test_alternatives_and_free_order_are_no_deviation() -> None:
    assert "promote" not in section(show(key_compromise()), "Deviations from the procedure")
    free = {
        "id": "free",
        "title": "Free",
        "any_order": True,
        "steps": [{"id": "x", "title": "X", "do": "It."}, {"id": "y", "title": "Y", "do": "It."}],
    }
    shape = PROCEDURE.model_dump(by_alias=True, exclude_unset=True) | {"steps": [free]}
    desk = Desk(type(PROCEDURE).model_validate(shape), key_id="key-a", new_key_id="key-b")
    for name in ("y", "x"):
        desk.do(c.Take(name, ANA), ON_TIME)
        desk.do(c.MarkDone(name, ANA), ON_TIME)
    assert "- None: every step" in section(show(desk), "Deviations from the procedure")


def test_an_undone_mark_and_a_step_left_in_hand_are_deviations() -> None:
    desk = a_run(
        c.Skip("revoke", ANA, "false alarm"),
        c.Undo("revoke", BEN),
        c.Take("revoke", BEN, "key-a"),
    )
    desk.close(
        ANA, dict.fromkeys(("check:key-cannot-sign", "check:new-key-works", "confirm:2"), "x")
    )
    found = section(show(desk), "Deviations from the procedure")
    assert "**Undone.** Step 1 (Revoke the key immediately), which was skipped, by Ben" in found
    assert "**Not ended** when the run was closed. Step 1" in found


def test_what_only_people_know_is_asked_for() -> None:
    text = show(key_compromise())
    for title in ("Impact", "Root cause", "Lessons", "Action items"):
        assert "> ✍️ To write:" in section(text, title)
    assert "| Detected | not recorded ✍️ | – |" in text


def test_the_document_tells_how_to_check_the_log_and_the_way_works() -> None:
    desk = key_compromise()
    assert f"`{desk.run.head}`" in section(show(desk), "About this document")
    assert desk.broken() is None


def test_a_clock_that_was_set_back_does_not_reorder_the_log() -> None:
    desk = a_run(c.Take("revoke", ANA, "key-a"))
    desk.do(c.MarkDone("revoke", ANA), timedelta(seconds=-30))
    numbers = [line.split(" | ")[1] for line in section(show(desk), "Timeline").splitlines()[-3:]]
    assert numbers == ["1", "2", "3–4"]


def test_whoever_is_mentioned_in_a_reason_is_looked_up_also_after_a_reopening() -> None:
    desk = Desk(checked())
    desk.do(c.Close(ANA, {"check:up": "<@U0CAREFUL> said so", "confirm:1": "nobody was there"}))
    assert "U0CAREFUL" in ids(desk.run, desk.facts, ())
    desk.do(green_or_not(desk, green=False))
    assert desk.run.closed is not None
    desk.do(c.Reopen(BEN, "not yet"))
    assert "U0CAREFUL" in ids(desk.run, desk.facts, ())
