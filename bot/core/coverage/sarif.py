"""A report for code review: SARIF 2.1.0.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what forges read of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from bot.core.coverage.gaps import KINDS, Gap

MOST = 5_000
"""How many results a forge takes from one run."""
_URI_SAFE = "/:"


def sarif(gaps: Sequence[Gap], version: str) -> str:
    """The report as SARIF; of more gaps than a forge reads, the worst."""
    names = list(KINDS)
    rules = [
        {
            "id": kind.name,
            "shortDescription": {"text": kind.means},
            "defaultConfiguration": {"level": kind.level},
        }
        for kind in KINDS.values()
    ]
    driver = {"name": "runbook coverage", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(gap, names.index(gap.kind.name)) for gap in gaps[:MOST]],
    }
    report = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _result(gap: Gap, rule: int) -> dict[str, Any]:
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(gap.at.file)},
            "region": {"startLine": gap.at.line, "startColumn": gap.at.column},
        }
    }
    return {
        "ruleId": gap.kind.name,
        "ruleIndex": rule,
        "level": gap.kind.level,
        "message": {"text": f"{gap.about}: {gap.message}. {gap.advice}".rstrip()},
        "locations": [place],
        "partialFingerprints": {"gap/v1": _fingerprint(gap)},
    }


def _uri(file: str) -> str:
    """The place as a relative reference with slashes; of a server, its address as it is."""
    if "://" in file:
        return file
    return quote(PurePath(file).as_posix(), safe=_URI_SAFE)


def _fingerprint(gap: Gap) -> str:
    """The same for the same gap, wherever in its file it has moved to."""
    whole = json.dumps([gap.kind.name, gap.at.file, gap.about, gap.message])
    return hashlib.sha256(whole.encode()).hexdigest()
