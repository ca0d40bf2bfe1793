"""The board: what a tired person sees, and what of it is folded away when there is too much."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views.board import BUDGET, draw
from bot.core.views.clicks import Begin, Do, Form, Show
from tests.core import huge
from tests.core.drawn import accepted, aloud, buttons, harmless, marked_up, pressed, weight
from tests.core.story import PROCEDURE, REVOKED, key_compromise, look
from tests.core.strategies import ANA, BEN, Desk, commands, hostile, hostile_lines, procedures
from tests.profiles import examples


def plain(**more: Any) -> Procedure:
    steps = [{"id": f"s{n}", "title": f"Step {n}", "run": [f"run {n}"]} for n in range(1, 13)]
    told = {"schema": "procedure/v1", "id": "p", "title": "Trouble", "symptoms": ["Down"]}
    return Procedure.model_validate({**told, "steps": steps, **more})


def fresh() -> Desk:
    return Desk(PROCEDURE, key_id="key-a", new_key_id="key-b")


def finish(desk: Desk, *steps: str) -> None:
    for step in steps:
        desk.do(c.Take(step, ANA, "key-a" if step == "revoke" else step))
        desk.do(c.MarkDone(step, ANA))


def read(desk: Desk) -> str:
    return aloud(draw(desk.run).blocks)


@given(st.data())
@settings(max_examples=examples(50), suppress_health_check=list(HealthCheck))
def test_whatever_happens_slack_takes_the_board_and_nothing_in_it_is_injected(
    data: st.DataObject,
) -> None:
    """Any procedure, any course of a run, hostile words throughout: judged by the workspace."""
    desk = Desk(data.draw(procedures(hostile_lines)), key_id=data.draw(hostile_lines))
    for _ in range(data.draw(st.integers(0, 15))):
        try:
            desk.do(data.draw(commands(desk.run, hostile)))
        except Refused as refused:
            harmless(str(refused))
    picture = draw(desk.run)
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    for text in (picture.text, *marked_up(picture.blocks)):
        harmless(text)
    assert sum(b.get("style") == "primary" for b in buttons(picture.blocks)) <= 1
    assert draw(desk.run) == picture
    for _, click in pressed(picture.blocks):
        assert isinstance(click.intent, Do | Form | Show | Begin)


@pytest.mark.parametrize("made", [huge.desk, huge.worked], ids=["unbegun", "worked"])
def test_sixty_steps_with_everything_in_them_fit(made: Callable[[], Desk]) -> None:
    picture = draw(made().run)
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    for text in (picture.text, *marked_up(picture.blocks)):
        harmless(text)


@pytest.mark.parametrize("closing", ["recovered", "not verified"])
def test_sixty_steps_fit_when_they_are_closed(closing: str) -> None:
    if closing == "recovered":
        desk = huge.desk(huge.procedure(checks=1).model_copy(update={"verification": ()}))
        keys = ["verification"]
    else:
        desk = huge.worked()
        keys = [item.key for item in desk.run.verification()]
    desk.close(ANA, {key: huge.line("why ", 2_000) for key in keys})
    picture = draw(desk.run)
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    for text in (picture.text, *marked_up(picture.blocks)):
        harmless(text)


@given(n=st.integers(0, 59), command=st.sampled_from([20, 400, 3_000]))
@settings(max_examples=examples(15))
def test_the_first_command_of_the_step_in_hand_is_always_seen(n: int, command: int) -> None:
    """Unless it is destructive and nobody has confirmed it: then it is nowhere."""
    desk = huge.desk(huge.procedure(command=command))
    placed = desk.run.placed[n]
    huge.take(desk, n)
    picture = draw(desk.run)
    accepted(picture)
    said = aloud(picture.blocks)
    assert f"▶️ *{placed.number} " in said
    if n % 9 != 8:
        assert f"    $ run {n} <" in said


def test_the_first_step_is_open_before_anyone_has_taken_it() -> None:
    said = aloud(draw(Desk(plain()).run).blocks)
    assert "○ *1 Step 1*\n    $ run 1\n[*Take] [Skip…] [Note…] [⋯ Show in full]\n" in said
    assert "$ run 2" not in said
    assert "○ *2* Step 2   [Take]" in said


def test_a_destructive_steps_commands_are_nowhere_until_it_is_taken() -> None:
    """Nor after it was undone, left out, or failed: then it asks again."""
    desk = fresh()
    blocks = str(draw(desk.run).blocks)
    assert "keys revoke" not in blocks
    assert "[!Take…]" in aloud(draw(desk.run).blocks)
    desk.do(c.Take("revoke", ANA, "key-a"))
    assert "keys revoke" in str(draw(desk.run).blocks)
    desk.do(c.Fail("revoke", ANA, "no"))
    assert "keys revoke" not in str(draw(desk.run).blocks)
    desk.do(c.Undo("revoke", ANA))
    assert "keys revoke" not in str(draw(desk.run).blocks)


def test_what_is_done_is_quiet_and_symptoms_fold_once_someone_has_begun() -> None:
    desk = fresh()
    assert " • A signed document that no one issued\n" in read(desk)
    finish(desk, "revoke")
    desk.do(look("key-cannot-sign", *REVOKED)(desk))
    said = read(desk)
    line = r"✅ \*1\* Revoke the key immediately · <@U0ANA> <!date[^>]*>\n"
    assert re.search(line, said)
    assert "keys revoke" not in said
    assert "\nSymptoms: Suspected or confirmed key leak · A signed document" in said


def test_a_smaller_budget_folds_in_the_order_of_the_design() -> None:
    """First what is done, then what comes later, then who else is on what; commands last."""
    desk = Desk(plain(verification=[{"confirm": f"It is well {n}"} for n in range(12)]))
    finish(desk, "s1", "s2", "s3")
    for step in ("s4", "s5", "s6", "s7"):
        desk.do(c.Take(step, BEN))
    kept: list[tuple[bool, ...]] = []
    for budget in range(12_000, 2_000, -100):
        picture = draw(desk.run, budget=budget)
        accepted(picture)
        said = aloud(picture.blocks)
        assert "    $ run 4" in said
        seen = ("✅ *1*" in said, "○ *12*" in said, "$ run 7" in said, "It is well 11" in said)
        kept.append(seen)
    assert kept[0] == (True, True, True, True)
    assert kept[-1] == (False, False, False, False)
    assert kept == sorted(kept, reverse=True), "what was folded comes back"
    assert {sum(seen) for seen in kept} >= {4, 3, 2}
    assert all(seen == tuple(sorted(seen)) for seen in kept), kept


def test_folded_steps_are_counted_by_phase_and_shown_on_request() -> None:
    inner = [{"id": f"a{n}", "title": f"A{n}", "run": ["x" * 2_500]} for n in range(30)]
    steps = [
        {"id": "phase", "title": "Stop it", "steps": inner},
        {"id": "last", "title": "Last", "run": ["x" * 3_000]},
        {"id": "end", "title": "End", "run": ["end"]},
    ]
    desk = Desk(plain(steps=steps))
    finish(desk, "a0", "a1", "a2", "last")
    said = read(desk)
    assert "\n✅ 4 steps finished · Stop it: 3 · others: 1\n✅ *2* Last" in said
    assert re.search(r"… \d+ more steps   \[Show\]", said)


def test_what_failed_is_never_folded_away() -> None:
    desk = huge.worked()
    assert "❌ *7* " in read(desk)


def test_what_is_red_is_the_last_of_the_verification_to_be_folded() -> None:
    desk = huge.worked()
    said = read(desk)
    assert "🔴 C0 " in said
    assert re.search(r"… \d+ more, 3 of them passed", said)


def test_a_failed_step_is_not_finished() -> None:
    desk = Desk(plain(steps=[{"id": "one", "title": "One", "do": "It."}]))
    desk.do(c.Take("one", ANA))
    desk.do(c.Fail("one", ANA, "It would not."))
    assert draw(desk.run).text == "Trouble: step 1 failed: One; no verification"
    assert "[*Try again]" in read(desk)


def test_the_notification_is_a_sentence() -> None:
    desk = fresh()
    start = "Key compromise recovery: "
    assert draw(desk.run).text == (
        f"{start}step 1 is next: Revoke the key immediately; not yet verified"
    )
    desk.do(c.Take("revoke", ANA, "key-a"))
    assert draw(desk.run).text == (
        f"{start}step 1 of 5, Revoke the key immediately: <@U0ANA> is on it; not yet verified"
    )
    finish(told := Desk(plain()), *(f"s{n}" for n in range(1, 13)))
    assert draw(told.run).text == "Trouble: all 12 steps finished; no verification"


def test_an_unset_value_leaves_no_empty_text_that_slack_would_refuse() -> None:
    steps = [{"id": "s", "title": "{{ k }}", "do": "[]()", "run": ["{{ k }}"]}]
    told = {"inputs": {"k": {"description": "Which?"}}, "steps": steps}
    accepted(draw(Desk(plain(symptoms=["{{ k }}"], **told), k="").run))


def test_links_carry_the_runs_values_and_cannot_be_ended_by_them() -> None:
    links = [{"title": "Log of {{ k }}", "url": "https://h.example/?q={{k}}&x=1"}]
    steps = [{"id": "s", "title": "Look", "do": "It.", "links": links}]
    desk = Desk(plain(inputs={"k": {"description": "Which?"}}, steps=steps), k="a|b> c")
    said = read(desk)
    assert "See <https://h.example/?q=a%7Cb&gt;%20c&amp;x=1|Log of a|b&gt; c>" in said


def test_when_all_is_green_closing_is_the_one_loud_button() -> None:
    desk = Desk(plain(verification=[{"confirm": "It is up"}]))
    finish(desk, *(f"s{n}" for n in range(1, 13)))
    assert "[Close…]" in read(desk)
    desk.do(c.Confirm("confirm:0", BEN))
    assert "[*Close…] [⋯ Show all steps |" in read(desk)


def test_a_recovered_board_says_who_when_how_long_and_how_it_was_verified() -> None:
    desk = key_compromise()
    said = read(desk)
    assert said.startswith("# 🟢 Key compromise recovery · recovered\n*KC-7* · <!date^")
    assert " min) · <@U0ANA>, <@U0BEN> · 4 done, 1 skipped (no critical document" in said
    assert " · recovered <!date^" in said
    assert "\n[Post-mortem] [Reopen…] [⋯ Show all steps | Inputs and people | More…]\n" in said
    assert draw(desk.run).text == "Key compromise recovery: recovered"


@pytest.mark.parametrize("title", ["Trouble", "A title that goes on and on " * 5])
def test_what_was_not_verified_is_said_in_the_first_line_for_ever(title: str) -> None:
    desk = Desk(plain(title=title[:150], verification=[{"confirm": "It is up"}]))
    desk.do(c.Close(ANA, {"confirm:0": "Vendor confirms tomorrow"}))
    first = draw(desk.run).blocks[0]["text"]["text"]
    assert first.startswith(f"🟠 {title[:50]}")
    assert first.endswith(" · closed, not verified: Vendor confirms tomorrow")
    assert "\n🟠 It is up · Vendor confirms tomorrow\n" in read(desk)


def test_times_are_each_readers_own() -> None:
    """No time of day stands in a board outside Slack's date tokens."""
    for desk in (key_compromise(), huge.worked()):
        told = " ".join(marked_up(draw(desk.run).blocks))
        assert "<!date^" in told
        assert not re.search(r"\d\d:\d\d", re.sub(r"<!date[^>]*>", "", told))


