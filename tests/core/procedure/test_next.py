"""What comes after a question, in words: on paper nobody else says where to go on."""

from typing import Any

import pytest

from bot.core.documents.printing import printed
from bot.core.markup.faces import MARKDOWN, TEXT
from bot.core.procedure import comes_next
from tests.core.engine.test_ways import answer, asks, do, procedure

SURE = asks("sure", answer("yes"), answer("no", reason="required"))
INNER = asks("deep", answer("on"), answer("by-hand", [do("hand")]))


def group(name: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "steps": list(steps), **more}


EACH = {"for_each": {"node": "nodes"}, "target": "it"}
PLACES = {
    "the next step": ([SURE, do("end")], "step 2"),
    "the first of a group": ([SURE, group("both", do("one"), do("two"))], "step 2.1"),
    "nothing but the verification": ([do("begin"), SURE], "the verification"),
    "what is behind a branch, not another branch": (
        [
            asks("way", answer("up", [do("climb"), SURE]), answer("down", [do("dig")])),
            do("end"),
        ],
        "step 2",
    ),
    "what is in the same branch": (
        [asks("way", answer("up", [SURE, do("climb")]), answer("down", [do("dig")]))],
        "step 1a.2",
    ),
    "no step for a failure": ([SURE, do("end", on_failure=[do("page")])], "step 2"),
    "what is behind the steps for a failure": (
        [do("first", on_failure=[do("page"), do("wait")]), SURE, do("end")],
        "step 3",
    ),
    "what is behind the alternatives": (
        [group("one", SURE, do("other"), one_of=True), do("end")],
        "step 2",
    ),
    "the same alternative": (
        [group("one", group("a", SURE, do("more")), do("other"), one_of=True), do("end")],
        "step 1.1.2",
    ),
    "any of several": ([group("all", SURE, do("other"), any_order=True), do("end")], ""),
    "the last of several, as it may be": (
        [group("all", do("other"), SURE, any_order=True), do("end")],
        "",
    ),
    "another member, or what is behind all": ([group("all", do("a"), SURE, **EACH), do("z")], ""),
    "the same member": ([group("all", SURE, do("a"), **EACH), do("z")], "step 1.2"),
    "the last step, for several": ([group("all", do("other"), SURE, any_order=True)], ""),
}


@pytest.mark.parametrize(("steps", "then"), PLACES.values(), ids=PLACES.keys())
def test_what_comes_after_a_question(steps: list[dict[str, Any]], then: str) -> None:
    page = procedure(*steps)
    assert comes_next(page.leaves(), "sure", verified=True) == then
    on = f"go on with {then}." if then else "go on."
    for face in (TEXT, MARKDOWN):
        assert f"If “Yes”: {on}" in " ".join(printed(face, page).split())


def test_without_a_verification_the_last_step_is_the_last() -> None:
    page = procedure(do("begin"), SURE, verification=[])
    assert comes_next(page.leaves(), "sure", verified=False) == ""
    assert comes_next(page.leaves(), "no-such-step", verified=True) == ""
    assert "If “Yes”: go on." in printed(TEXT, page)


def test_a_question_with_steps_of_its_own_leads_past_them() -> None:
    page = procedure(INNER, do("end"))
    assert "If “On”: go on with step 2." in printed(TEXT, page)
