"""Every key of the format is shown wherever the thing is that it belongs to.

The table says of each key of each kind how it reads and in which views. A new key has to be put
into it: a key that a file may write, and that no view shows, would be accepted and ignored.
"""

import re
from typing import Any

import pytest

from bot.core.documents.printing import printed
from bot.core.engine import commands as c
from bot.core.markup.faces import MARKDOWN, TEXT
from bot.core.procedure import RIGHTS, Procedure
from bot.core.procedure.whose import DOES
from bot.core.run import events as e
from bot.core.views import forms, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.keys import kinds
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, Desk, typed
from tests.core.whole import CHECKS, FOUND, INPUTS, QUESTION

Json = dict[str, Any]

PAPER = ("page", "markdown")
RUN = ("board", "full", "document")
ALL = (*PAPER, *RUN)
ASKED = (*PAPER, "full", "asked", "document")
GET = (*PAPER, "full")
SHOWN_FOR = (*PAPER, "board", "full")
ASKED_FOR = (*PAPER, "full", "document")
NOWHERE = ()

STEP: Json = {
    "when": "{{{{ two }}}} in t2, {kind} value",
    "role": "{kind}-role",
    "where": "{kind} where",
    "warnings": ["{kind} warning"],
    "links": [{"title": "{kind} link", "url": "https://{kind}.example/x"}],
}
LEAF: Json = {
    **STEP,
    "do": "{kind} do",
    "image": "{kind}.png",
    "expected": "{kind} expected",
    "on_failure": "{kind} on failure",
    "rollback": "{kind} rollback",
    "timeout": "31m",
    "remind": "11m",
}


def made(kind: str, parts: Any) -> Any:
    """*parts* with the kind's name put into each text."""
    if isinstance(parts, dict):
        return {key: made(kind, value) for key, value in parts.items()}
    if isinstance(parts, list):
        return [made(kind, value) for value in parts]
    return parts.format(kind=kind) if isinstance(parts, str) else parts


WHOLE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "whole-id",
        "title": "Whole title",
        "summary": "Whole summary",
        "severity": "SEV4",
        "owner": {"team": "the team", "slack": "#the-channel", "page": "the pager"}
        | {"slack_group": "@the-team"},
        "updates": ["#the-readers"],
        "where": "the admin host",
        "estimate": "47m",
        "reviewed": "2026-10-03",
        "review_every": "88d",
        "drill_every": "77d",
        "alerts": ["LoneAlert", "OtherAlert"],
        "matches": [{"job": "the-job", "severity": "critical|page"}],
        "impact": "Whole impact",
        "symptoms": [{"text": "the symptom", "alert": "OtherAlert"}],
        "inputs": INPUTS,
        "roles": {
            "lead": {"description": "the leading", "people": [ANA.id], "slack_group": "the-leads"},
        },
        "who": dict.fromkeys(RIGHTS, "lead"),
        "private": True,
        "checks": CHECKS,
        "steps": [
            {"id": "t", "title": "task title", "run": ["task run"], "check": "handy"}
            | {"starts": "another-one five=f1"}
            | {"danger": "destructive", "confirm": "task confirm"}
            | {"evidence": {"text": "words asked", "file": "file asked", "optional": True}}
            | made("task", LEAF),
            {"id": "w", "title": "wait title", "wait": {"until": "asked", "for": "14m"}}
            | made("wait", LEAF),
            {"id": "g", "title": "group title", "any_order": True}
            | {"steps": [{"id": "in", "title": "Inner", "do": "It."}]}
            | made("group", STEP),
            {"id": "q", "title": "decide title", "decide": QUESTION, "do": "decide do"}
            | {"image": "decide.png", "run": ["decide run"]}
            | made("decide", STEP),
            {"id": "f", "title": "finding", "do": "Look.", "captures": FOUND},
            {"id": "e", "title": "each title", "for_each": {"em": "five"}, "target": "system"}
            | {"steps": [{"id": "of-each", "title": "Inner", "do": "It."}]},
            {"id": "o", "title": "choice", "one_of": True}
            | {"steps": [{"id": "on", "title": "Inner", "do": "It."}]},
            {"id": "a", "title": "approve title", "do": "approve do", "image": "approve.png"}
            | {"approve": {"min": 3, "role": "lead", "timeout": "29m"}}
            | made("approve", STEP),
            {"id": "ap", "title": "approved", "do": "It.", "approval": {"min": 4}},
        ],
        "verification": [
            {"check": "asked"},
            {"check": "headed"},
            {"check": "connected"},
            {"check": "certified"},
            {"check": "named"},
            {"check": "in-turn"},
            {"check": "after", "baseline": True},
            {"check": "queried"},
            {"check": "handy"},
            {"group": "the group", "lines": [{"confirm": "the confirmed"}]},
        ],
        "prevention": ["the prevention"],
        "glossary": {"symptom": "what the glossary says"},
    }
)

