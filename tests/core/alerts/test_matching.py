"""Which procedures fit alerts: by name, then by labels, then by words, each with its reason."""

import time
from typing import Any

import pytest

from bot.core.alerts.matching import fitting, matched
from bot.core.procedure import Procedure
from bot.core.procedure.alerted import LONGEST, is_fit
from tests.core.alerts.made import alert, procedure, saying

NAMED = procedure("by-name", alerts=["NodeDown"])
SYMPTOM = procedure("by-symptom", symptoms=[{"text": "It is down", "alert": "NodeDown"}])
LABELS = procedure("by-labels", matches=[{"job": "node", "severity": "critical|page"}])
FEWER = procedure("by-fewer", matches=[{"job": "node"}])
WORDS = procedure("node-trouble", title="A node is down")
HIDDEN = procedure(
    "hidden",
    alerts=["NodeDown"],
    private=True,
    roles={"keeper": {"description": "keeps", "people": ["U012ABCDEF"]}},
    who={"start": "keeper"},
)
SHELF = (WORDS, FEWER, LABELS, SYMPTOM, NAMED, HIDDEN)


def ids(*procedures: Procedure, private: bool = False, **labels: Any) -> list[tuple[str, str]]:
    found = fitting(procedures, [alert(**labels)], private=private)
    return [(fit.procedure.id, fit.why) for fit in found]


def test_a_name_comes_before_labels_and_words_lead_only_where_nothing_else_does() -> None:
    assert ids(*SHELF, job="node", severity="page") == [
        ("by-name", "it names NodeDown"),
        ("by-symptom", "it names NodeDown"),
        ("by-labels", "it is for job=node, severity=critical|page"),
    ]
    assert ids(WORDS, FEWER, LABELS, job="node", severity="page") == [
        ("by-labels", "it is for job=node, severity=critical|page"),
        ("by-fewer", "it is for job=node"),
    ]
    assert ids(WORDS, FEWER, LABELS, job="node", severity="warning") == [
        ("by-fewer", "it is for job=node"),
    ]
    assert ids(WORDS, FEWER, LABELS, job="db") == [("node-trouble", "it speaks of node, down")]


def test_the_more_labels_a_procedure_is_for_the_surer_it_is_whatever_they_say() -> None:
    signs = procedure("a-signs", matches=[{"url": "/x?a=1&b=2&c=3"}])
    assert ids(signs, LABELS, url="/x?a=1&b=2&c=3", job="node", severity="page") == [
        ("by-labels", "it is for job=node, severity=critical|page"),
        ("a-signs", "it is for url=/x?a=1&b=2&c=3"),
    ]


def test_of_several_ways_in_which_labels_fit_the_one_with_the_most_is_told() -> None:
    several = procedure("several", matches=[{"job": "node"}, {"job": "node", "rack": "r4"}])
    assert ids(several, job="node", rack="r4") == [("several", "it is for job=node, rack=r4")]


def test_the_names_that_lead_to_a_procedure_are_told_once_each() -> None:
    both = procedure("both", alerts=["NodeDown", "DiskFull"])
    (fit,) = fitting([both], [alert("NodeDown"), alert("DiskFull"), alert("NodeDown")])
    assert (fit.why, len(fit.alerts)) == ("it names NodeDown, DiskFull", 3)


def test_by_words_the_alerts_of_the_same_name_are_meant() -> None:
    (fit,) = fitting([WORDS], [alert("NodeIsDown"), alert("Other"), alert("NodeIsDown")])
    assert [one.name for one in fit.alerts] == ["NodeIsDown", "NodeIsDown"]
    many = [procedure(f"node-{n}", title="A node is down") for n in range(5)]
    assert len(fitting(many, [alert("NodeIsDown")], most=2)) == 2


def test_a_name_fits_exactly_or_not_at_all() -> None:
    assert ids(NAMED, name="nodedown") == []
    (fit,) = fitting([NAMED], [alert("NodeDownForLong")])
    assert fit.by == "words"


def test_one_shared_word_is_no_reason() -> None:
    assert ids(WORDS, name="DiskDown") == []
    assert ids(procedure("high-warning", title="The critical alert"), name="HighAlert") == []


def test_words_of_the_summary_count_where_those_of_the_name_say_nothing() -> None:
    told = saying(alert("Alert42"), summary="The node in rack 4 is down")
    (fit,) = fitting([WORDS], [told])
    assert (fit.by, fit.why) == ("words", "it speaks of node, down")


def test_private_procedures_are_suggested_only_where_they_may_be_seen() -> None:
    assert ids(HIDDEN) == []
    assert ids(HIDDEN, private=True) == [("hidden", "it names NodeDown")]
    spoken = HIDDEN.model_copy(update={"alerts": (), "title": "A node is down"})
    assert ids(spoken) == []


def test_only_the_alerts_that_led_to_it_are_of_the_fit() -> None:
    first, second = alert("NodeDown", node="a"), alert("DiskFull", node="b")
    (fit,) = fitting([NAMED], [second, first])
    assert fit.alerts == (first,)


def test_of_two_that_are_named_the_one_for_more_alerts_comes_first() -> None:
    both = procedure("z-both", alerts=["NodeDown", "DiskFull"])
    found = fitting([NAMED, both], [alert("NodeDown"), alert("DiskFull")])
    assert [fit.procedure.id for fit in found] == ["z-both", "by-name"]


@pytest.mark.parametrize(
    ("want", "value", "fits"),
    [
        ("node", "node", True),
        ("node", "node-exporter", False),
        ("node.*", "node-exporter", True),
        ("critical|page", "page", True),
        ("critical|page", "pager", False),
        ("a+b", "a+b", True),
        ("10.0.0.1", "10.0.0.1", True),
        (".*", "", True),
        ("node", "node\n", False),
        (".*", "x" * (LONGEST + 1), False),
    ],
)
def test_a_label_is_a_text_or_is_matched_as_a_whole(want: str, value: str, fits: object) -> None:
    assert is_fit(want, value) is fits


def test_a_label_that_is_absent_fits_nothing() -> None:
    assert not matched({"team": ".*"}, {"job": "node"})


def test_no_pattern_blows_up() -> None:
    evil = procedure("evil", matches=[{"job": "(a+)+(a|aa)+(.*)*b"}])
    began = time.thread_time()
    assert fitting([evil], [alert(job="a" * LONGEST)] * 200) == ()
    assert time.thread_time() - began < 5


def test_of_no_alerts_nothing_is_suggested() -> None:
    assert fitting(SHELF, []) == ()
