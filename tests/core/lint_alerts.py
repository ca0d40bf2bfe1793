"""What alerts have to do with a procedure: matchers, and where an alert has a value."""

from tests.core.lint_case import Case

MATCHES = "alerts: [NodeDown]\n"
RIGHT = "alerts: [NodeDown]\nmatches: [{ job: node }]\n"
NODE = "    required: true\n"
TAKEN = "    required: true\n    from: { label: instance }\n"
PART = '    required: true\n    from: { label: instance, pattern: "([a-z0-9-]+):.*" }\n'

ALERTS = [
    Case(
        "a matcher that is no list",
        MATCHES,
        "alerts: [NodeDown]\nmatches: §{ job: node }\n",
        "`matches` is a list. Write: `- ` before it",
        RIGHT,
    ),
    Case(
        "a matcher that is a text",
        MATCHES,
        "alerts: [NodeDown]\nmatches: [§NodeDown]\n",
        "labels are meant here, each with what it must be. Write: - { alertname: NodeDown }",
        RIGHT,
    ),
    Case(
        "a label that may be one of several, as a list",
        MATCHES,
        "alerts: [NodeDown]\nmatches: [{ severity: §[critical, page] }]\n",
        'one text says what the label may be. Write: severity: "critical|page"',
        'alerts: [NodeDown]\nmatches: [{ severity: "critical|page" }]\n',
    ),
    Case(
        "a pattern of a label that is none",
        MATCHES,
        'alerts: [NodeDown]\nmatches: [{ job: §"node[" }]\n',
        "not a regular expression: missing ]",
        RIGHT,
    ),
    Case(
        "a name that no label has",
        MATCHES,
        'alerts: [NodeDown]\nmatches: [{ §"the job": node }]\n',
        "`the job` cannot name a label. Write: the_job",
        RIGHT,
    ),
    Case(
        "a value of an alert from nowhere",
        NODE,
        '    required: true\n    from: §{ pattern: "(.*)" }\n',
        "a value is in a label or in an annotation. Write: one of label: annotation:",
        TAKEN,
    ),
    Case(
        "a value of an alert by a text",
        NODE,
        "    required: true\n    from: §instance\n",
        "`from` has keys of its own. Write: from: { label: instance }",
        TAKEN,
    ),
    Case(
        "an unknown key of a value of an alert",
        NODE,
        "    required: true\n    from: { label: instance, §regex: x }\n",
        "the `from` of an input has no key `regex`. Write: pattern: with a group around the value",
        PART,
    ),
    Case(
        "a pattern without a group",
        NODE,
        '    required: true\n    from: { label: instance, pattern: §"[a-z0-9-]+:.*" }\n',
        "no group says which part is the value. Write: parentheses around it",
        PART,
    ),
    Case(
        "a pattern with two groups",
        NODE,
        '    required: true\n    from: { label: instance, pattern: §"(a|b)-([0-9]+)" }\n',
        "one group is the value, and here are more. Write: (?:…) for all but one",
        '    required: true\n    from: { label: instance, pattern: "((?:a|b)-[0-9]+)" }\n',
    ),
    Case(
        "a pattern of a value of an alert that is none",
        NODE,
        '    required: true\n    from: { label: instance, pattern: §"([a-z" }\n',
        "not a regular expression: missing ]",
        PART,
    ),
]
