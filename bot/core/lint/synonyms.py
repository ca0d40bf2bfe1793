"""Keys of other houses, and keys that stand elsewhere: what to write for them here.

A procedure is often made of a page that was written for another program, or from memory.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.procedure import (
    FORMATS,
    Approval,
    ByHand,
    Capture,
    Check,
    Decide,
    Evidence,
    Expectation,
    Input,
    Link,
    Model,
    Owner,
    Poll,
    Procedure,
    Progress,
    Role,
    Source,
    Symptom,
    VerifyByCheck,
    VerifyByPerson,
    VerifyGroup,
    Who,
)

Words = Mapping[str, str]


def _to(write: str, *keys: str) -> Words:
    return dict.fromkeys(keys, write)


_STEP: Words = {
    **_to("title:", "name", "summary"),
    **_to("do:", "description", "text", "details", "instructions", "body", "action", "notes"),
    **_to("run:", "command", "commands", "cmd", "shell", "script", "exec", "code"),
    **_to('when: "{{ mode }} is fast"', "if", "condition", "only_if", "unless"),
    **_to("nothing: steps are done in their order", "depends_on", "needs", "after", "requires"),
    **_to("on_failure:", "on_error", "on_fail", "if_fails", "failure", "otherwise", "else"),
    **_to("expected:", "expect", "expects", "result", "output_shows"),
    **_to("check: (a name of `checks:`)", "verify", "verification", "checks", "probe"),
    **_to("approval: { min: 1 }, or a step with approve:", "approvers", "approved_by"),
    **_to("approval: { min: … }", "min"),
    **_to("role: (a name of `roles:`)", "who", "assignee", "assigned_to", "responsible"),
    **_to("any_order: true, at a group with `steps:`", "parallel", "any_order"),
    **_to("one_of: true, at a group with `steps:`", "alternatives", "either", "one_of"),
    **_to("for_each: { node: nodes }, at a group", "foreach", "loop", "with_items", "repeat"),
    **_to("for_each: at a group, with these steps in its `steps:`", "for_each"),
    **_to("decide: { options: … }", "options", "question", "ask", "choices", "answers"),
    **_to("captures: { name: { description: … } }", "outputs", "output", "register", "capture"),
    **_to("evidence: { file: … } or { text: … }", "screenshot", "attachment", "proof"),
    **_to("rollback:", "undo", "revert"),
    **_to("warnings:", "caution", "careful", "danger_note"),
    **_to("links: [{ title: …, url: … }]", "url", "see", "docs", "reference"),
    **_to("a question: decide: with options, one with then: { goto: STEP }", "goto", "next"),
    **_to("starts:", "runbook", "procedure", "call", "include"),
    **_to("wait: { for: 10m }", "sleep", "pause", "delay"),
    **_to("wait: { until: (a name of `checks:`) }", "until", "wait_for"),
    **_to("timeout:", "deadline", "max_time", "within"),
    **_to("danger: destructive", "destructive", "irreversible", "dangerous"),
}
_PROCEDURE: Words = {
    **_to("title:", "name"),
    **_to("schema: procedure/v1", "version", "apiVersion", "kind"),
    **_to("summary:", "description", "overview", "purpose"),
    **_to("inputs:", "variables", "vars", "params", "parameters", "prerequisites", "args"),
    **_to("verification:", "verify", "success", "success_criteria", "validation"),
    **_to("owner: { team: …, slack: … }", "team", "contact", "oncall", "on_call", "maintainer"),
    **_to('updates: ["#status"]', "stakeholders", "status_channels", "channels", "broadcast"),
    **_to("steps:", "tasks", "actions", "procedure", "runbook"),
    **_to("symptoms:", "triggers", "when", "symptom"),
    **_to("matches: [{ severity: critical }]", "matchers", "match", "selectors"),
    **_to("rollback: at the step that it undoes", "rollback"),
    **_to("reviewed:", "last_reviewed", "date", "updated"),
    **_to("severity: SEV2", "priority", "sev"),
    **_to("nothing: there are none", "tags", "labels", "metadata"),
}
_OTHERS: dict[type[Model], Words] = {
    Owner: {
        **_to("slack:", "channel", "slack_channel"),
        **_to("slack_group:", "usergroup", "user_group", "mention"),
        **_to("team:", "name", "group"),
        **_to("page:", "pager", "pagerduty", "phone", "oncall", "on_call"),
    },
    Symptom: {**_to("text:", "title", "description", "symptom"), **_to("alert:", "alertname")},
    Input: {
        **_to("description:", "title", "help", "label", "text"),
        **_to("pattern: or enum:", "type", "format"),
        **_to("pattern:", "regex", "match", "validate"),
        **_to("enum:", "values", "choices", "options", "one_of"),
        **_to("list: true", "multiple", "many"),
        **_to("from: { label: … }", "label", "source", "alert"),
        **_to("from: { annotation: … }", "annotation"),
        **_to("nothing: what is not `required: true` may be left out", "optional"),
    },
    Source: {
        **_to("label:", "labels", "key", "name", "field"),
        **_to("annotation:", "annotations"),
        **_to("pattern: with a group around the value", "regex", "regexp", "match", "extract"),
        **_to("default: at the input itself", "default"),
    },
    Capture: {
        **_to("description:", "title", "help", "label", "text"),
        **_to("pattern:", "regex", "match", "type"),
        **_to("enum:", "values", "choices", "options"),
        **_to("nothing: it is asked for when the step is marked done", "required", "default"),
        **_to("nothing: it is asked for when the step is marked done", "from"),
    },
    Role: {
        **_to("description:", "title", "name"),
        **_to("people:", "members", "users"),
        **_to("slack_group:", "group", "usergroup", "slack"),
    },
    Who: _to("start: or work:", "see", "view", "read", "run", "do"),
    Check: {
        **_to("promql: (the query)", "query", "expr", "prometheus", "metric", "metricsql"),
        **_to("tcp: true, and the address as the target's", "port", "connect", "ping"),
        **_to("tls: true", "certificate", "cert", "ssl", "expiry"),
        **_to("dns: www.example.com", "name", "resolve", "lookup", "hostname", "domain"),
        **_to("record: MX", "rrtype", "qtype", "record_type", "type"),
        **_to("range: 10m", "over", "window", "for", "lookback"),
        **_to("get: /path", "url", "path", "uri", "endpoint", "http", "request"),
        **_to("expect:", "assert", "assertions", "expected", "expects", "status"),
        **_to("poll: { every: 5s, deadline: 10m }", "interval", "every", "deadline", "timeout"),
        **_to("poll: { every: 5s, deadline: 10m }", "retry", "retries"),
        **_to("by_hand: for a person; the bot itself only asks by GET or HEAD", "command", "run"),
        **_to("each: { node: nodes }", "for_each", "foreach"),
        **_to("target: a name; the address is in the bot's configuration", "host", "server"),
    },
    Expectation: {
        **_to("pointer: /status", "path", "jsonpath", "json", "key", "field"),
        **_to("equals:", "value", "is", "eq", "be"),
        **_to("series: absent", "absent", "empty", "no_data"),
        **_to("max_change: 0, and range: in the check", "flat", "stable", "steady"),
        **_to("series: every", "values"),
        **_to("status: 200", "code", "status_code"),
        **_to("matches:", "regex", "pattern"),
        **_to("gte:", "min", "at_least"),
        **_to("lte:", "max", "at_most"),
        **_to("not_equals:", "ne", "not", "is_not"),
    },
    Poll: {
        **_to("every:", "interval", "period", "frequency"),
        **_to("deadline:", "timeout", "for", "max", "until", "give_up_after"),
    },
    Progress: {
        **_to("goal:", "target", "to"),
        **_to("pointer:", "path"),
        **_to("of:", "direction"),
    },
    ByHand: {**_to("run:", "command", "cmd"), **_to("expected:", "expect", "shows")},
    Approval: {
        **_to("min:", "count", "number", "required", "people"),
        **_to("role:", "roles", "by", "from", "who"),
        **_to("timeout:", "within", "deadline", "expires"),
    },
    Evidence: {**_to("file:", "screenshot", "image"), **_to("text:", "output", "description")},
    Link: {**_to("title:", "name", "text"), **_to("url:", "href", "link", "to")},
    VerifyGroup: {**_to("group:", "title", "name"), **_to("lines:", "steps", "checks")},
    VerifyByCheck: {
        **_to("confirm:", "title", "text", "manual", "person", "do"),
        **_to("nothing: a group holds lines, and no group", "group", "lines"),
    },
    VerifyByPerson: {
        **_to("nothing: the person who confirms it is named", "by", "who", "role"),
        **_to("nothing: a group holds lines, and no group", "group", "lines"),
    },
}
_OF_PARTS: dict[str, Words] = {
    "wait": {
        **_to("until:", "check", "condition"),
        **_to("for:", "time", "duration", "seconds", "minutes"),
        **_to("timeout: beside `wait:`, or a deadline in the check's `poll:`", "timeout"),
        **_to("timeout: beside `wait:`, or a deadline in the check's `poll:`", "deadline"),
    },
    "options": {
        **_to("then: { goto: … }", "goto", "next", "go_to"),
        **_to("then: and the list of steps", "steps", "do", "run"),
        **_to("title:", "label", "name", "text", "answer"),
        **_to("id:", "value", "key"),
    },
    "decide": {
        **_to("options:", "answers", "choices", "yes", "no"),
        **_to("the question as the `title:` of the step", "question", "title", "text"),
    },
    "then": _to("goto:", "go_to", "step", "next"),
}


def _known() -> Mapping[type[Model], Words]:
    parts = {part.model: _OF_PARTS.get(part.key, {}) for one in FORMATS for part in one.parts}
    steps: dict[type[Model], Words] = {one.model: _STEP for one in FORMATS}
    steps[Decide] = {**_STEP, **_to("name: in `decide:`, beside `options:`", "name")}
    return {Procedure: _PROCEDURE, **parts, **steps, **_OTHERS}


_KNOWN = _known()


def meant_by(model: type[Model], key: str) -> str | None:
    """What to write in place of a key that the part does not have; None where nothing is known."""
    return _KNOWN.get(model, {}).get(key.lower())
