"""The page: what a person with a terminal or a sheet of paper sees, in each face and as JSON."""

import json
import re
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.core.documents.printing import PAGE_COLUMNS, as_json, book, page_lines, printed
from bot.core.markup.faces import MARKDOWN, TEXT
from bot.core.procedure import Procedure
from bot.edges.library import examine_file

BASE = (Path(__file__).parents[1] / "lint_base.yaml").read_text()

text, markdown = partial(printed, TEXT), partial(printed, MARKDOWN)


def load(source: str = BASE) -> Procedure:
    seen = examine_file(source.encode(), "base.yaml", date(2026, 11, 22))
    assert seen.procedure is not None, seen.problems
    return seen.procedure


PAGE = """\
A BASE TO BREAK                             base  SEV2  about 20m  last tried 2026-11-01 (every 90d)
====================================================================================================
Two sentences. This is the second.
At stake: Nothing is served.
Owner: platform (#oncall)

SYMPTOMS
  - A node does not answer
  - Writes fail (WritesFail)
  - Alerts: NodeDown

VALUES
  - node: The node (matches node-[0-9]+; required)

STEPS
  1. Restart the node
     $ systemctl restart app
     $ systemctl status app
     Expect: active
  2. Tidy up: in any order
     2.1. Keep the logs
          Copy them.
     2.2. Clear the disk   [CANNOT BE UNDONE]
          Remove the copies.
  3. Let it settle
     Wait until: All agree (check every 5s, for at most 10m)

VERIFICATION
  [ ] {{ node }} is up  (GET cluster /nodes/{{ node }}/health: healthy is true)
  [ ] The users were told  (a person confirms)

PREVENTION
  - Watch the disk
"""


def test_the_page_in_full() -> None:
    assert text(load()) == PAGE


def test_values_are_put_in_and_named() -> None:
    page = text(load(), {"node": "node-3"})
    assert "- node = node-3: The node" in page
    assert "[ ] node-3 is up  (GET cluster /nodes/node-3/health" in page
    assert "{{" not in page


def test_a_default_is_put_in_for_an_incident_and_never_for_paper() -> None:
    """On paper it would be typed by someone whose node is another."""
    procedure = load(BASE.replace("required: true", "default: node-1"))
    assert "[ ] {{ node }} is up" in text(procedure)
    assert "[ ] node-1 is up" in text(procedure, {})
    assert "[ ] node-2 is up" in text(procedure, {"node": "node-2"})


def test_a_command_is_never_folded_and_its_lines_are_counted() -> None:
    command = "echo " + "x" * 250
    procedure = load(BASE.replace("systemctl status app", command))
    assert f"$ {command}\n" in text(procedure)
    assert page_lines(procedure) == page_lines(load()) + 2


def test_words_are_folded_but_never_inside_a_placeholder() -> None:
    long = "word " * 17 + "{{ node }} and so on, and so forth"
    page = text(load(BASE.replace("        do: Copy them.", f'        do: "{long}"')))
    assert max(map(len, page.splitlines())) <= PAGE_COLUMNS
    assert "{{ node }}" in page.partition("Keep the logs")[2]


def test_a_command_of_several_lines_is_set_under_its_sign() -> None:
    source = BASE.replace(
        "- systemctl status app", "- |\n        for n in 1 2; do\n          x\n        done"
    )
    assert "     $ for n in 1 2; do\n         x\n       done\n     Expect" in text(load(source))


def test_a_check_that_no_verification_has_is_named_at_its_step() -> None:
    page = text(load(BASE.replace("  - check: node-up\n", "  - check: in-step\n")))
    assert "     Expect: active\n     Check: {{ node }} is up\n" in page


def test_a_long_title_leaves_the_last_try_a_line_of_its_own() -> None:
    page = text(load(BASE.replace("A base to break", "A base to break " * 4)))
    assert f"\n{'last tried 2026-11-01 (every 90d)':>{PAGE_COLUMNS}}\n====" in page


def test_alternatives_are_said_to_be_alternatives() -> None:
    page = text(load(BASE.replace("any_order: true", "one_of: true")))
    assert "2. Tidy up: do ONE of these" in page


def test_warnings_come_before_the_command_and_rollback_after() -> None:
    source = BASE.replace(
        "    expected: active",
        "    expected: active\n    warnings: [Users notice]\n    rollback: Start it again\n"
        "    links: [{ title: Wiki, url: https://wiki.example/x }]",
    )
    page = text(load(source))
    places = [
        page.index(part)
        for part in (
            "Warning: Users notice",
            "$ systemctl restart",
            "Expect: active",
            "Rollback: Start it again",
            "See: Wiki, https://wiki.example/x",
        )
    ]
    assert places == sorted(places)


