"""`files.*`: uploads in three steps, and what became of them."""

import mimetypes
import secrets

from bot.demo.workspace import limits
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.model import Channel, File, Json, Message

from .table import Call, method


@method(
    "files.getUploadURLExternal",
    "tier4",
    scopes=("files:write",),
    needs=("filename", "length"),
)
def get_upload_url(call: Call) -> Json:
    """The first step: a name and a length for an address to send the bytes to."""
    length = call.whole("length", 0, 1 << 40)
    if length > limits.FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    if call.world.state.stored() + length > limits.ALL_FILES_BYTES:
        raise SlackError("storage_limit_reached")
    state = call.world.state
    name = call.text("filename").replace("\\", "/").rpartition("/")[2] or "file"
    mimetype = mimetypes.guess_type(name)[0] or "text/plain"
    if call.text("snippet_type"):
        mimetype = "text/plain"
    file = File(state.new_id("F"), name, name, mimetype, call.bot, state.clock.now(), length)
    state.files[file.id] = file
    key = secrets.token_urlsafe(18)
    call.world.uploads[key] = file.id
    return {"upload_url": f"{call.world.base_url}/upload/v1/{key}", "file_id": file.id}


@method("files.completeUploadExternal", "tier4", scopes=("files:write",), needs=("files",))
def complete_upload(call: Call) -> Json:
    """The third step: titles, and a message that shows the files in each channel that is named.

    It is posted by `channel_id`, or by `channels`, up to 100 of them between commas.
    """
    listed = call.decoded("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError.arguments("must provide an array [json-pointer:/files]")
    files = [_uploaded(call, entry) for entry in listed]
    channels = _channels(call)
    if call.text("thread_ts") and len(channels) > 1:
        raise SlackError.arguments("must name one channel [json-pointer:/thread_ts]")
    threads = [call.world.thread(channel, call.text("thread_ts")) for channel in channels]
    blocks = call.world.judged(call.decoded("blocks", "invalid_blocks_format"))
    for file, entry in zip(files, listed, strict=True):
        file.title = str(entry.get("title") or file.name)
        file.completed = True
    for channel, thread_ts in zip(channels, threads, strict=True):
        message = Message(
            channel=channel.id,
            ts=call.world.state.new_ts(),
            user=call.bot,
            text=call.text("initial_comment"),
            blocks=blocks,
            thread_ts=thread_ts,
            files=[file.id for file in files],
            bot_id=call.world.app.bot_id,
            app_id=call.world.app.app_id,
        )
        for file in files:
            file.shares.append((channel.id, message.ts))
        call.world.post(message)
    return {"files": [file.wire(call.world.base_url) for file in files]}


def _channels(call: Call) -> list[Channel]:
    """Where the files are to be shown: all of it is found before anything is posted."""
    refs = [call.text("channel_id"), *call.text("channels").split(",")]
    named = list(dict.fromkeys(ref.strip() for ref in refs if ref.strip()))
    if len(named) > limits.SHARED_INTO:
        raise SlackError("channels_limit_exceeded")
    found = []
    for ref in named:
        person = ref in call.world.state.users and ref != call.bot
        place = call.world.state.direct(ref, call.bot).id if person else ref
        found.append(Call(call.world, {"channel": place}).channel(member=True))
    return found


def _uploaded(call: Call, entry: object) -> File:
    file_id = entry.get("id") if isinstance(entry, dict) else None
    file = call.world.state.files.get(str(file_id))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    if file.completed:
        raise SlackError("file_update_failed")
    return file


@method("files.info", "tier4", scopes=("files:read",), needs=("file",))
def info(call: Call) -> Json:
    """A file and where it was shared."""
    file = _known(call)
    shares: dict[str, list[Json]] = {}
    for channel, ts in file.shares:
        shares.setdefault(channel, []).append({"ts": ts})
    shown = file.wire(call.world.base_url)
    return {"file": shown | {"shares": {"public": shares}, "channels": list(shares)}}


@method("files.delete", "tier3", scopes=("files:write",), needs=("file",))
def delete(call: Call) -> Json:
    """Delete a file of one's own; a message that showed it and says nothing goes with it."""
    file = _known(call)
    if file.user != call.bot:
        raise SlackError("cant_delete_file")
    call.world.delete_file(file)
    return {}


def _known(call: Call) -> File:
    file = call.world.state.files.get(call.text("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file
