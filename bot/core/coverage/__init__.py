"""Coverage: which alerts have a procedure that works, and which procedures nobody would find.

Pure: edges read the rules, look for what links lead to, and say how procedures were used.
"""

from bot.core.coverage.gaps import FAIL_ON, KINDS, Gap, Kind, Known, Level, gaps
from bot.core.coverage.links import Link, Repository, Where, anchors, link_of, same_repository
from bot.core.coverage.rules import Place, Rule, Rules
from bot.core.coverage.sarif import sarif
from bot.core.coverage.use import Use
from bot.core.coverage.words import as_json, covered, summary, text

__all__ = [
    "FAIL_ON",
    "KINDS",
    "Gap",
    "Kind",
    "Known",
    "Level",
    "Link",
    "Place",
    "Repository",
    "Rule",
    "Rules",
    "Use",
    "Where",
    "anchors",
    "as_json",
    "covered",
    "gaps",
    "link_of",
    "same_repository",
    "sarif",
    "summary",
    "text",
]