def test_the_json_is_a_procedure_again_with_the_values_in() -> None:
    data = json.loads(as_json(load(), {"node": "node-3"}))
    assert data["checks"]["node-up"]["get"] == "/nodes/node-3/health"
    assert data["steps"][0]["run"] == ["systemctl restart app", "systemctl status app"]
    assert Procedure.model_validate(data).id == "base"


@pytest.mark.parametrize("given", [None, {}, {"node": "node-3"}])
def test_the_json_says_nothing_that_the_file_does_not(given: dict[str, str] | None) -> None:
    assert "null" not in as_json(load(), given)


def test_markdown_numbers_the_steps_and_fences_the_commands() -> None:
    tokens = MarkdownIt().parse(markdown(load(), {"node": "node-3"}))
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences == ["systemctl restart app\n", "systemctl status app\n"]
    lists = [token for token in tokens if token.type == "ordered_list_open"]
    assert [token.level for token in lists] == [0, 2]


def test_a_command_cannot_close_its_fence() -> None:
    source = BASE.replace("- systemctl status app", "- |\n        cat <<X\n        ```\n        X")
    tokens = MarkdownIt().parse(markdown(load(source)))
    assert "cat <<X\n```\nX\n" in [token.content for token in tokens if token.type == "fence"]


def test_a_book_has_contents_and_a_page_for_each() -> None:
    whole = book([load(), load()])
    contents, *pages = whole.split("\n\f\n")
    assert (
        "  1. A base to break  SEV2  base  last tried 2026-11-01 (every 90d)\n  2. A base"
        in contents
    )
    assert [page.partition(" ")[0] for page in pages] == ["1.", "2."]
    assert [page.partition("\n")[2] for page in pages] == [PAGE.partition("\n")[2]] * 2


def test_a_book_says_what_it_is_made_from_and_which_edition() -> None:
    def edition(*procedures: Procedure) -> str:
        found = re.search(r"Edition ([0-9a-f]{8}):", book(procedures))
        assert found
        return found[1]

    assert "Do not edit this text" in book([load()])
    assert edition(load()) == edition(load())
    assert edition(load()) != edition(load(BASE.replace("Copy them.", "Copy all.")))


def test_a_check_by_hand_is_printed_in_place_of_the_request() -> None:
    get = "    get: /nodes/{{ node }}/health\n"
    hand = "    by_hand:\n      run: app -n {{ node }}\n      expected: up\n"
    procedure = load(BASE.replace(get, get + hand))
    assert "  [ ] {{ node }} is up:  $ app -n {{ node }}  ->  up\n" in text(procedure)
    long = load(BASE.replace(get, get + hand.replace("app", "app" * 30)))
    wanted = f"  [ ] {{{{ node }}}} is up; expect: up\n      $ {'app' * 30} -n {{{{ node }}}}\n"
    assert wanted in text(long)
    assert "$ app -n node-2  ->" in text(procedure, {"node": "node-2"})
    assert "GET" not in text(procedure)
    fences = [t.content for t in MarkdownIt().parse(markdown(procedure)) if t.type == "fence"]
    assert fences[-1] == "app -n {{ node }}\n"


def test_where_and_what_to_do_when_it_differs_stand_at_the_step() -> None:
    source = BASE.replace(
        "    expected: active",
        "    where: the host {{ node }}\n    expected: active\n    on_failure: Page platform.",
    ).replace("alerts:", "where: admin-1\nalerts:")
    page = text(load(source), {"node": "node-2"})
    assert "\nWhere: admin-1\n" in page
    assert "     Where: the host node-2\n     $ systemctl restart app\n" in page
    assert "     Expect: active   If not: Page platform.\n" in page


