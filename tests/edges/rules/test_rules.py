"""Files of rules as people have them, and as nobody should."""

import json
from pathlib import Path

import pytest

from bot.core.coverage import Place, Rule
from bot.edges.rules import RulesError, read_files

PLAIN = """\
groups:
  - name: disks
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: DiskFull
        expr: free < 1
        labels: {severity: page}
        annotations:
          runbook_url: docs/disk.md
          summary: "{{ $labels.instance }} is full"
"""
RESOURCE = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: disks}
spec:
  groups:
    - name: disks
      rules:
        - {alert: DiskFull, expr: "free < 1", annotations: {runbook: https://wiki/x}}
"""


def written(folder: Path, text: str | bytes, name: str = "rules.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_file_as_prometheus_loads_it(tmp_path: Path) -> None:
    file = written(tmp_path, PLAIN)
    at = Place(str(file), 6, 16)
    link = Place(str(file), 10, 24)
    expected = Rule("DiskFull", at, {"severity": "page"}, "docs/disk.md", link)
    assert read_files([file]).rules == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        RESOURCE,
        f"---\n{RESOURCE}\n---\n---\nkind: ConfigMap\ndata: {{alert: x}}\n",
        "kind: List\nitems:\n  - " + RESOURCE.replace("\n", "\n    ").rstrip() + "\n",
        json.dumps(
            {
                "groups": [
                    {"rules": [{"alert": "DiskFull", "annotations": {"runbook": "https://wiki/x"}}]}
                ]
            }
        ),
    ],
)
def test_a_resource_of_kubernetes_alone_in_a_stream_and_in_a_list(
    tmp_path: Path, text: str
) -> None:
    (rule,) = read_files([written(tmp_path, text)]).rules
    assert (rule.alert, rule.runbook) == ("DiskFull", "https://wiki/x")


def test_a_folder_is_read_whole_and_what_is_of_something_else_is_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "deep" / ".git").mkdir(parents=True)
    written(tmp_path / "deep", PLAIN, "a.yml")
    written(tmp_path / "deep" / ".git", PLAIN, "b.yml")
    written(tmp_path, "values:\n  alert manager: {{ .Values }}\n", "chart.yaml")
    written(tmp_path, "alert: yes\n", "other.yaml")
    written(tmp_path, "- alert: {{ broken\n", "template.yaml")
    found = read_files([tmp_path, tmp_path / "deep" / "a.yml"])
    assert [rule.alert for rule in found.rules] == ["DiskFull"]
    assert [(Path(at.file).name, at.line) for at, _ in found.unread] == [("template.yaml", 2)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: b\n", "it has no `groups:` of rules, and is no PrometheusRule"),
        ("a: [\n", "it is not YAML"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        ("[" * 100_000, "it is more than 100 levels deep"),
        ("{a: " * 100_000, "it is more than 100 levels deep"),
        ("x" * (8 * 2**20 + 1), "it is larger than 8 MiB"),
        (
            "r: &r\n" + "  - {alert: x}\n" * 1_000 + "groups:\n" + "  - {rules: *r}\n" * 1_000,
            "it has more than 50,000 rules",
        ),
    ],
)
def test_what_cannot_be_read_says_so_and_the_others_are_read(
    tmp_path: Path, text: str | bytes, why: str
) -> None:
    bad, good = written(tmp_path, text, "bad.yaml"), written(tmp_path, PLAIN)
    found = read_files([bad, good])
    assert [rule.alert for rule in found.rules] == ["DiskFull"]
    ((at, told),) = found.unread
    assert at.file == str(bad)
    assert told.startswith(why)


def test_shapes_that_no_rule_has_are_no_rules(tmp_path: Path) -> None:
    odd = """\
groups:
  - rules: {alert: x}
  - rules: [1, [alert], {alert: [x]}, {alert: {a: b}}, {? {a: b} : c}]
  - 7
  - rules: [{alert: Ok, labels: [a], annotations: {runbook_url: [x], runbook: ""}}]
"""
    (rule,) = read_files([written(tmp_path, odd)]).rules
    assert (rule.alert, rule.labels, rule.runbook) == ("Ok", {}, "")


def test_lists_in_lists_are_not_followed(tmp_path: Path) -> None:
    levels = [f"a{n}: &a{n} {{kind: List, items: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40)]
    text = "a0: &a0 {kind: List, items: []}\n" + "\n".join(levels) + "\nkind: List\nitems: [*a39]\n"
    found = read_files([written(tmp_path, text)])
    assert (found.rules, len(found.unread)) == ((), 1)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="there is no file or folder"):
        read_files([tmp_path / "none"])
