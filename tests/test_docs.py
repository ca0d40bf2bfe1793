"""The docs say what is so: what is generated is up to date, and every link leads somewhere."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.cli.main import main, parser
from bot.cli.reference import PAGES
from tests.prompt import command_names

ROOT = Path(__file__).parents[1]
MAP = ROOT / "docs" / "README.md"
Out = pytest.CaptureFixture[str]


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603 - our own list
        ["git", "ls-files", "-z", "--", pattern],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.exists()]


PAGES_OF_DOCS = [page for page in tracked("*.md") if not page.is_relative_to(ROOT / "tests")]
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1[`~]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    """If this fails: make docs."""
    assert (ROOT / f"docs/reference/{name}.md").read_text() == PAGES[name](parser())


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("recovery-runbook.txt", ["show", "--all", "--format", "text"]),
        ("procedure.schema.json", ["schema"]),
        ("run.schema.json", ["schema", "--run"]),
    ],
)
def test_a_generated_document_is_what_the_command_prints(
    file: str, words: list[str], capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails: make docs."""
    monkeypatch.setenv("RUNBOOK_PROCEDURES", str(ROOT / "procedures"))
    assert main(words) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / file).read_text()


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as they are made of their words."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        kept = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower())
        found.add(kept.strip().replace(" ", "-"))
    return found


def links(page: Path) -> Iterator[str]:
    """The links of a page to other files or places of this project."""
    for target in _LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield unquote(target)


@pytest.mark.parametrize("page", PAGES_OF_DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links to {target}"
        assert there.is_relative_to(ROOT), f"{page.name} links to {target}"
        if fragment and there.suffix == ".md":
            assert fragment in anchors(there), f"{page.name} links to {target}"


def test_the_readme_begins_with_the_two_commands_and_draws_the_tree() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("make demo", "make test"):
        assert re.search(rf"^{command}\b", readme, re.MULTILINE), command
    for folder in ("bot", "procedures", "docs", "deploy", "tests", ".ci"):
        assert re.search(rf"^{re.escape(folder)}/ ", readme, re.MULTILINE), folder
        assert (ROOT / folder).is_dir()


def test_the_map_leads_to_every_page_and_the_readme_to_the_map() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "(docs/README.md)" in readme
    led_to = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in links(MAP)}
    for page in [*ROOT.glob("docs/*.md"), *ROOT.glob("docs/reference/*.md")]:
        assert page == MAP or page in led_to, f"docs/README.md does not lead to {page.name}"


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in command_names():
        assert f"`runbook {name}" in readme, f"README.md does not name runbook {name}"


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text()
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    numbers = [file.name[:4] for file in decisions]
    assert len(set(numbers)) == len(numbers), "two decisions have one number"
    assert all(file.name in listed for file in decisions)


DECISIONS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name[:4])
def test_a_decision_has_a_status_with_its_day_and_what_else_could_have_been(decision: Path) -> None:
    number = int(decision.name[:4])
    title, status, *parts = decision.read_text().split("\n\n")
    assert title.startswith(f"# {number}. ")
    assert re.fullmatch(
        r"\*\*Status\.\*\* (Accepted|Replaced by \[\d+\]\(\S+\)), 20\d\d-\d\d-\d\d\.", status
    )
    heads = [found[1] for part in parts if (found := re.match(r"\*\*(\w+)\.\*\*", part))]
    assert heads == ["Context", "Decision", "Alternatives", "Consequences"]
    alternatives = parts[parts.index("**Alternatives.**") + 1]
    assert alternatives.startswith("- ")


def test_the_page_of_what_to_touch_names_what_the_type_checker_would() -> None:
    page = (ROOT / "docs/architecture.md").read_text().split("## To add a …, touch these")[1]
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+) \|", page, re.MULTILINE))
    for row in rows.values():
        for name in re.findall(r"`([\w/]+\.py)`", row):
            assert (ROOT / "bot" / name).is_file(), name
    for row, asked in (("a fact", "event"), ("a command", "command")):
        named = set(re.findall(r"`([\w/]+\.py)`", rows[row]))
        matched = {
            str(file.relative_to(ROOT / "bot"))
            for file in (ROOT / "bot").rglob("*.py")
            if f"assert_never({asked})" in file.read_text("utf-8")
        }
        assert {"core/acts/registry.py", *matched} <= named