def test_a_long_run_is_counted_in_hours() -> None:
    desk = Desk(plain())
    desk.do(c.Close(ANA, {"verification": "no need"}), timedelta(hours=3))
    assert "(3 h 00 min)" in read(desk)


def test_a_pending_look_is_said_beside_the_step() -> None:
    desk = fresh()
    finish(desk, "revoke")
    assert " · ⏳\u00a0checking" in read(desk)
    request = next(iter(desk.run.pending.values()))
    desk.do(
        c.Observe(
            e.CheckObserved(
                request=request.id, check=request.check, green=False, final=True, seen=()
            )
        )
    )
    assert " · 🔴\u00a0check failed" in read(desk)


def test_a_step_done_out_of_order_keeps_its_place_on_the_page() -> None:
    desk = Desk(plain())
    finish(desk, "s2", "s4")
    said = read(desk)
    places = [said.index(words) for words in ("○ *1 Step 1*", "✅ *2*", "○ *3*", "✅ *4*", "○ *5*")]
    assert places == sorted(places)


def test_only_what_was_done_fills_the_bar() -> None:
    desk = Desk(plain(steps=[{"id": "one", "title": "One", "do": "It."}]))
    assert "\n░░░░░░░░░░ 0 of 1 step done\n" in read(desk)
    desk.do(c.Skip("one", ANA, "no need"))
    assert "\n░░░░░░░░░░ 0 done, 1 skipped, of 1 step\n" in read(desk)
    assert draw(desk.run).text == "Trouble: the one step is finished; no verification"


