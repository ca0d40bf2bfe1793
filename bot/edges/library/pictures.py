"""Pictures beside the procedures' files: opened as those are, of three kinds, within a bound."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath

from bot.edges.library.place import Place

MAX_BYTES = 2 * 1024 * 1024
"""How large a picture may be: it is fetched by everybody who looks at the step."""
_BEGIN = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
}


def picture(place: Place, file: str, image: str) -> bytes:
    """The picture at *image*, a path from the procedure's *file*; raises OSError in words."""
    path = PurePosixPath(file).parent / image
    content = place.read(str(path), MAX_BYTES)
    if content.size > MAX_BYTES or len(content.data) > MAX_BYTES:
        raise OSError(f"it is larger than {MAX_BYTES // (1024 * 1024)} MB")
    kind = PurePath(image).suffix[1:].lower()
    if not content.data.startswith(_BEGIN.get(kind, ())):
        raise OSError(f"it is no {kind.upper()}")
    return content.data


def trouble(folder: Path, file: str, image: str) -> str | None:
    """Why the picture at *image* cannot be shown, in words; None when it can."""
    try:
        with Place(folder) as place:
            picture(place, file, image)
    except OSError as error:
        return error.strerror or str(error)
    return None
