"""What several procedures say of each other."""

from pathlib import Path

import pytest

from bot.cli.main import main

LEADS = """\
schema: procedure/v1
id: leads
title: Leads
owner: { team: t }
reviewed: 2026-11-01
review_every: 3650d
symptoms: [It is ill]
steps:
  - id: lead
    title: Lead
    starts: LINE
verification:
  - confirm: It is well
"""
OTHER = """\
schema: procedure/v1
id: other
title: Other
owner: { team: t }
reviewed: 2026-11-01
review_every: 3650d
symptoms: [It is ill]
inputs:
  node: { description: The node, pattern: "[a-z]+", required: true }
steps:
  - { id: work, title: Do it to the node, run: ["./do {{ node }}"] }
verification:
  - confirm: It is well
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("other node=a", ""),
        ("othr node=a", "11:13: warning: there is no procedure `othr`. Write: other"),
        ("other nod=a", "11:13: warning: there is no input of other `nod`. Write: node"),
        ("nothing", "there is no procedure `nothing`. Write: one that there is"),
    ],
)
def test_a_step_leads_to_a_procedure_that_there_is(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leads.yaml").write_text(LEADS.replace("LINE", line), "utf-8")
    (tmp_path / "other.yaml").write_text(OTHER, "utf-8")
    assert main(["lint", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert said in out
    assert bool(said) == ("leads.yaml" in out)
    # Of one file alone nothing is known of others.
    assert main(["lint", str(tmp_path / "leads.yaml")]) == 0
    assert capsys.readouterr().out == ""


def test_a_private_procedure_that_another_leads_to_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leads.yaml").write_text(LEADS.replace("LINE", "other node=a"), "utf-8")
    named = "roles:\n  keeper: { description: K, people: [U0ANA] }\nwho: { start: keeper }\n"
    (tmp_path / "other.yaml").write_text(OTHER + named + "private: true\n", "utf-8")
    assert main(["lint", str(tmp_path)]) == 0
    assert "`other` is private, and the board of the other's run" in capsys.readouterr().out


HELD = OTHER + (
    "roles:\n  keeper: { description: agrees }\n  lead: { description: closes }\n"
    "  hand: { description: works }\nwho: { close: lead }\n"
)


@pytest.mark.parametrize(
    ("configured", "unheld"),
    [
        ("", ["keeper", "lead"]),
        ("roles: { keeper: { people: [U012ABCDEF] } }\n", ["lead"]),
        ("roles: { keeper: { slack_group: keepers }, lead: { people: [U012ABCDEF] } }\n", []),
    ],
)
def test_an_approval_by_a_role_that_nobody_holds_is_warned_of_with_the_line_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], configured: str, unheld: list[str]
) -> None:
    """Only where the roles of the configuration are at hand: else they may be there."""
    asks = ", role: hand, approval: { min: 1, role: keeper }, run: "
    text = HELD.replace(", run: ", asks, 1)
    file, targets = tmp_path / "other.yaml", tmp_path / "targets.yaml"
    file.write_text(text)
    targets.write_text(f"targets:\n  t: {{ url: http://127.0.0.1:1 }}\n{configured}")
    assert main(["lint", str(file)]) == 0
    assert "nobody holds" not in capsys.readouterr().out
    assert main(["lint", "--targets", str(targets), str(file)]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "nobody holds" in line]
    assert [line.partition("role `")[2].partition("`")[0] for line in said] == unheld
    for line in said:
        assert "warning: nobody holds the role" in line
        assert "Write: people: [U012ABCDEF], or slack_group:, at " in line
