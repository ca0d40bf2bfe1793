"""Queries that no Prometheus reads, what is expected of no series, and queries in addresses."""

from tests.core.lint_case import Case

GET = "    get: /nodes/{{ node }}/health\n"
OLD = GET + "    expect:\n      - { pointer: /healthy, equals: true }\n"
UP = 'up{instance="{{ node }}"}'
ONE = "{ series: every, equals: 1 }"


def asked(query: str = UP, *expect: str, more: str = "") -> str:
    """A check that puts a query, and expects something of it."""
    lines = "".join(f"      - {one}\n" for one in expect or (ONE,))
    return f"    promql: {query}\n{more}    expect:\n{lines}"


GOOD = asked()
IN_TURN = """    requests:
      - { get: /copies, keep: { copy: /0/id } }
      - { get: "/copies/{{ copy }}" }
"""
FIRST = "      - { get: /copies,"
RANGE = "    range: 10m\n"


def case(name: str, bad: str, says: str, fixed: str = GOOD) -> Case:
    return Case(name, OLD, bad, says, fixed)


QUERIES = [
    case(
        "a query with a brace too few",
        asked('§up{instance="{{ node }}"'),
        "Prometheus cannot read this query: unexpected end of input inside braces. "
        "Write: the query as it works on the page of your Prometheus",
    ),
    case(
        "a query with a parenthesis too few",
        asked("§max by (job) (up"),
        "Prometheus cannot read this query: unclosed left parenthesis",
        asked("max by (job) (up)"),
    ),
    case(
        "a rate of one moment",
        asked("§rate(errors_total)"),
        "Prometheus cannot read this query: expected type matrix in call to function 'rate', "
        "got vector. Write: a time in brackets: rate(http_requests_total[5m])",
        asked("rate(errors_total[5m])"),
    ),
    case(
        "a function that Prometheus does not have",
        asked("§average(up)"),
        "Prometheus cannot read this query: unknown function with name 'average'",
        asked("avg(up)"),
    ),
    case(
        "a query for many values of each series",
        asked("§up[10m]"),
        "this query answers with many values of each series. "
        "Write: the query without [...], and range: 10m in the check",
        asked("up", more=RANGE),
    ),
    case(
        "a text for a query",
        asked("§'\"up\"'"),
        "a text in quotes is no query. Write: up, for example",
        asked("up"),
    ),
    case(
        "a query that begins with a brace",
        asked('§{instance="a"}'),
        "braces at its beginning make a mapping of this query. Write: it in quotes, or after `|`",
        asked("'{instance=\"a\"}'"),
    ),
    case(
        "a query that nothing is expected of",
        f"    §promql: {UP}\n    expect: []\n",
        "nothing is expected of the series of this query. Write: "
        "expect: [{ series: every, equals: 1 }]",
    ),
    case(
        "a query for each member",
        asked("up", more="    §each: { one: nodes }\n"),
        "a query asks for all members at once. Write: by (LABEL) in the query",
        asked("min by (instance) (up)"),
    ),
    case(
        "a query and a path",
        OLD.replace(GET, GET + f"    promql: {UP}\n"),
        "a check asks for exactly one thing. Write: get: /path, head: or promql:",
    ),
    case(
        "a pointer into the answer to a query",
        asked(UP, "{ §pointer: /data/result/0/value/1, equals: 1 }"),
        "`pointer` looks at an answer, and a query has series. "
        "Write: series: every, or label: and its name",
    ),
    case(
        "a status of the answer to a query",
        asked(UP, "{ §status: 200 }"),
        "`status` looks at an answer, and a query has series",
    ),
    case(
        "series of an answer that has none",
        GET + "    expect:\n      - { §series: every, equals: 1 }\n",
        "`series` is of the series of a query, and this check has none. "
        "Write: pointer, jmespath or header; or promql: in the check",
    ),
    case(
        "no series, and their value",
        asked(UP, "{ §series: absent, equals: 1 }").replace("§", "").replace("- {", "- §{"),
        "no series has a value to compare. Write: series: absent, alone",
        asked(UP, "{ series: absent }"),
    ),
    case(
        "no series, and something of them",
        asked(UP, "{ series: absent }", ONE).replace("expect:", "§expect:"),
        "no series is expected, and something of them as well. Write: series: absent, alone",
    ),
    case(
        "a count of no series",
        asked(UP, "{ series: count, equals: §0 }"),
        "a query that finds no series never passes by their count. Write: series: absent, alone",
        asked(UP, "{ series: absent }"),
    ),
    case(
        "any series that is as all others",
        asked(UP, "{ series: §any, all_equal: true }"),
        "`all_equal` is of every series. Write: series: every",
        asked(UP, "{ series: every, all_equal: true }"),
    ),
    case(
        "a change of one value",
        asked(UP, "{ series: every, §max_change: 0 }"),
        "one value alone does not change. Write: range: 10m in the check",
        asked(UP, "{ series: every, max_change: 0 }", more=RANGE),
    ),
    case(
        "a change of a label",
        asked(UP, "{ §label: version, max_change: 0 }", more=RANGE),
        "a label does not change. Write: series: every",
        asked(UP, "{ series: every, max_change: 0 }", more=RANGE),
    ),
    case(
        "series that are compared over a time",
        asked(UP, "{ series: every, §max_spread: 1 }", more=RANGE),
        "`max_spread` compares series at one moment. Write: max_change, or the check without range",
        asked(UP, "{ series: every, max_change: 1 }", more=RANGE),
    ),
    case(
        "a selector of series that is none",
        asked(UP, "{ series: §all, equals: 1 }"),
        "`all` is not known here. Write: series: every, any, count or absent",
    ),
    case(
        "a range of a path",
        GET + "    range: §10m\n",
        "`range` is of a query. Write: promql: and the query",
        asked(UP, more=RANGE),
    ),
    case(
        "a progress of a query that looks elsewhere",
        asked(
            more="    poll: { every: 5s, deadline: 10m, progress: { pointer: §/data, goal: 1 } }\n"
        ),
        "of a query the value of each series is followed. Write: pointer: /value",
        asked(
            more="    poll: { every: 5s, deadline: 10m, progress: { pointer: /value, goal: 1 } }\n"
        ),
    ),
    case(
        "a query under another name",
        f"    §query: {UP}\n    expect:\n      - {ONE}\n",
        "a check has no key `query`. Write: promql: (the query)",
    ),
    case(
        "a query written as an address",
        '    get: §/api/v1/query?query=up{instance="{{ node }}"}\n',
        "a query in PromQL is sent encoded, and the bot does that. "
        'Write: promql: up{instance="{{ node }}"}',
    ),
    case(
        "a plus in an address",
        "    get: §/nodes/{{ node }}?since=2026-11-28T00:00:00+01:00\n",
        "`+` is read as a blank in a query. Write: %20 for a blank, %2B for the sign",
        "    get: /nodes/{{ node }}?since=2026-11-28T00:00:00%2B01:00\n",
    ),
    case(
        "braces in an address",
        "    get: §/nodes/{{ node }}?filter={up}\n",
        "`{` is not sent as it stands. Write: /nodes/{{ node }}?filter=%7Bup%7D",
        "    get: /nodes/{{ node }}?filter=%7Bup%7D\n",
    ),
    case(
        "a query in the address, with a plus",
        "    get: §/api/v1/query?query=up+1\n",
        "a query in PromQL is sent encoded, and the bot does that. Write: promql: up+1",
        asked("up + 1"),
    ),
    case(
        "a port in a check",
        "    tcp: §5432\n",
        "where it connects to is the target's. Write: true",
        "    tcp: true\n",
    ),
    case(
        "a connection to each member",
        "    tcp: true\n    §each: { one: nodes }\n",
        "a target has one address, and no members there. Write: a target for each address",
        "    tcp: true\n",
    ),
    case(
        "an answer of what only connects",
        "    tcp: true\n    expect:\n      - { §pointer: /connected, equals: true }\n",
        "`pointer` looks at an answer, and this only connects. Write: the check without `expect`",
        "    tcp: true\n",
    ),
    case(
        "a comparison with a start that nobody looks at",
        OLD.replace("equals: true", "same_as: §start"),
        "`start` is a look that nobody makes. "
        "Write: { check: node-up, baseline: true } in verification",
        OLD,
    ),
    case(
        "a comparison with itself",
        OLD.replace("equals: true", "same_as: { check: §node-up }"),
        "a check is compared with another one, or with its look at the start. "
        "Write: same_as: start",
        OLD,
    ),
    case(
        "a comparison with no check",
        OLD.replace("equals: true", "same_as: { check: §nobody }"),
        "there is no check `nobody`. Write: the check under `checks:`",
        OLD,
    ),
    case(
        "a comparison with a check that looks at something else",
        OLD.replace("equals: true", "same_as: { check: §in-step }"),
        "`in-step` does not look at `/healthy`. "
        "Write: { pointer: /healthy, exists: true } there, too",
        OLD,
    ),
    case(
        "a comparison with something else",
        OLD.replace("equals: true", "same_as: §before"),
        "that is no earlier look. "
        "Write: start, for the look at the start of the run, or { check: ID }",
        OLD,
    ),
    case(
        "an address for a name",
        "    dns: §https://www.example.com/\n",
        "`https://www.example.com/` is no name of the DNS. Write: the name alone: www.example.com",
        "    dns: www.example.com\n",
    ),
    case(
        "a kind of record without a name",
        OLD + "    record: §MX\n",
        "`record` is of a name. Write: dns: and the name",
        "    dns: www.example.com\n    record: MX\n",
    ),
    case(
        "a status of a name",
        "    dns: www.example.com\n    expect:\n      - { §status: 200 }\n",
        "`status` is of an answer by HTTP, and this asks for a name. Write: pointer: /answers",
        "    dns: www.example.com\n    expect:\n"
        "      - { pointer: /answers, contains: 192.0.2.7 }\n",
    ),
    case(
        "the same name for each member",
        "    dns: §www.example.com\n    each: { one: nodes }\n",
        "the name asks every member for the same: it lacks `one`. Write: {{ one }} in the name",
        "    dns: '{{ one }}.example.com'\n    each: { one: nodes }\n",
    ),
    case(
        "a header of a certificate",
        "    tls: true\n    expect:\n      - { §header: Server, exists: true }\n",
        "`header` looks at an answer, and this only connects. Write: pointer: /days_left",
        "    tls: true\n    expect:\n      - { pointer: /days_left, gte: 14 }\n",
    ),
    case(
        "one request in a list",
        "    requests: §[{ get: /copies }]\n",
        "one request alone needs no list. Write: get: /path",
        "    get: /copies\n",
    ),
    case(
        "several requests for each member",
        IN_TURN + "    each: §{ one: nodes }\n",
        "several requests are of no members. Write: the check without each",
        IN_TURN,
    ),
    case(
        "an address among several requests",
        IN_TURN.replace("get: /copies,", "get: §https://elsewhere.example/,"),
        "an address; the target's own is in the bot's configuration. Write: the path: /keys",
        IN_TURN,
    ),
    case(
        "a path with what no request keeps",
        IN_TURN.replace('"/copies/{{ copy }}"', '§"/copies/{{ coppy }}"'),
        "there is no input `coppy`. Write: copy",
        IN_TURN,
    ),
    case(
        "a path with what its own answer says",
        IN_TURN.replace("get: /copies,", 'get: §"/copies/{{ copy }}",'),
        "`copy` is known only in the paths of later requests. Write: the text without it, or an "
        "input",
        IN_TURN,
    ),
    case(
        "a comparison with what was kept",
        IN_TURN + "    expect: [{ pointer: /id, equals: §'{{ copy }}' }]\n",
        "`copy` is known only in the paths of later requests",
        IN_TURN,
    ),
    case(
        "what is kept under the name of an input",
        IN_TURN.replace("copy: /0/id", "§node: /0/id").replace("{{ copy }}", "{{ node }}"),
        "`node` is the name of an input, too. Write: another name",
        IN_TURN,
    ),
    case(
        "what is kept twice",
        IN_TURN.replace(FIRST, "      - { get: /a, keep: { copy: /b } }\n" + FIRST).replace(
            "copy: /0", "§copy: /0"
        ),
        "`copy` is kept by an earlier request, too. Write: another name",
        IN_TURN,
    ),
    case(
        "six requests",
        "    requests: §[" + ", ".join(6 * ["{ get: /a }"]) + "]\n",
        "`requests` has 5 at most. Write: fewer of them",
        IN_TURN,
    ),
]

KEPT = [
    case(
        "what is kept for nothing",
        IN_TURN.replace("copy: /0/id", "copy: /0/id, §more: /0/day"),
        "no later request uses `more`. Write: {{ more }} in a later path, or leave it out",
        IN_TURN,
    )._replace(severity="warning"),
]