_FOR_PROGRAMS = "", NOWHERE

SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    # How each key reads, and where. What no view shows says why.
    "Procedure.schema": _FOR_PROGRAMS,  # which reader can read the file
    "Procedure.id": ("whole-id", ("page", "markdown", "about", "document")),
    "Procedure.title": ("title", (*ALL, "start", "about")),
    "Procedure.summary": ("Whole summary", (*PAPER, "start", "about")),
    "Procedure.severity": ("SEV4", (*PAPER, "board", "document")),
    **dict.fromkeys(("Procedure.owner", "Owner.team"), ("the team", (*PAPER, "about", "document"))),
    "Owner.slack": ("the-channel", (*PAPER, "about", "document")),
    "Owner.slack_group": ("the-team", (*PAPER, "about", "document")),
    "Owner.page": ("the pager", (*PAPER, "board", "about", "document")),
    "Procedure.updates": ("the-readers", (*PAPER, "about")),
    "Procedure.where": ("the admin host", (*PAPER, "start", "about", "board", "document")),
    "Procedure.estimate": ("47 ?m", PAPER),  # and in a document of a run that was closed
    "Procedure.reviewed": ("2026-10-03", (*PAPER, "document")),
    "Procedure.review_every": ("88d", PAPER),
    "Procedure.drill_every": ("77d", ("about",)),
    "Procedure.alerts": ("LoneAlert", (*PAPER, "board", "document")),
    "Procedure.matches": ("job=the-job, severity=critical", (*PAPER, "board", "document")),
    "Procedure.impact": ("Whole impact", (*PAPER, "about", "document")),
    "Procedure.symptoms": ("the symptom", (*PAPER, "board", "document")),
    "Symptom.text": ("the symptom", (*PAPER, "board", "document")),
    "Symptom.alert": ("OtherAlert", (*PAPER, "board", "document")),
    "Procedure.inputs": ("input one", (*PAPER, "start")),
    "Input.description": ("input two", (*PAPER, "start")),
    "Input.pattern": (r"one-(a\b|\[a-z\]\+)", (*PAPER, "start")),  # the form shows an example
    "Input.enum": ("t1", (*PAPER, "start")),
    "Input.default": ("t2", (*PAPER, "start")),
    "Input.example": ("example four", (*PAPER, "start")),
    "Input.list": ("a list; each|commas between", (*PAPER, "start")),
    "Input.required": ("required", PAPER),  # the form does not go without it
    "Input.differs_from": ("iffer", (*PAPER, "start")),
    "Input.from": ("from label the-label", PAPER),  # the form shows what it gave
    "Source.label": ("from label the-label", PAPER),
    "Source.annotation": ("from annotation the-note", PAPER),
    "Source.pattern": _FOR_PROGRAMS,  # which part of it is the value
    "Procedure.roles": ("the leading", (*PAPER, "about")),
    "Role.description": ("the leading", (*PAPER, "about")),
    "Role.slack_group": ("the-leads", (*PAPER, "about")),
    "Role.people": ("1 person by name", (*PAPER, "about")),
    "Procedure.who": ("Only lead may", (*PAPER, "about")),
    **{f"Who.{right}": (f"Only lead may {DOES[right]}", (*PAPER, "about")) for right in RIGHTS},
    "Procedure.private": ("seen only by people with a role", (*PAPER, "about")),
    "Procedure.checks": ("the asked check", ALL),
    "Check.title": ("the headed check", ALL),
    "Check.target": ("system", GET),
    "Check.get": ("/asked/path", GET),
    "Check.head": ("HEAD system /headed", GET),
    **dict.fromkeys(("Check.requests", "Get.get"), (r"GET system /second/\{\{ latest", GET)),
    "Get.keep": ("latest`? is `?/0/id", GET),
    "Check.promql": ("min by \\(job\\) \\(queried_up\\)", GET),
    "Check.range": ("over the last 13m", GET),
    "Check.tcp": ("TCP system`?: it connects", GET),
    "Check.tls": ("TLS system`?: `?days_left`? is at least `?9", GET),
    "Check.dns": ("of `?named.example.com", GET),
    "Check.record": ("DNS record MX", GET),
    "Check.each": ("members", GET),
    "Check.expect": ("p`? is `?e1", GET),
    "Check.poll": ("7s", PAPER),
    **dict.fromkeys(("Check.by_hand", "ByHand.run"), ("look by hand", (*PAPER, *RUN))),
    "ByHand.expected": ("seen by hand", (*PAPER, "full", "document")),
    "Poll.every": ("7s", PAPER),
    "Poll.deadline": ("17m", PAPER),
    "Poll.stall_after": ("6m", PAPER),
    "Poll.progress": _FOR_PROGRAMS,  # the bar of a wait
    "Progress.pointer": _FOR_PROGRAMS,
    "Progress.of": _FOR_PROGRAMS,
    "Progress.goal": _FOR_PROGRAMS,
    "Expectation.pointer": ("p`? is", GET),
    "Expectation.jmespath": ("j`? is not", GET),
    "Expectation.header": ("H`? is one of", GET),
    "Expectation.series": ("every value is more than", GET),
    "Expectation.label": ("the label `?lab`? is", GET),
    "Expectation.status": ("HTTP 299", GET),
    "Expectation.equals": ("is `?e1", GET),
    "Expectation.not_equals": ("is not `?e2", GET),
    "Expectation.in": ("is one of `?e3", GET),
    "Expectation.contains": ("contains `?e4", GET),
    "Expectation.matches": ("matches `?e5", GET),
    "Expectation.gt": ("gt`? is more than `?1", GET),
    "Expectation.gte": ("gte`? is at least `?2", GET),
    "Expectation.lt": ("lt`? is less than `?3", GET),
    "Expectation.lte": ("lte`? is at most `?4", GET),
    "Expectation.exists": ("x`? is there", GET),
    "Expectation.all_equal": ("a`? is the same on every member", GET),
    "Expectation.max_spread": ("differs by at most `?5", GET),
    "Expectation.max_change": ("changes by at most `?7", GET),
    "Expectation.same_as": ("hash`? is the same as at the start", GET),
    "Earlier.check": ("rows`? is the same as in the check `?before", GET),
    "Expectation.min_ok": ("at least 6 members", GET),
    "Procedure.steps": ("task title", ALL),
    "Procedure.verification": ("the confirmed", ALL),
    "VerifyByCheck.check": ("the headed check", ALL),
    "VerifyByCheck.baseline": ("at the start.*began-with", RUN),
    "VerifyByPerson.confirm": ("the confirmed", ALL),
    "VerifyGroup.group": ("the group", (*PAPER, "board", "document")),
    "VerifyGroup.lines": ("the confirmed", ALL),
    "Procedure.prevention": ("the prevention", (*PAPER, "document")),
    "Procedure.glossary": ("symptom.*: what the glossary says", ASKED_FOR),
    "Link.title": ("task link", ALL),
    "Link.url": ("https://task.example/x", ALL),
    "Task.run": ("task run", ALL),
    "Task.check": ("the handy check", ALL),
    "Task.starts": ("another-one five=f1", ALL),
    "Task.confirm": ("task confirm", ("take",)),
    "Task.captures": ("the found one", (*PAPER, "board", "full", "document", "done")),
    "Capture.description": ("the found kind", (*PAPER, "board", "full", "document", "done")),
    "Capture.pattern": ("f7", (*PAPER, "board", "full", "document", "done")),  # by its example
    "Capture.enum": ("k1", (*PAPER, "board", "full", "document", "done")),
    "Capture.example": ("f7", (*PAPER, "board", "full", "document", "done")),
    "Wait.confirm": ("wait confirm", NOWHERE),  # as at a task
    "Task.evidence": ("words asked", SHOWN_FOR),
    "Evidence.text": ("words asked", SHOWN_FOR),
    "Evidence.file": ("file asked", SHOWN_FOR),
    "Evidence.optional": ("if there is any", SHOWN_FOR),
    "Task.danger": ("cannot be undone", (*PAPER, "take")),
    "Wait.danger": ("cannot be undone", NOWHERE),  # as at a task
    "Wait.wait": ("the asked check", ALL),
    "Until.until": ("the asked check", ALL),
    "Until.for": ("14m", ALL),
    **dict.fromkeys(("Task.timeout", "Wait.timeout"), ("time-out.* 31m", ALL)),
    **dict.fromkeys(("Task.remind", "Wait.remind"), ("a reminder 11m before", ALL)),
    "Group.steps": ("Inner", ALL),
    "Group.for_each": ("for each em of five", ALL),
    "Group.target": _FOR_PROGRAMS,  # whose set it is
    "Group.any_order": ("in any order", ALL),
    "Group.one_of": ("one of these|choose one", ALL),
    "Decide.run": ("decide run", ASKED),
    "Decide.decide": ("the first way", ASKED),
    "Question.options": ("the way back", ASKED),
    "Question.name": _FOR_PROGRAMS,  # what conditions call the answer
    "Option.id": _FOR_PROGRAMS,
    "Option.title": ("the way back", ASKED),
    "Option.then": ("do step 4a.1|adds 1 step", (*PAPER, "full", "asked")),
    "Option.reason": ("why", (*PAPER, "full", "asked")),
    "Goto.goto": ("go(es)? to step 2", (*PAPER, "full", "asked")),
    "Decide.do": ("decide do", ASKED),
    "Decide.image": ("decide.png", (*PAPER, "full")),
    "Approve.image": ("approve.png", (*PAPER, "full")),
    **{f"{kind}.image": (f"{kind.lower()}.png", (*PAPER, "full")) for kind in ("Task", "Wait")},
    "Approve.do": ("approve do", ASKED_FOR),
    "Approve.approve": ("3 people", ASKED_FOR),
    "Approval.min": ("3 people", ASKED_FOR),
    "Approval.role": (r"people \(role: lead\)", ASKED_FOR),
    "Approval.timeout": ("within 29m of asking", ASKED_FOR),
    "Task.approval": ("4 people", (*PAPER, "full")),
    "Wait.approval": ("4 people", NOWHERE),  # as at a task
    **{f"{kind}.id": _FOR_PROGRAMS for kind in ("Task", "Wait", "Decide", "Approve", "Group")},
    **{
        f"{kind}.{key}": (f"{kind.lower()}.{words}", where)
        for kind, where in (("Decide", ASKED), ("Approve", ASKED_FOR))
        for key, words in (
            ("title", "title"),
            ("when", "value"),
            ("role", "role"),
            ("where", "where"),
            ("warnings", "warning"),
            ("links", "link"),
        )
    },
    **{
        f"{kind}.{key}": (f"{kind.lower()}.{words}", ALL)
        for kind in ("Task", "Wait", "Group")
        for key, words in (
            ("title", "title"),
            ("when", "value"),
            ("role", "role"),
            ("where", "where"),
            ("warnings", "warning"),
            ("links", "link"),
        )
    },
    **{
        f"{kind}.{key}": (f"{kind.lower()}.{words}", ALL)
        for kind in ("Task", "Wait")
        for key, words in (
            ("do", "do"),
            ("expected", "expected"),
            ("on_failure", "on failure"),
            ("rollback", "rollback"),
        )
    },
}


