"""Forty questions of five readers: each is answered on a page that is three clicks away."""

import re
from pathlib import Path

import pytest

from tests.test_docs import ROOT, links

CLICKS = 3

ON_CALL = {
    "How do I start it?": ("docs/run-an-incident.md", "Type `/runbook key-compromise"),
    "What does each button do?": ("docs/run-an-incident.md", "| start a step | **Take** |"),
    "An alert fired: which procedure is it?": ("docs/faq.md", "Type the alert's name"),
    "Where do I type the commands?": ("docs/faq.md", "under the title, and each step"),
    "Slack is down: what now?": ("docs/faq.md", "print the procedure: `runbook show ID"),
    "It did not work: whom do I call?": ("docs/faq.md", "**Call the owner** posts"),
    "I started it with the wrong value": ("docs/faq.md", "**Correct an input…**"),
    "Will the bot change anything?": ("docs/faq.md", "**Does it run commands?** No."),
}
AUTHOR = {
    "What is the smallest example?": ("README.md", "this one is `procedures/disk-full.yaml`"),
    "Which keys are there?": ("docs/procedure-format.md", "| plain step | `do`, `run`"),
    "How do I turn my wiki page into this?": (
        "docs/write-a-procedure.md",
        "## 2. Carry the page over",
    ),
    "Why is my file refused?": ("docs/reference/lint.md", "What lint says"),
    "How do I see it as a board before I merge?": (
        "docs/write-a-procedure.md",
        "**See it as a board**",
    ),
    "How do I check Prometheus, Kubernetes, a system without an endpoint?": (
        "docs/check-cookbook.md",
        "## A system without an endpoint",
    ),
    "How do I say what to do if a step fails?": (
        "docs/procedure-format.md",
        "`on_failure` says what to do when",
    ),
    "How do files get to production?": ("docs/faq.md", "As files in one folder"),
}
OPERATOR = {
    "What does it need of a machine and a network?": ("docs/requirements.md", "| Memory | 96 MiB"),
    "How do I install it?": ("docs/operate.md", "## Install as a service"),
    "Is there an image?": ("docs/operate.md", "podman build -f deploy/Containerfile"),
    "How do I run more than one?": ("docs/replicas.md", "runbook migrate"),
    "How do I back up, restore, upgrade, go back?": ("docs/operate.md", "going back means"),
    "Which metrics, alerts, dashboards are there?": ("docs/watch.md", "## Dashboard"),
    "Does it work behind a proxy, with our own certificates?": (
        "docs/requirements.md",
        "Set `HTTPS_PROXY`",
    ),
    "One of the bot's own alerts fired": ("docs/bot-runbook.md", "Clicks are not recorded"),
}
SECURITY = {
    "How do I report a hole?": ("SECURITY.md", "Do not open a public issue."),
    "Who may do what?": ("docs/security.md", "| Who | May |"),
    "What of guests and other organizations?": ("docs/roles.md", "## Guests and people of other"),
    "What is kept, how long, how is it erased?": ("docs/privacy.md", "## What is kept where"),
    "What is each scope for?": ("docs/connect-slack.md", "## What each scope is for"),
    "What can it reach?": ("SECURITY.md", "never a link-local or cloud-metadata address"),
    "Where are secrets, and what is logged?": ("docs/operate.md", "No token and no message body"),
    "What does the audit prove?": ("docs/audit.md", "only a log hash from outside shows that"),
}
CONTRIBUTOR = {
    "How do I set up, test, check?": ("CONTRIBUTING.md", "make setup"),
    "How long does it take, and what else does it need?": ("CONTRIBUTING.md", "under ten on two"),
    "Where is what?": ("docs/architecture.md", "## Rooms and walls"),
    "What do the words of the code mean?": ("docs/architecture.md", "| outline | the read model"),
    "To add a step kind, what do I touch?": ("docs/architecture.md", "| a step kind |"),
    "Why is it so, and not otherwise?": ("docs/adr/README.md", "One page for each choice"),
    "What is a good first change?": ("CONTRIBUTING.md", "## Your first change"),
    "What does a pull request need?": ("CONTRIBUTING.md", "A pull request is one thought"),
}
QUESTIONS = ON_CALL | AUTHOR | OPERATOR | SECURITY | CONTRIBUTOR


def near() -> dict[Path, int]:
    """The pages, with how many links each is away from the README."""
    away = {ROOT / "README.md": 0}
    for clicks in range(CLICKS):
        here = [page for page, far in away.items() if far == clicks]
        for page in here:
            for link in links(page):
                there = (page.parent / link.partition("#")[0]).resolve()
                if there.suffix == ".md" and there.is_file():
                    away.setdefault(there, clicks + 1)
    return away


NEAR = near()


def test_there_are_forty_questions_eight_of_each_reader() -> None:
    for asked in (ON_CALL, AUTHOR, OPERATOR, SECURITY, CONTRIBUTOR):
        assert len(asked) == 8
    assert len(QUESTIONS) == 40


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_answered_three_clicks_from_the_readme(question: str) -> None:
    page, words = QUESTIONS[question]
    told = (ROOT / page).read_text("utf-8")
    assert words in re.sub(r"\s+", " ", told) or words in told
    assert NEAR[ROOT / page] <= CLICKS


def test_no_page_is_out_of_reach() -> None:
    guides = {
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/reference/*.md"),
        *ROOT.glob("docs/adr/*.md"),
    }
    assert guides <= {*NEAR}
