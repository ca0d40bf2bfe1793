"""A word to stakeholders: drafted of what is known, sent once where the file says, and told."""

import pytest

from bot.core.acting.draft import draft
from bot.core.acting.stakeholders import post, told
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views import forms, notices
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view, aloud, harmless
from tests.core.engine.test_owner_coming import HIDDEN, OWNED
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, Desk

SOURCE = OWNED.model_dump(by_alias=True, exclude_unset=True)
SOURCE |= {"updates": ["#status", "C0BOSSES"], "impact": "Reads are stale."}
HEARD = Procedure.model_validate(SOURCE)
WORDS = "We are on it <!channel>, and back by noon."


def sent(*channels: str) -> Desk:
    desk = Desk(HEARD)
    desk.do(c.TellStakeholders(ANA, WORDS, channels or HEARD.updates))
    return desk


def ends(desk: Desk, place: str, error: str | None = None) -> None:
    said = {} if error is None else {"error": error}
    desk.do(c.TellArrived(e.UpdateArrived(request=2, place=place, **said)))


def test_the_draft_says_what_is_wrong_what_is_done_and_what_comes_next() -> None:
    desk = Desk(HEARD)
    desk.do(c.Take("wipe", ANA))
    desk.do(c.MarkDone("wipe", ANA))
    assert draft(desk.run).splitlines() == [
        "KC-7 (SEV1) Trouble is not fixed yet: 0 of 1 check passed.",
        "What is at stake: Reads are stale.",
        "1 of 2 steps are finished: 1 done.",
        "Next: Tell.",
    ]
    desk.do(c.Take("tell", BEN))
    assert draft(desk.run).splitlines()[3:] == ["In hand: Tell."]
    desk.do(c.Mistake(ANA, "Nothing was wrong."))
    assert "was started by mistake" in draft(desk.run)
    assert "@ana" in draft(desk.run)
    assert "Next" not in draft(desk.run)


def test_the_draft_of_a_private_run_has_no_word_of_it() -> None:
    desk = Desk(Procedure.model_validate(SOURCE | HIDDEN | {"title": "Layoffs", "impact": "Jobs"}))
    assert draft(desk.run).splitlines() == [
        "The incident KC-7 is being worked on.",
        "0 of 2 steps are finished.",
    ]
    desk.do(c.TellStakeholders(ANA, WORDS, ("#status",)))
    there = str(post(desk.run, desk.run.updates[2]))
    assert "Layoffs" not in there
    assert "SEV" not in there
    assert "other people in them" in aloud(forms.of(desk.run, "update", None, ANA)["blocks"])


def test_the_form_has_the_draft_and_where_it_goes() -> None:
    desk = Desk(HEARD)
    view = forms.of(desk.run, "update", None, ANA)
    accepted_view(view)
    said = str(view)
    for words in (draft(desk.run).splitlines()[0], "#status", "C0BOSSES"):
        assert words in said


def test_without_channels_it_says_what_to_write_and_has_the_draft_to_copy() -> None:
    desk = Desk(OWNED)
    view = forms.of(desk.run, "update", None, ANA)
    accepted_view(view)
    assert "submit" not in view
    said = aloud(view["blocks"])
    assert '`updates: ["#status"]`' in said
    assert "KC-7 (SEV1) Trouble is not fixed yet" in said
    with pytest.raises(Refused, match="names no channels for updates"):
        desk.do(c.TellStakeholders(ANA, WORDS, ("#status",)))


def test_it_goes_only_where_the_procedure_says() -> None:
    desk = Desk(HEARD)
    for channels in ((), ("#elsewhere",), ("#status", "#elsewhere")):
        with pytest.raises(Refused, match="choose from the procedure's channels"):
            desk.do(c.TellStakeholders(ANA, WORDS, channels))
    with pytest.raises(Refused, match="the update is empty"):
        desk.do(c.TellStakeholders(ANA, "  ", ("#status",)))
    assert sent("C0BOSSES").run.updates[2].channels == ("C0BOSSES",)


def test_what_is_posted_says_who_says_it_and_notifies_nobody() -> None:
    desk = sent()
    picture = post(desk.run, desk.run.updates[2])
    accepted(picture)
    harmless(picture.text)
    shown = aloud(picture.blocks)
    assert "📣 *KC-7* (SEV1): an update from ana, " in shown
    assert "We are on it &lt;!channel&gt;, and back by noon." in shown


def test_it_is_told_in_the_thread_on_the_board_and_in_the_post_mortem() -> None:
    desk = sent()
    for place in HEARD.updates:
        ends(desk, place)
    said = notices.draw(desk.run, desk.facts, "notice/2").text
    assert said.startswith("📣 KC-7: ana tells stakeholders, in #status, <#C0BOSSES>:")
    assert "📣 Stakeholders were last told <!date^" in aloud(draw(desk.run).blocks)
    assert "by <@U0ANA>, in #status, <#C0BOSSES>." in aloud(draw(desk.run).blocks)
    caught_up = aloud(forms.of(desk.run, "catch_up", None, BEN)["blocks"])
    assert "Stakeholders were last told" in caught_up
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "told 1 time, last at 03:12" in document
    assert "back by noon" in document


def test_who_sent_it_hears_what_did_not_arrive_and_sends_it_there_alone() -> None:
    desk = sent()
    ends(desk, "#status")
    ends(desk, "C0BOSSES", "not_in_channel")
    said = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").text
    assert said.startswith("🔕 KC-7: <@U0ANA>, your update did not arrive in <#C0BOSSES>")
    assert "Invite me there, and send it again, to that one alone." in said
    assert (told(desk.run) or "").endswith("; it did not arrive in <#C0BOSSES>.")
    assert desk.do(c.TellStakeholders(ANA, WORDS, ("C0BOSSES",)))
    assert "did not arrive" not in (told(desk.run) or "")


def test_an_answer_that_was_lost_is_said_to_be() -> None:
    desk = sent("#status")
    ends(desk, "#status", "answer_lost")
    said = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").text
    assert "whether it arrived is not known" in said


def test_how_a_post_ended_is_said_once_and_of_nothing_else() -> None:
    desk = sent("#status")
    ends(desk, "#status")
    seq = desk.run.seq
    ends(desk, "#status", "late")
    ends(desk, "C0BOSSES")
    assert desk.run.seq == seq


def test_the_last_word_comes_after_the_end() -> None:
    desk = Desk(HEARD)
    desk.do(c.Mistake(ANA, "Nothing was wrong."))
    assert desk.do(c.TellStakeholders(BEN, "It was nothing.", ("#status",)))
