"""Files that people upload: text as it is typed, or any bytes in base64. It posts nothing."""

from pathlib import PurePath

from .bodies import Upload
from .errors import PersonError
from .limits import ALL_FILES_BYTES
from .model import File, User
from .state import State

PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


def kept(state: State, user: User, body: Upload) -> File:
    """The uploaded file, kept and not yet shared. Raises `PersonError`."""
    content = body.content.encode() if body.base64 is None else body.base64
    if state.stored() + len(content) > ALL_FILES_BYTES:
        raise PersonError("storage_limit_reached", "The workspace holds no more files.")
    name = body.name.replace("\\", "/").rpartition("/")[2] or "file"
    made = File(
        id=state.new_id("F"),
        name=name,
        title=name,
        mimetype=_kind(name, content),
        user=user.id,
        created=state.clock.now(),
        length=len(content),
        content=content,
        completed=True,
    )
    state.files[made.id] = made
    return made


def _kind(name: str, content: bytes) -> str:
    """A picture by its name, text by what is in it, and anything else is bytes."""
    if picture := PICTURES.get(PurePath(name).suffix.lower()):
        return picture
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in content else "text/plain"
