"""Every rule of lint: a file that breaks it is refused at the very place, a mended one passes.

In a bad example the sign § stands at the place that lint must name; it is taken out first.
"""

import pytest

from bot.core.lint import Problem
from bot.edges.library import examine_file
from tests.core.lint_case import BASE, Case
from tests.core.lint_tables import ERRORS, TODAY, WARNED


def lint(text: str, name: str = "base.yaml") -> tuple[Problem, ...]:
    return examine_file(text.encode(), name, TODAY).problems


def marked(text: str) -> tuple[str, int, int]:
    """Take the sign out of *text*; give its line and column, or 1:1 when there is none."""
    before, sign, _after = text.partition("§")
    lines = before.split("\n") if sign else [""]
    return text.replace("§", ""), len(lines), len(lines[-1]) + 1


def broken(case: Case) -> tuple[str, int, int]:
    assert BASE.count(case.old) == 1, "the example must name one place of the base file"
    return marked(BASE.replace(case.old, case.bad))


def test_the_base_file_is_clean() -> None:
    assert lint(BASE) == ()


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_an_error_is_said_at_its_place(case: Case) -> None:
    text, line, col = broken(case)
    problems = lint(text)
    said = [str(problem) for problem in problems if problem.severity == "error"]
    assert len(said) == 1, said
    assert said[0].startswith(f"base.yaml:{line}:{col}: error: ") or "§" not in case.bad, said
    assert case.says in said[0]
    assert examine_file(text.encode(), "base.yaml", TODAY).procedure is None


@pytest.mark.parametrize("case", WARNED, ids=lambda case: case.name)
def test_a_warning_is_said_at_its_place_and_refuses_nothing(case: Case) -> None:
    text, line, col = broken(case)
    said = [str(problem) for problem in lint(text)]
    assert len(said) == 1, said
    assert said[0].startswith(f"base.yaml:{line}:{col}: warning: "), said
    assert case.says in said[0]
    assert examine_file(text.encode(), "base.yaml", TODAY).procedure is not None


@pytest.mark.parametrize("case", [*ERRORS, *WARNED], ids=lambda case: case.name)
def test_what_is_written_instead_passes(case: Case) -> None:
    assert lint(BASE.replace(case.old, case.fixed)) == ()


def test_everything_wrong_is_said_at_once_and_sorted_by_line() -> None:
    text = BASE.replace("estimate: 20m", "estimate: soon").replace("severity: SEV2", "sevrity: x")
    text = text.replace("      - systemctl status app", "      - systemctl status app # x")
    problems = lint(text)
    assert [problem.line for problem in problems] == [5, 7, 40]
    assert all("\n" not in str(problem) for problem in problems)


def test_two_missing_keys_are_two_problems() -> None:
    said = [problem.message for problem in lint("schema: procedure/v1\nid: base\n")]
    assert said == ["`title` is missing", "`symptoms` is missing", "`steps` is missing"]


def test_an_authors_words_cannot_write_on_the_terminal() -> None:
    (problem,) = lint(BASE.replace("severity: SEV2", '"\\e[31m\\nsev": SEV2'))
    assert str(problem).startswith("base.yaml:5:1: error: an invisible character (U+001B, ESCAPE)")
    (problem,) = lint(BASE.replace("severity: SEV2", '"a\\nsev": SEV2'))
    assert str(problem).startswith("base.yaml:5:1: error: a procedure has no key `a sev`")


def test_prevention_is_optional() -> None:
    assert lint(BASE.replace("prevention:\n  - Watch the disk\n", "")) == ()


def test_a_deep_group_is_linted_too() -> None:
    text = BASE.replace(
        "      - id: logs\n        title: Keep the logs\n        do: Copy them.",
        "      - id: inner\n        title: Inner\n        one_of: true\n        steps:\n"
        "          - id: logs\n            title: Keep\n            doo: Copy them.",
    )
    assert [str(p) for p in lint(text)] == [
        "base.yaml:53:13: error: a plain step has no key `doo`. Write: do:"
    ]


