"""Roles that are named and are not there, and people who cannot be told."""

from tests.core.lint_case import Case

ALERTS = "alerts: [NodeDown]\n"
GOOD = ALERTS + "roles: { lead: { description: decides } }\nwho: { close: lead }\n"
LISTED = "roles: { lead: { description: decides, people: [U012ABCDEF] } }\nwho: { close: lead }\n"


def with_roles(said: str) -> str:
    """Roles and rights before the symptoms."""
    return ALERTS + said


ROLES = [
    Case(
        "updates to what is no channel",
        ALERTS,
        with_roles("updates: [§the boss]\n"),
        'an update goes into a channel, by its name or its id. Write: "#status"',
        ALERTS + 'updates: ["#status", C0123ABCD]\n',
    ),
    Case(
        "stakeholders, as others call them",
        ALERTS,
        with_roles('§stakeholders: ["#status"]\n'),
        'a procedure has no key `stakeholders`. Write: updates: ["#status"]',
        ALERTS + 'updates: ["#status"]\n',
    ),
    Case(
        "a step for a role that is not there",
        "    expected: active\n",
        "    expected: active\n    role: §lead\n",
        "there is no role `lead`. Write: the role under `roles:`",
        "    expected: active\n",
    ),
    Case(
        "a right of a role that is not there",
        ALERTS,
        with_roles("roles: { lead: { description: decides } }\nwho: { close: [lead, §leed] }\n"),
        "there is no role `leed`. Write: lead",
        GOOD,
    ),
    Case(
        "a right that is none",
        ALERTS,
        with_roles(
            "roles: { lead: { description: decides } }\nwho: { §clos: lead, start: lead }\n"
        ),
        "a list of who may do what has no key `clos`. Write: close:",
        GOOD,
    ),
    Case(
        "a right of nobody",
        ALERTS,
        with_roles("roles: { lead: { description: decides } }\nwho: { close: §[], start: lead }\n"),
        "`close` is empty. Write: a value, or leave the line out",
        GOOD,
    ),
    Case(
        "a right of a role that is no name",
        ALERTS,
        with_roles("roles: { lead: { description: decides } }\nwho: { close: §The lead }\n"),
        "`The lead` cannot be an id. Write: the-lead, of small letters, digits and dashes, "
        "at most 80",
        GOOD,
    ),
    Case(
        "a role that is no name",
        ALERTS,
        with_roles("roles: { §The lead: { description: decides } }\n"),
        "`The lead` cannot name a role. Write: the-lead, of small letters, digits and dashes",
        GOOD,
    ),
    Case(
        "a role without words",
        ALERTS,
        with_roles("roles: { lead: §{ people: [U012ABCDEF] } }\nwho: { close: lead }\n"),
        "`description` is missing. Write: description: …",
        with_roles(LISTED),
    ),
    Case(
        "a misspelt key of a role",
        ALERTS,
        with_roles("roles: { lead: { description: decides, §slack: leads } }\n"),
        "a role has no key `slack`. Write: slack_group:",
        GOOD,
    ),
    Case(
        "a person by name",
        ALERTS,
        with_roles(
            "roles: { lead: { description: decides, people: [§Ana] } }\nwho: { close: lead }\n"
        ),
        "a person is named by their id in Slack. Write: U012ABCDEF, as their profile has it",
        with_roles(LISTED),
    ),
    Case(
        "a user group with a blank",
        ALERTS,
        with_roles("roles: { lead: { description: decides, slack_group: §the leads } }\n"),
        "a user group is named by its handle or its id. Write: key-custodians",
        GOOD,
    ),
    Case(
        "a private procedure that names nobody",
        ALERTS,
        with_roles("private: §true\n"),
        "a private procedure is seen by those whom `who` names, and it names nobody. "
        "Write: who: { start: ROLE }",
        GOOD + "private: true\n",
    ),
    Case(
        "a privacy that is a number",
        ALERTS,
        with_roles("private: §1\n"),
        "true or false is meant here. Write: private: true",
        GOOD + "private: true\n",
    ),
]

NAMED = [
    Case(
        "a group of an owner without a channel",
        'owner: { team: platform, slack: "#oncall" }',
        "owner: { team: platform, slack_group: §platform-oncall }",
        "a group is called by a post in the owner's channel, and there is none. "
        'Write: slack: "#storage-oncall"',
        'owner: { team: platform, slack: "#oncall", slack_group: "@platform-oncall" }',
        "warning",
    ),
    Case(
        "a role that nothing names",
        ALERTS,
        with_roles("roles: { §lead: { description: decides } }\n"),
        "nothing names the role `lead`",
        GOOD,
        "warning",
    ),
]
"""What is only warned of."""
