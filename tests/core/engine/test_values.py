"""Values that are found on the way, and put right: what is shown, asked again, and told to whom."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import evolve
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.secrets import Secret
from bot.core.run.stake import to_type
from bot.core.run.states import State
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, Desk

SNAPSHOT = {"description": "What the command printed", "pattern": "snap-[0-9]+"}


def check(title: str, path: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "target": "it", "get": path, **more}


NIGHT = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It hurts"],
        "inputs": {
            "key": {"description": "The key", "pattern": "key-[a-z]", "required": True},
            "next": {
                "description": "The next key",
                "pattern": "key-[a-z]",
                "required": True,
                "differs_from": "key",
            },
        },
        "checks": {
            "kept": check(
                "{{ snapshot }} is kept",
                "/snapshots/{{ snapshot }}",
                by_hand={"run": "list {{ snapshot }}"},
            ),
            "off": check("{{ key }} is off", "/keys/{{ key }}"),
            "up": check("It is up", "/", poll={"every": "5s", "deadline": "10m"}),
        },
        "steps": [
            {
                "id": "take",
                "title": "Take a snapshot",
                "run": ["snap"],
                "captures": {"snapshot": SNAPSHOT},
                "check": "kept",
            },
            {"id": "revoke", "title": "Revoke {{ key }}", "run": ["no {{ key }}"], "check": "off"},
            {
                "id": "restore",
                "title": "Restore {{ snapshot }}",
                "run": ["restore {{ snapshot }}\nlook {{ key }}", "look"],
                "links": [{"title": "Its page", "url": "https://it.example/{{snapshot}}"}],
            },
            {
                "id": "wipe",
                "title": "Wipe the rest",
                "run": ["wipe --but {{ snapshot }}"],
                "danger": "destructive",
            },
            {"id": "tell", "title": "Tell", "when": "{{ snapshot }} exists", "do": "Tell it."},
        ],
        "verification": [
            {"check": "off"},
            {"check": "up"},
            {"confirm": "{{ key }} is in no list"},
            {"confirm": "People were told"},
        ],
    }
)


def night() -> Desk:
    return Desk(NIGHT, key="key-a", next="key-b")


def found(desk: Desk, value: str = "snap-1") -> Sequence[e.Event]:
    desk.do(c.Take(desk.run.outline.by_id["take"].ref, ANA))
    ref = desk.run.outline.by_id["take"].ref
    return desk.do(c.MarkDone(ref, ANA, {"snapshot": value}))


def refused(desk: Desk, command: c.Command) -> str:
    with pytest.raises(Refused) as told:
        desk.do(command)
    return str(told.value)


def look(desk: Desk, check: str, *, green: bool = True) -> None:
    request = next(one for one in desk.run.pending.values() if one.check == check)
    seen = (e.Seen(expectation="/a exists", held=green, seen="7"),)
    made = e.CheckObserved(request=request.id, check=check, green=green, final=True, seen=seen)
    desk.do(c.Observe(made))


def board(desk: Desk) -> str:
    return aloud(draw(desk.run).blocks)


def recovered(desk: Desk) -> bool:
    return desk.run.recovered_at is not None


def closing(desk: Desk) -> bool:
    return desk.run.closing is not None


def last_notice(desk: Desk, kind: str) -> str:
    seq = next(fact.seq for fact in desk.facts[::-1] if fact.event.kind == kind)
    return aloud(notices.draw(desk.run, desk.facts, f"notice/{seq}").blocks)


# Found. -----------------------------------------------------------------------------------------


def test_done_asks_for_the_value_and_is_refused_without_it() -> None:
    desk = night()
    desk.do(c.Take("take", ANA))
    assert "*Done…* asks for snapshot: What the command printed" in board(desk)
    assert refused(desk, c.MarkDone("take", ANA)) == (
        "Step 1 was not marked done: it asks for snapshot. Press *Done…*."
    )
    said = refused(desk, c.MarkDone("take", ANA, {"snapshot": "mine"}))
    assert said == "snapshot must look like snap-1; you gave `mine`."
    assert "characters, and 1,000 fit" in refused(
        desk, c.MarkDone("take", ANA, {"snapshot": "s" * 1_001})
    )
    form = str(forms.of(desk.run, "done", "take", ANA))
    assert "What the command printed" in form
    assert "Such as snap-1" in form


def test_a_value_that_was_found_is_an_entry_and_fills_what_comes_later() -> None:
    desk = night()
    made = found(desk, " snap-7 ")
    assert [one.kind for one in made] == ["values_found", "step_done", "check_requested"]
    assert desk.run.found == {"snapshot": "snap-7"}
    shown = board(desk)
    assert "Found: snapshot `snap-7` (step 1)" in shown
    assert "Restore snap-7" in shown
    full = aloud(walkthrough.draw(desk.run, 0)["blocks"])
    assert "restore snap-7" in full
    assert "snap-7 is kept · by hand: `list snap-7`" in full
    assert "<https://it.example/snap-7|Its page>" in full


def test_a_command_that_lacks_its_value_is_a_comment_and_a_link_leads_nowhere() -> None:
    desk = night()
    full = aloud(walkthrough.draw(desk.run, 0)["blocks"])
    assert "# NOT COMPLETE: snapshot comes from step 1\n# restore ⟨snapshot?⟩\n# look key-a" in full
    assert "https://it.example" not in full
    assert "Restore ⟨snapshot?⟩" in full
    assert "⟨snapshot?⟩ is kept · by hand, once it is known: snapshot comes from step 1" in full
    assert "○ *5* Tell · waits for snapshot, from step 1" in board(desk)


def test_nobody_takes_what_cannot_be_undone_with_half_a_command() -> None:
    desk = night()
    said = refused(desk, c.Take("wipe", ANA, "wipe"))
    assert said == "Step 4 waits for snapshot, from step 1."
    assert "⚠️ *4* Wipe the rest · waits for snapshot, from step 1" in board(desk)
    desk.do(c.CorrectValue("snapshot", BEN, "snap-3"))
    assert to_type(desk.run, desk.run.outline.by_id["wipe"].leaf) == "snap-3"
    desk.do(c.Take("wipe", ANA, "snap-3"))


def test_ones_own_second_click_is_silent_unless_it_says_something_else() -> None:
    desk = night()
    found(desk)
    assert not desk.do(c.MarkDone("take", ANA, {"snapshot": "snap-1"}))
    said = refused(desk, c.MarkDone("take", ANA, {"snapshot": "snap-2"}))
    assert "To put snapshot right: More… → Correct a value…." in said


def test_a_value_stays_through_an_undo_until_it_is_found_again() -> None:
    desk = night()
    found(desk)
    desk.do(c.Take("restore", BEN))
    desk.do(c.Take("tell", CHO))
    desk.do(c.MarkDone("tell", CHO))
    desk.do(c.Undo("take", ANA))
    assert desk.run.found == {"snapshot": "snap-1"}
    found(desk, "snap-2")
    said = last_notice(desk, "values_found")
    assert "found other values than before" in said
    assert "snapshot is `snap-2` now (was `snap-1`)." in said
    assert "<@U0BEN>, step *3* Restore snap-2 uses it, and you are on it" in said


def test_found_again_as_it_was_nothing_falls() -> None:
    desk = night()
    found(desk)
    look(desk, "kept")
    desk.do(c.Undo("take", ANA))
    made = found(desk)
    assert [one.kind for one in made] == ["values_found", "step_done", "check_requested"]
    assert "kept" in desk.run.verdicts


def test_what_is_masked_alike_is_another_value_all_the_same() -> None:
    desk = night()
    found(desk)
    look(desk, "kept")
    mask = {"snapshot": "●●●●●"}
    desk.run = replace(desk.run, found=mask)
    corrected = e.ValueCorrected(values=mask, by=BEN)
    assert "kept" not in evolve(desk.run, desk.append(corrected)).verdicts


def test_a_value_that_was_skipped_is_not_known_and_what_needs_it_is_not_needed() -> None:
    desk = night()
    desk.do(c.Skip("take", ANA, "no time"))
    assert "not needed: only if snapshot is known" in refused(desk, c.Take("tell", ANA))


# Put right. -------------------------------------------------------------------------------------


def test_what_was_done_is_told_with_the_values_of_then() -> None:
    desk = night()
    found(desk)
    desk.do(c.Take("restore", BEN))
    desk.do(c.MarkDone("restore", BEN))
    desk.do(c.CorrectValue("snapshot", CHO, "snap-2", "A slip."))
    assert "✅ *3* Restore snap-1 · <@U0BEN>" in board(desk)
    assert " · with snapshot `snap-1`" in board(desk)
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "3 · Restore snap-1 · ✅ done" in document
    assert "restore snap-1" in document
    assert "restore snap-2" not in document
    assert "corrected snapshot = `snap-2` (was snapshot = `snap-1`): A slip." in document
    assert "| **Found** | snapshot = `snap-2` |" in document
    assert "- snapshot, which was `snap-1`, was corrected to `snap-2` by " in document
    assert "corrected 1 value" in document
    assert "the bot checks “snap-1 is kept”" in document
    assert "the bot checks “snap-2 is kept”" in document
    desk.do(c.Undo("restore", BEN))
    assert "Restore snap-2" in board(desk)


def test_who_is_on_a_step_that_uses_it_is_named_and_so_is_what_was_done() -> None:
    desk = night()
    found(desk)
    desk.do(c.Take("restore", BEN))
    desk.do(c.MarkDone("restore", BEN))
    desk.do(c.Take("wipe", CHO, "snap-1"))
    desk.do(c.CorrectValue("snapshot", ANA, "snap-2", "A slip."))
    said = last_notice(desk, "value_corrected")
    assert "ana corrected snapshot: A slip." in said
    assert "snapshot is `snap-2` now (was `snap-1`)." in said
    assert "<@U0CHO>, step *4* Wipe the rest uses it, and cannot be undone: it is open" in said
    assert desk.run.steps["wipe"].state is State.OPEN
    assert to_type(desk.run, desk.run.outline.by_id["wipe"].leaf) == "snap-2"
    assert "Done with the old value: steps 1, 3." in said


def test_a_corrected_input_has_its_checks_asked_again_and_their_greens_fall() -> None:
    desk = night()
    desk.do(c.Take("revoke", BEN))
    desk.do(c.MarkDone("revoke", BEN))
    look(desk, "off")
    desk.do(c.Verify(ANA))
    look(desk, "off")
    look(desk, "up")
    desk.do(c.Confirm("confirm:2", ANA))
    desk.do(c.Confirm("confirm:3", ANA))
    assert recovered(desk)
    made = desk.do(c.CorrectInput("key", CHO, "key-c", "It was the other."))
    kinds = [one.kind for one in made]
    assert (
        kinds
        == ["input_corrected", "check_requested", "verification_requested"]
        + ["check_requested"] * 2
    )
    assert desk.run.inputs["key"] == "key-c"
    lines = {item.key: item.green for item in desk.run.verification()}
    assert lines == {"check:off": None, "check:up": True, "confirm:2": None, "confirm:3": True}
    assert not recovered(desk)
    assert desk.run.outline.by_id["revoke"].looks
    assert "Revoke key-a" in board(desk)
    assert "key-c is off" in board(desk)
    look(desk, "off", green=False)
    assert desk.run.outline.by_id["revoke"].in_doubt


def test_a_look_at_the_old_value_says_nothing_any_more() -> None:
    desk = night()
    found(desk)
    (old,) = desk.run.pending
    desk.do(c.CorrectValue("snapshot", BEN, "snap-2"))
    (new,) = desk.run.pending
    assert old != new
    seen = (e.Seen(expectation="/a exists", held=True, seen="7"),)
    late = e.CheckObserved(request=old, check="kept", green=True, final=True, seen=seen)
    assert not desk.do(c.Observe(late))
    assert "kept" not in desk.run.verdicts


def test_a_correction_breaks_a_closing_off() -> None:
    desk = night()
    desk.do(c.Close(ANA, {"confirm:2": "x", "confirm:3": "x"}))
    assert closing(desk)
    made = desk.do(c.CorrectInput("key", BEN, "key-c"))
    assert made[0].kind == "input_corrected"
    assert made[-1].kind == "run_kept_open"
    assert not closing(desk)
    told = notices.between(desk.run, made[0])
    assert told == "ben corrected key"


def test_corrections_are_held_to_what_a_start_is() -> None:
    desk = night()
    assert "no input `x`" in refused(desk, c.CorrectInput("x", ANA, "key-c"))
    assert refused(desk, c.CorrectInput("key", ANA, "mine")) == (
        "key must look like key-a; you gave key `mine`."
    )
    assert "next must differ from key" in refused(desk, c.CorrectInput("key", ANA, "key-b"))
    assert "next must differ from key" in refused(desk, c.CorrectInput("next", ANA, "key-a"))
    assert "is empty" in refused(desk, c.CorrectInput("key", ANA, " "))
    assert not desk.do(c.CorrectInput("key", ANA, "key-a"))
    assert "No step of KC-7 finds `key`" in refused(desk, c.CorrectValue("key", ANA, "key-c"))
    assert "must look like snap-1" in refused(desk, c.CorrectValue("snapshot", ANA, "7"))


def test_a_value_that_nobody_found_can_be_given() -> None:
    desk = night()
    assert "snapshot" in str(forms.of(desk.run, "correct_value", None, ANA))
    desk.do(c.CorrectValue("snapshot", ANA, "snap-9"))
    assert "Restore snap-9" in board(desk)
    assert "(was" not in last_notice(desk, "value_corrected")
    assert "key (now key-a)" in str(forms.of(desk.run, "correct_input", None, ANA))


def test_a_secret_in_a_value_is_masked_until_another_value_is_given() -> None:
    desk = night()
    desk.do(c.CorrectInput("key", ANA, "key-c"))
    entry = desk.run.seq
    early = Secret(where="inputs/key", start=0, end=5, what="AWS key")
    desk.do(c.TellSecrets(e.SecretsFound(entry=1, secrets=(early,))))
    assert not desk.run.hidden, "that was said of the value before"
    late = Secret(where="values/key", start=0, end=5, what="AWS key")
    desk.do(c.TellSecrets(e.SecretsFound(entry=entry, secrets=(late,))))
    assert desk.run.hidden == {"key"}
    desk.do(c.CorrectInput("key", ANA, "key-d"))
    assert not desk.run.hidden


def test_a_procedure_without_values_is_recorded_as_before() -> None:
    desk = Desk(NIGHT, key="key-a", next="key-b")
    desk.do(c.Take("revoke", ANA))
    made = desk.do(c.MarkDone("revoke", ANA))
    assert [one.kind for one in made] == ["step_done", "check_requested"]
    assert '"values"' not in "".join(desk.bodies[1:])
    assert desk.run.steps["revoke"].state is State.DONE