KEYS = [
    f"{kind.__name__}.{known.alias or name}"
    for kind in kinds(Procedure, set())
    for name, known in kind.model_fields.items()
]


def taken() -> Desk:
    """A run in which every step is in hand, and every check has failed."""
    desk = Desk(WHOLE, one="one-a", two="t2", three="x")
    for step in ("t", "w", "in", "f"):
        desk.do(c.Take(step, ANA, typed(desk.run, step)))
    desk.do(c.Decide("q", ANA, "first", "It is."))
    desk.do(c.AskApproval("a", ANA))
    desk.do(c.Verify(ANA))
    began = e.Seen(expectation="/rows exists", held=False, seen="began-with")
    desk.do(c.TellBaseline(e.BaselineSeen(check="after", green=False, seen=(began,))))
    for request in list(desk.run.pending.values()):
        desk.do(c.Observe(failed(request.id, request.check)))
    return desk


def failed(request: str, check: str) -> Any:
    seen = (e.Seen(expectation="it", member=None, held=False, seen="not it"),)
    return e.CheckObserved(request=request, check=check, green=False, final=True, seen=seen)


def views() -> dict[str, str]:
    desk = taken()
    fresh = Desk(WHOLE, one="one-a", two="t2", three="x")
    asked = Desk(WHOLE, one="one-a", two="t2", three="x")
    for step in ("t", "w", "in"):
        asked.do(c.Skip(step, ANA, "no need"))
    return {
        "page": printed(TEXT, WHOLE),
        "markdown": printed(MARKDOWN, WHOLE),
        "board": aloud(draw(desk.run, budget=10**6).blocks),
        "asked": aloud(draw(asked.run, budget=10**6).blocks),
        "full": "\n".join(
            aloud(walkthrough.draw(d.run, first)["blocks"])
            for d in (desk, fresh)
            for first in range(0, len(d.run.placed), walkthrough.PER_PAGE)
        ),
        "about": aloud(forms.of(desk.run, "about", None, ANA)["blocks"]),
        "take": str(forms.of(fresh.run, "take", "t", ANA)["blocks"]),
        "done": str(forms.of(desk.run, "done", "f", ANA)["blocks"]),
        "start": str(forms.inputs(WHOLE, {}, channel="C1", another=False)),
        "document": render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED),
    }


