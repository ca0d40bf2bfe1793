"""What YAML makes of a line that its author meant as a text."""

from tests.core.lint_case import Case

YAML = [
    Case(
        "braces without quotes in a list",
        "    run:\n      - systemctl restart app\n      - systemctl status app\n",
        "    run: [systemctl restart §{{ node }}]\n",
        'braces without quotes are a mapping to YAML. Write: "systemctl restart {{ node }}"',
        '    run: ["systemctl restart {{ node }}"]\n',
    ),
    Case(
        "a command that begins with braces",
        "    run:\n      - systemctl restart app\n      - systemctl status app\n",
        "    run:\n      - §{{ node }} restart\n",
        'braces without quotes are a mapping to YAML. Write: - "{{ node }} restart"',
        '    run:\n      - "{{ node }} restart"\n',
    ),
    Case(
        "a title that is only braces",
        "title: Restart the node",
        "title: §{{ node }}",
        'braces without quotes are a mapping to YAML. Write: title: "{{ node }}"',
        'title: "{{ node }}"',
    ),
    Case(
        "a condition without quotes",
        "    expected: active",
        "    when: §{{ node }} exists",
        'braces without quotes are a mapping to YAML. Write: when: "{{ node }} exists"',
        '    when: "{{ node }} exists"',
    ),
    Case(
        "braces without quotes in a mapping",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: /name, equals: §{{ node }} }",
        'braces without quotes are a mapping to YAML. Write: "{{ node }}"',
        '{ pointer: /name, equals: "{{ node }}" }',
    ),
    Case(
        "a channel without quotes",
        'owner: { team: platform, slack: "#oncall" }',
        "owner:\n  team: platform\n  §slack: #oncall",
        '`slack` is empty: `#oncall` is a comment to YAML. Write: slack: "#oncall", or '
        "leave the line out",
        'owner:\n  team: platform\n  slack: "#oncall"',
    ),
    Case(
        "a channel without quotes as the first of a list",
        'owner: { team: platform, slack: "#oncall" }',
        "updates: [§#status]",
        '`#status]` is a comment to YAML. Write: "#status"',
        'updates: ["#status"]',
    ),
    Case(
        "a channel without quotes before a list of lines",
        "alerts: [NodeDown]\nimpact: Nothing is served.\n",
        "alerts: [NodeDown]\nupdates: [§#status]\n",
        '`#status]` is a comment to YAML. Write: "#status"',
        'alerts: [NodeDown]\nupdates: ["#status"]\n',
    ),
    Case(
        "a channel without quotes as the second of a list, before a list of lines",
        "alerts: [NodeDown]\nimpact: Nothing is served.\n",
        'alerts: [NodeDown]\nupdates: ["#status", §#other]\n',
        '`#other]` is a comment to YAML. Write: "#other"',
        'alerts: [NodeDown]\nupdates: ["#status", "#other"]\n',
    ),
    Case(
        "brackets that are not closed before a list of lines",
        "alerts: [NodeDown]\nimpact: Nothing is served.\n",
        "alerts: §[NodeDown,\n",
        "brackets or braces that are not closed. Write: the missing `]` or `}`",
        "alerts: [NodeDown]\n",
    ),
    Case(
        "a channel without quotes in a mapping",
        'owner: { team: platform, slack: "#oncall" }',
        "owner: { team: platform, slack: §#oncall }",
        '`#oncall }` is a comment to YAML. Write: "#oncall"',
        'owner: { team: platform, slack: "#oncall" }',
    ),
    Case(
        "a text that begins with a bracket",
        "    expected: active",
        "    expected: §[OK] all is well",
        'the text that begins with `[` ends before its line does. Write: expected: "[OK] '
        'all is well"',
        '    expected: "[OK] all is well"',
    ),
    Case(
        "a text that begins with a quoted word",
        "    expected: active",
        '    expected: §"active" is seen',
        'the text that begins with `"` ends before its line does. Write: expected: '
        "'\"active\" is seen'",
        "    expected: '\"active\" is seen'",
    ),
    Case(
        "an apostrophe in single quotes",
        "    expected: active",
        "    expected: §'it's active'",
        "the text that begins with `'` ends before its line does. Write: expected: \"it's active\"",
        '    expected: "it\'s active"',
    ),
    Case(
        "a text that begins with an asterisk",
        "    expected: active",
        "    expected: §*active*",
        'an unquoted text cannot begin with `*`. Write: expected: "*active*"',
        '    expected: "*active*"',
    ),
    Case(
        "a text that begins with a greater-than",
        "    expected: active",
        "    expected: §> 5 nodes",
        'an unquoted text cannot begin with `>`. Write: expected: "> 5 nodes"',
        '    expected: "> 5 nodes"',
    ),
    Case(
        "a text that begins with an ampersand",
        "    expected: active",
        "    expected: §&active",
        'an unquoted text cannot begin with `&`. Write: expected: "&active"',
        '    expected: "&active"',
    ),
    Case(
        "a colon in a title",
        "title: Restart the node",
        "title: Restart§: the node",
        'a `: ` inside an unquoted text. Write: title: "Restart: the node"',
        'title: "Restart: the node"',
    ),
    Case(
        "no blank after a colon",
        "title: Restart the node",
        "§title:Restart the node",
        "a blank is missing after the colon. Write: title: Restart the node",
        "title: Restart the node",
    ),
    Case(
        "a tab before a key",
        "    expected: active",
        "§\texpected: active",
        "a tab in the indentation. Write: two blanks for each level",
        "    expected: active",
    ),
    Case(
        "no blank after a dash",
        "  - id: tidy\n",
        "  §-id: tidy\n",
        "a blank is missing after the dash. Write: - id: tidy",
        "  - id: tidy\n",
    ),
    Case(
        "an entry without its dash",
        "  - id: tidy\n",
        "    §id: tidy\n",
        "a second `id` in the entry that began in line 36. Write: `- ` before it: - id: …",
        "  - id: tidy\n",
    ),
    Case(
        "an entry in the line of its key",
        "symptoms:\n  - A node does not answer\n",
        "symptoms: §- A node does not answer\n",
        "an entry of a list begins on a line of its own. Write: - A node does not answer in "
        "the next line, further in; a text, in quotes",
        "symptoms:\n  - A node does not answer\n",
    ),
    Case(
        "a key one blank too far in",
        "    expected: active\n",
        "     §expected: active\n",
        "the indentation does not fit: 5 blanks before this line. Write: 4 blanks before "
        "it, as before `id`",
        "    expected: active\n",
    ),
    Case(
        "a key in line with the dash",
        "    expected: active\n",
        "  §expected: active\n",
        "the indentation does not fit: 2 blanks before this line. Write: 4 blanks before "
        "it, as before `id`, or `- ` where another entry begins",
        "    expected: active\n",
    ),
    Case(
        "a step one blank too far out",
        "  - id: tidy\n",
        " §- id: tidy\n",
        "the indentation does not fit: 1 blank before this line. Write: 2 blanks before it, "
        "as before `- id:`",
        "  - id: tidy\n",
    ),
    Case(
        "a line that goes on with a text",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: settle\n    title: Let it settle\n      §do: Wait.\n",
        "the indentation does not fit: this line would go on with the text above it. Write: "
        "4 blanks before it, as before `id`",
        "  - id: settle\n    title: Let it settle\n",
    ),
    Case(
        "a text after a bar that is not further in",
        "    run:\n      - systemctl restart app\n      - systemctl status app\n",
        "    run:\n      - |\n      §systemctl restart app\n",
        "the text after `|` must stand further in than that line. Write: two more blanks "
        "before each of its lines",
        "    run:\n      - |\n        systemctl restart app\n",
    ),
    Case(
        "a key that stands twice in a step",
        "    expected: active",
        "    expected: active\n    §expected: up",
        "the key `expected` stands twice, first in line 41. Write: one of the two",
        "    expected: active",
    ),
]
