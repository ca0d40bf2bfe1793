"""The scopes and events that Slack knows, and which event or channel asks for which scope. Pure."""

BOT_SCOPES = frozenset(
    # One a line would be four screens of nothing else.
    """
    app_mentions:read assistant:write bookmarks:read bookmarks:write calls:read calls:write
    canvases:read canvases:write channels:history channels:join channels:manage channels:read
    channels:write.invites channels:write.topic chat:write chat:write.customize chat:write.public
    commands conversations.connect:manage conversations.connect:read conversations.connect:write
    datastore:read datastore:write dnd:read emoji:read files:read files:write groups:history
    groups:read groups:write groups:write.invites groups:write.topic hosting:read hosting:write
    identify im:history im:read im:write im:write.topic incoming-webhook links.embed:write
    links:read links:write lists:read lists:write metadata.message:read mpim:history mpim:read
    mpim:write mpim:write.topic pins:read pins:write reactions:read reactions:write reminders:read
    reminders:write remote_files:read remote_files:share remote_files:write search:read.files
    search:read.im search:read.mpim search:read.private search:read.public search:read.users
    team.billing:read team.preferences:read team:read tokens.basic triggers:read triggers:write
    usergroups:read usergroups:write users.profile:read users.profile:write users:read
    users:read.email users:write workflow.steps:execute workflows.templates:read
    workflows.templates:write
    """.split()  # noqa: SIM905  # likewise
)

# An event, and the scopes of which the app needs one to hear it.
EVENTS: dict[str, tuple[str, ...]] = {
    "app_deleted": (),
    "app_home_opened": (),
    "app_installed": (),
    "app_mention": ("app_mentions:read",),
    "app_rate_limited": (),
    "app_requested": (),
    "app_uninstalled": (),
    "assistant_thread_context_changed": ("assistant:write",),
    "assistant_thread_started": ("assistant:write",),
    "call_rejected": ("calls:read",),
    "channel_archive": ("channels:read",),
    "channel_created": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_history_changed": ("channels:history",),
    "channel_id_changed": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unarchive": ("channels:read",),
    "channel_unshared": ("channels:read", "groups:read"),
    "dnd_updated_user": ("dnd:read",),
    "email_domain_changed": ("team:read",),
    "emoji_changed": ("emoji:read",),
    "entity_details_requested": (),
    "file_change": ("files:read",),
    "file_created": ("files:read",),
    "file_deleted": ("files:read",),
    "file_public": ("files:read",),
    "file_shared": ("files:read",),
    "file_unshared": ("files:read",),
    "function_executed": (),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_history_changed": ("groups:history",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "im_created": ("im:read",),
    "im_history_changed": ("im:history",),
    "invite_requested": (),
    "link_shared": ("links:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.app_home": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "message_metadata_deleted": ("metadata.message:read",),
    "message_metadata_posted": ("metadata.message:read",),
    "message_metadata_updated": ("metadata.message:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "shared_channel_invite_accepted": ("conversations.connect:manage",),
    "shared_channel_invite_approved": ("conversations.connect:manage",),
    "shared_channel_invite_declined": ("conversations.connect:manage",),
    "shared_channel_invite_received": ("conversations.connect:read",),
    "star_added": (),
    "star_removed": (),
    "subteam_created": ("usergroups:read",),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_self_added": ("usergroups:read",),
    "subteam_self_removed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "team_access_granted": (),
    "team_access_revoked": (),
    "team_domain_change": ("team:read",),
    "team_join": ("users:read",),
    "team_rename": ("team:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
    "user_huddle_changed": ("users:read",),
    "user_profile_changed": ("users:read",),
    "user_status_changed": ("users:read",),
    "workflow_step_execute": ("workflow.steps:execute",),
}

# What a kind of channel is called in the names of scopes.
FAMILIES = {"channel": "channels:", "group": "groups:", "im": "im:", "mpim": "mpim:"}


def of_kind(scopes: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Of the scopes of a method that is for several kinds of channels, the one for this kind."""
    if len(scopes) == 1:
        return scopes
    return tuple(scope for scope in scopes if scope.startswith(FAMILIES[kind])) or scopes