VIEWS = views()


def test_every_key_of_every_kind_is_in_the_table() -> None:
    assert sorted(SHOWN) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_shown_wherever_the_thing_is(key: str) -> None:
    words, where = SHOWN[key]
    shown = {view: " ".join(said.replace("\\", "").split()) for view, said in VIEWS.items()}
    assert [view for view in where if not re.search(words, shown[view], re.IGNORECASE)] == []


def test_what_a_group_warns_of_is_read_before_a_destructive_step_in_it() -> None:
    source = WHOLE.model_dump(mode="json", by_alias=True, exclude_unset=True)
    source["steps"][2]["steps"][0]["danger"] = "destructive"
    desk = Desk(Procedure.model_validate(source), one="one-a", two="t2", three="x")
    assert "group warning" in str(forms.of(desk.run, "take", "in", ANA))


def test_what_to_do_when_a_step_does_not_work_is_in_the_form_that_says_so() -> None:
    assert "If not: task on failure" in str(forms.of(taken().run, "fail", "t", ANA))


def test_a_pager_with_an_address_is_a_link() -> None:
    source = WHOLE.model_dump(mode="json", by_alias=True, exclude_unset=True)
    source["owner"]["page"] = "https://pager.example/x?a=1&b=2"
    run = Desk(Procedure.model_validate(source), one="one-a", two="t2", three="x").run
    for said in (aloud(draw(run).blocks), aloud(forms.of(run, "about", None, ANA)["blocks"])):
        assert "<https://pager.example/x?a=1&amp;b=2|Page the team>" in said