def test_when_only_a_persons_word_is_missing_the_board_asks_for_it() -> None:
    desk = Desk(plain(verification=[{"confirm": "The holders are told"}, {"confirm": "It is up"}]))
    finish(desk, *(f"s{n}" for n in range(1, 13)))
    said = read(desk)
    assert said.startswith("# 🟡 Trouble · not yet confirmed\n")
    assert "   [*Confirm…]\n" in said
    assert said.count("[*") == 1


def test_a_time_has_its_date_when_it_is_not_of_the_day_of_the_start() -> None:
    desk = Desk(plain())
    desk.do(c.Take("s1", ANA))
    desk.do(c.MarkDone("s1", ANA), timedelta(hours=50))
    desk.do(c.Take("s2", BEN))
    said = read(desk)
    assert re.search(r"started <!date\^\d+\^\{time\}\|03:12 UTC>", said)
    assert re.search(r"✅ .* <!date\^\d+\^\{date_short_pretty\} \{time\}\|Nov 3, 05:12", said)
    assert re.search(r"▶️ .* since <!date\^\d+\^\{date_short_pretty\} \{time\}\|", said)


@pytest.mark.parametrize(
    ("team", "slack", "shown", "verbatim"),
    [
        ("trust", "#trust-oncall", "owner trust in #trust-oncall", False),
        ("trust", "C0123ABCD", "owner trust in <#C0123ABCD>", True),
        ("trust", "the <pager>", "owner trust in the &lt;pager&gt;", True),
        ("@channel", "#trust-oncall", "owner @channel in #trust-oncall", True),
    ],
)
def test_the_owner_stands_in_the_second_line_with_a_way_to_reach_them(
    team: str, slack: str, shown: str, *, verbatim: bool
) -> None:
    """A name alone is left to Slack, which makes a link of it where a text is not verbatim."""
    desk = Desk(plain(owner={"team": team, "slack": slack}))
    second = draw(desk.run).blocks[1]
    assert second["elements"][1:] == [{"type": "mrkdwn", "text": shown, "verbatim": verbatim}]
    assert second["elements"][0]["text"].endswith(" ·")