def test_a_wait_an_evidence_and_a_failure_read_as_sentences() -> None:
    source = BASE.replace(
        "    expected: active",
        "    expected: active\n"
        "    evidence: { text: The output, file: A picture, optional: true }\n"
        "    on_failure: If it is dead, page platform.\n    timeout: 15m",
    ).replace(
        "wait: { until: in-step }",
        "wait: { until: in-step, for: 2m }\n  - id: cool\n    title: Let it cool\n"
        "    wait: { for: 5m }\n    on_failure: Page platform.",
    )
    page = text(load(source))
    assert (
        "     Expect: active   If it is dead, page platform.   Time-out: 15m after it is begun\n"
        in page
    )
    assert (
        "     Keep the words: The output (if there is any)   "
        "Keep the file: A picture (if there is any)\n" in page
    )
    assert (
        "     Wait until: All agree, after 2m at the earliest (check every 5s, for at most 10m)\n"
        in page
    )
    assert "     Wait: 5m\n     If it fails: Page platform.\n" in page
    written = markdown(load(source))
    assert "\n   If it is dead, page platform.\n" in written
    assert "*If it fails:* Page platform." in written


def test_tables_addresses_and_pictures_of_what_to_do_come_through() -> None:
    said = (
        "        do: |\n"
        "          See https://wiki.example/{{ node }}?a=1, and [the plan](<https://w.example/"
        "{{ node }}>).\n\n"
        "          | Node | Port |\n          |---|---|\n          | {{ node }} | 80 |\n\n"
        "          ![the panel](https://w.example/p.png)\n"
    )
    procedure = load(BASE.replace("        do: Copy them.\n", said))
    page = text(procedure, {"node": "node-3"})
    assert "See https://wiki.example/node-3?a=1, and the plan, https://w.example/node-3." in page
    assert re.search(r"\n +Node    Port\n +------  ----\n +node-3  80\n", page)
    assert "the panel, https://w.example/p.png" in page
    written = markdown(procedure, {"node": "node-3"})
    assert (
        "See [https://wiki.example/node-3?a=1](https://wiki.example/node-3?a=1), and "
        "[the plan](https://w.example/node-3)." in written
    )
    assert re.search(r"\| Node \| Port \|\n *\| --- \| --- \|\n *\| node-3 \| 80 \|", written)
    assert "[the panel](https://w.example/p.png)" in written


def test_the_glossary_stands_at_the_end_of_the_page() -> None:
    procedure = load(BASE + "glossary:\n  node: A machine\n    of the cluster\n")
    assert text(procedure).endswith("\n\nGLOSSARY\n  - node: A machine of the cluster\n")
    assert markdown(procedure).endswith("\n\n## Glossary\n\n- **node**: A machine of the cluster\n")


def test_a_condition_on_an_answer_is_told_in_the_words_of_its_question() -> None:
    ask = (
        "steps:\n  - id: alive\n    title: How many nodes are alive?\n    decide:\n"
        "      name: alive\n      options:\n        - { id: half, title: Half of them }\n"
        '        - { id: few, title: "Fewer than {{ node }}" }\n'
        "        - { id: none, title: None }\n"
    )
    tell = '    when: "{{ alive }} in half, few"\n    any_order: true\n'
    procedure = load(
        BASE.replace("steps:\n", ask, 1)
        .replace("    any_order: true\n", tell, 1)
        .replace("    expected: active", '    expected: active\n    when: "{{ node }} exists"')
    )
    page = text(procedure, {"node": "node-3"})
    told = "     Only if: the answer to step 1 is “Half of them” or “Fewer than node-3”\n"
    assert told in page, page
    assert "     Only if: node is known\n" in page


def test_with_the_entries_of_a_list_the_steps_stand_once_for_each() -> None:
    source = BASE.replace(
        "inputs:\n",
        'inputs:\n  hosts:\n    description: The hosts\n    pattern: "[a-z]+"\n'
        "    list: true\n    required: true\n",
        1,
    ).replace(
        "steps:\n",
        "steps:\n  - id: each\n    title: Drain them\n    for_each: { host: hosts }\n    steps:\n"
        '      - id: drain\n        title: "Drain {{ host }}"\n'
        '        run: ["drain {{ host }}"]\n'
        "      - id: idle\n        title: Is it idle?\n        decide:\n          options:\n"
        '            - { id: "yes", title: "Yes" }\n'
        '            - { id: "no", title: "No", then: { goto: drain } }\n',
        1,
    )
    page = text(load(source), {"node": "node-3", "hosts": "ant,bee"})
    assert "  1. Drain them: for each host of hosts\n     1.1. ant\n" in page
    assert "        1.1.1. Drain ant\n               $ drain ant\n" in page
    assert "        1.2.1. Drain bee\n               $ drain bee\n" in page
    assert "If “No”: go to step 1.2.1." in page
    blank = text(load(source))
    assert "     1.1. Drain {{ host }}\n          $ drain {{ host }}\n" in blank
