"""All bad examples for lint, in the order in which the reference lists them."""

from tests.core.lint_approvals import ANYONE, APPROVALS
from tests.core.lint_each import EACH
from tests.core.lint_each import UNUSED as MEMBERS
from tests.core.lint_evidence import EVIDENCE, UNSEEN
from tests.core.lint_found import FOUND
from tests.core.lint_found import WARNED as UNUSED
from tests.core.lint_looks import DOUBTED, LOOKS
from tests.core.lint_roles import NAMED, ROLES
from tests.core.lint_rules import RULES
from tests.core.lint_shapes import SHAPES
from tests.core.lint_traps import TRAPS, WARNINGS
from tests.core.lint_ways import FAILURES, WAYS
from tests.core.lint_ways import WARNED as ASKED

ERRORS = [
    *SHAPES,
    *RULES,
    *WAYS,
    *FAILURES,
    *EACH,
    *FOUND,
    *ROLES,
    *EVIDENCE,
    *LOOKS,
    *APPROVALS,
    *TRAPS,
]
WARNED = [
    *WARNINGS,
    *ASKED,
    *UNUSED,
    *MEMBERS,
    *NAMED,
    *UNSEEN,
    *DOUBTED,
    *ANYONE,
]