def test_names_that_lead_nowhere_are_said_together_with_what_is_misspelt() -> None:
    text = BASE.replace("severity: SEV2", "severity: P1")
    text = text.replace("    check: node-up\n  - id: tidy", "    check: node-upp\n  - id: tidy")
    text = text.replace("id: disk", "id: restart").replace("status app", "status {{ nod }}")
    said = [problem.message for problem in lint(text)]
    assert said == [
        "a severity is SEV1 to SEV5",
        "there is no input `nod`",
        "there is no check `node-upp`",
        "the step id `restart` stands twice",
    ]


def test_a_name_is_not_called_unknown_while_where_it_stands_is_misspelt() -> None:
    text = BASE.replace("checks:\n", "cheks:\n").replace("  node:\n    desc", "  no-de:\n    desc")
    said = [problem.message for problem in lint(text)]
    assert said == ["`no-de` cannot name a value", "a procedure has no key `cheks`"]


def test_no_advice_leads_to_a_name_that_cannot_be() -> None:
    (problem,) = lint(BASE.replace("id: base", "id: Disk Full"))
    assert problem.message == "`Disk Full` cannot be an id"
    (problem,) = lint(BASE, "Disk Full.yaml")
    assert problem.write == "rename the file to base.yaml"
    (problem,) = lint(BASE, "close.yaml")
    assert problem.write == "rename the file to base.yaml"


def steps(count: int) -> str:
    some = "".join(f"      - {{ id: s{n}, title: S, do: It }}\n" for n in range(count))
    return f"  - id: all\n    title: All\n    steps:\n{some}"


def test_a_procedure_has_so_many_steps_at_most_groups_included() -> None:
    first = "steps:\n  - id: restart"
    most, more = (BASE.replace(first, f"steps:\n{steps(n)}  - id: restart") for n in (294, 295))
    assert [p.severity for p in lint(most)] == ["warning"], "300 fit no page"
    (problem,) = lint(more)
    assert problem.message == "301 steps, and a procedure has 300 at most"


def test_a_text_of_blanks_is_empty() -> None:
    (problem,) = lint(BASE.replace("impact: Nothing is served.", 'impact: "  "'))
    assert str(problem).startswith("base.yaml:11:9: error: `impact` is empty")


def test_a_quote_that_swallows_the_next_key_is_said_where_it_begins() -> None:
    """It ends at the next quote, and what stands between would vanish from the procedure."""
    (problem,) = lint(BASE.replace("title: A base to break", 'title: "A base'))
    assert (problem.line, problem.col, problem.message) == (3, 8, "a quote that is not closed")
    assert lint(BASE.replace("title: A base to break", 'title: "A base\n  to break"')) == ()


def test_a_line_of_lint_fits_a_terminal_and_a_log() -> None:
    (problem,) = lint(BASE.replace("estimate: 20m", "estimate: " + "9" * 100_000))
    assert len(str(problem)) < 1_200


def test_a_comment_beside_a_value_that_holds_no_blank_is_only_a_comment() -> None:
    text = BASE.replace("severity: SEV2", "severity: SEV2 # bad").replace("20m", "20m  # or so")
    text = text.replace("    target: cluster\n    get", "    target: cluster # ours\n    get")
    roles = "roles:\n  lead: { description: decides }\nchecks:\n"
    text = text.replace("checks:\n", roles, 1).replace(
        "    any_order", "    role: lead # us\n    any_order"
    )
    assert lint(text) == ()


def test_a_time_out_that_nobody_else_hears_of_is_told() -> None:
    timed = BASE.replace("    expected: active", "    timeout: 15m")
    said = [str(one) for one in lint(timed.replace('team: platform, slack: "#oncall"', "team: it"))]
    assert ["nobody but the person on the step hears" in one for one in said] == [True]
    said = [str(one) for one in lint(timed.replace('"#oncall"', "ask around"))]
    assert ["`ask around` is no channel, and no reminder" in one for one in said] == [True]
    assert lint(timed) == ()
