"""What secrets look like: patterns, each for one kind, all of them read in linear time.

Most are those of detect-secrets, without its entropy and keyword plug-ins, which flag hashes and
harmless lines, and without those for what is no secret by itself (an address, the id of an
account). Others are ours, for what it does not know. All are compiled by RE2, since what they are
held against is anybody's.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector

from bot.edges.detector.shapes import OURS, is_mixed


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, with what it finds in words.

    The secret is the first group that took part, or all of it. `means` says whether a match is one.
    """

    what: str
    pattern: Any
    means: Callable[[str], bool] | None = None


def _compiled(pattern: str, flags: int = 0) -> Any:
    options = re2.Options()
    options.case_sensitive = not flags & re.IGNORECASE
    options.log_errors = False
    return re2.compile(linear(pattern), options)


def linear(pattern: str) -> str:
    """A pattern of detect-secrets as RE2 takes it: it looks ahead at nothing, and counts less far.

    A match that ends earlier than the secret goes on to the end of the word (`Detector`).
    """
    return pattern.removesuffix(r"(?!\w)").replace("{50,1024}", "{50,}")


THEIRS: Mapping[type[RegexBasedDetector], str] = {
    AWSKeyDetector: "AWS key",
    AzureStorageKeyDetector: "Azure storage key",
    DiscordBotTokenDetector: "Discord token",
    GitHubTokenDetector: "GitHub token",
    GitLabTokenDetector: "GitLab token",
    MailchimpDetector: "Mailchimp key",
    OpenAIDetector: "OpenAI key",
    PypiTokenDetector: "PyPI token",
    SendGridDetector: "SendGrid key",
    SlackDetector: "Slack token",
    SquareOAuthDetector: "Square secret",
    StripeDetector: "Stripe key",
}
"""The plug-ins whose patterns are used, and what each finds in words."""


def _theirs() -> Iterator[Rule]:
    for plugin, what in THEIRS.items():
        for one in plugin().denylist:
            # The id of a key is no secret, and who revokes the key needs it.
            if "AKIA" not in one.pattern:
                yield Rule(what, _compiled(one.pattern, one.flags))


def rules() -> tuple[Rule, ...]:
    """All of them."""
    ours = (Rule(what, _compiled(pattern), means) for what, pattern, means in OURS)
    return (*ours, *_theirs())


KEY_ID = _compiled(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")
_ALONE = r"(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{40})(?:$|[^A-Za-z0-9+/=])"
BESIDE_ID = Rule("AWS key", _compiled(_ALONE), is_mixed)
"""Forty signs are anything, but beside the id of an AWS key they are the key."""