def test_a_failed_step_and_a_failed_check_say_whom_to_ask() -> None:
    desk = fresh()
    assert "Stuck?" not in read(desk)
    desk.do(c.Take("revoke", ANA, "key-a"))
    desk.do(c.Fail("revoke", ANA, "no quorum"))
    assert "\nStuck? Ask the owner, trust-platform in #trust-oncall.\n" in read(desk)


def test_whom_to_ask_is_said_with_the_way_to_wake_them() -> None:
    for page, said in (
        ("https://pager.example/t", "<https://pager.example/t|Page t>."),
        ("Call 555.", "Page t: Call 555."),
    ):
        desk = Desk(plain(owner={"team": "t", "page": page}))
        desk.do(c.Take("s1", ANA))
        desk.do(c.Fail("s1", ANA, "no"))
        assert f"\nStuck? Ask the owner, t. {said}\n" in read(desk)


def test_the_last_note_is_one_line_also_on_a_step_that_is_done() -> None:
    desk = Desk(plain())
    desk.do(c.AddNote("s1", ANA, "first\nof\nthem"))
    desk.do(c.AddNote("s1", ANA, "doc-1\ndoc-2\n" + "and more " * 40))
    for done in (False, True):
        if done:
            finish(desk, "s1")
        [line] = [one for one in read(desk).splitlines() if "📝" in one]
        assert line.startswith("📝 <@U0ANA>: doc-1 doc-2 and more and more")
        assert line.endswith("… (1 more)")
