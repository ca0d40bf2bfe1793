"""What each of Slack's errors means for a message, and what a person can do about it.

A table and nothing else: who calls Slack turns a class into an exception, who speaks to people
takes the words. An error that is not in it needs a person, who is told its name.
"""

from collections.abc import Mapping
from enum import Enum


class Class(Enum):
    """How an error ends."""

    PASSING = "ends by itself: try again"
    GONE = "the message is not there, or not ours to edit: post a new one"
    UNFIT = "Slack will not take it in this shape: a shorter one may do"
    OUTSIDE = "the bot is not in the channel: someone invites it"
    PERSON = "someone must change something in Slack"
    OPERATOR = "the app's token or scopes must be changed"
    NEVER = "it will never be taken"


DELETED = "channel_deleted"
"""What is recorded where Slack tells that a channel is gone; asked about it, it only says that it
finds none, as it does of one in which the bot is not."""
_PASSING = (
    "external_channel_migrating fatal_error file_update_failed "
    "internal_error message_limit_exceeded request_timeout service_unavailable "
    "streaming_state_conflict team_added_to_org team_is_migrating update_failed"
)
_GONE = (
    "block_mismatch cant_update_message comment_not_found edit_window_closed is_inactive "
    "file_deleted message_not_found thread_not_found"
)
_UNFIT = (
    "attachment_payload_limit_exceeded invalid_attachments invalid_blocks invalid_blocks_format "
    "markdown_text_conflict msg_blocks_too_long msg_too_long no_text too_many_attachments "
    "too_many_contact_cards"
)
_OUTSIDE = "channel_not_found invalid_channel not_in_channel"
_OPERATOR: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "access_denied",
            "accesslimited",
            "account_inactive",
            "app_missing_action_url",
            "cannot_find_service",
            "deprecated_endpoint",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_app_id",
            "invalid_auth",
            "method_deprecated",
            "method_not_supported_for_channel_type",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "team_not_found",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        ),
        "Ask the people who run the bot to reinstall the app and to check its token and scopes.",
    ),
}
_PERSON: Mapping[str, str] = {
    "cannot_reply_to_message": "Nobody can reply to the board. Ask an admin of the channel.",
    "file_upload_size_restricted": "Ask an admin of the workspace to allow files of this size.",
    "file_uploads_disabled": "Ask an admin of the workspace to allow the app to upload files.",
    "file_uploads_except_images_disabled": "Ask an admin of the workspace to allow text files.",
    "blocked_file_type": "Ask an admin of the workspace to allow Markdown files.",
    DELETED: "The channel was deleted. Open my Home and use *Choose a channel…*: it goes on there.",
    "is_archived": (
        "Unarchive the channel, then type `/invite @{bot}` in it. Or open my Home and use "
        "*Choose a channel…*: it goes on in another one."
    ),
    "messages_tab_disabled": "Start the run in a channel.",
    "posting_to_channel_denied": "Ask an admin of the channel to let the app post there.",
    "posting_to_general_channel_denied": "Ask an admin of the workspace to let the app post there.",
    "restricted_action": "Ask an admin of the workspace to let the app post in this channel.",
    "restricted_action_non_threadable_channel": (
        "Ask an admin of the channel to allow threads, or start the run in another channel."
    ),
    "restricted_action_read_only_channel": (
        "Only some people may post in this channel. Ask its admin to let the app post, or start "
        "the run in another channel."
    ),
    "restricted_action_thread_locked": "The board's thread is locked. Ask an admin to unlock it.",
    "restricted_action_thread_only_channel": (
        "This channel takes replies only. Ask its admin to let the app post, or start the run in "
        "another channel."
    ),
    "slack_connect_blocked_file_type": "Ask an admin to allow Markdown files in shared channels.",
    "slack_connect_file_link_sharing_blocked": "Ask an admin to allow files in shared channels.",
    "slack_connect_file_upload_sharing_blocked": "Ask an admin to allow files in shared channels.",
    "storage_limit_reached": "The workspace has no room for files. Ask an admin to make room.",
    "user_is_restricted": "Ask an admin of the workspace to let the app post in this channel.",
}
_NEVER = (
    "already_archived cant_archive_general cant_archive_required "
    "as_user_not_supported duplicate_channel_not_found duplicate_message_not_found "
    "invalid_arg_name invalid_arguments invalid_array_arg invalid_charset invalid_cursor "
    "invalid_form_data invalid_json invalid_limit invalid_metadata_format invalid_metadata_keys "
    "invalid_metadata_schema invalid_post_type invalid_ts_latest invalid_ts_oldest json_not_object "
    "metadata_must_be_sent_from_app metadata_too_large missing_argument missing_post_type "
    "no_dual_broadcast_content_update unknown_method user_not_found user_not_in_channel "
    "users_not_found user_not_visible file_not_found malware_detected snippet_too_large "
    "unknown_snippet_type alt_txt_too_large not_found already_exists expired_trigger_id "
    "cant_delete_file delete_not_allowed file_deleting_disabled "
    "exchanged_trigger_id view_too_large duplicate_external_id hash_conflict push_limit_reached"
)

_INVITE = "I am not in this channel. Type `/invite @{bot}` in it; the rest comes by itself then."
_UNKNOWN = "Ask an admin of the workspace what keeps the app from posting there."

CLASSES: Mapping[str, Class] = {
    **dict.fromkeys(_PASSING.split(), Class.PASSING),
    **dict.fromkeys(_GONE.split(), Class.GONE),
    **dict.fromkeys(_UNFIT.split(), Class.UNFIT),
    **dict.fromkeys(_OUTSIDE.split(), Class.OUTSIDE),
    **dict.fromkeys(_OPERATOR, Class.OPERATOR),
    **dict.fromkeys(_PERSON, Class.PERSON),
    **dict.fromkeys(_NEVER.split(), Class.NEVER),
}


def class_of(error: str) -> Class:
    """How an error ends; one that is not known needs a person."""
    return CLASSES.get(error, Class.PERSON)


def remedy(error: str, bot: str) -> str:
    """What a person can do about an error, in words; *bot* is the bot's name in Slack."""
    match class_of(error):
        case Class.OUTSIDE:
            words = _INVITE
        case Class.OPERATOR:
            words = _OPERATOR[error]
        case Class.PERSON:
            words = _PERSON.get(error, _UNKNOWN)
        case _:
            words = "Tell the people who run the bot; its log says more."
    return words.replace("{bot}", bot)
