"""What the person's API is sent: one model a body. It does nothing with them."""

from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from aiohttp import web
from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from . import limits
from .errors import PersonError
from .naming import wrong_name
from .wirejson import loads

M = TypeVar("M", bound=BaseModel)


def _name(name: str) -> str:
    if error := wrong_name(name):
        raise ValueError(error)
    return name


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no time zone is called so")
    return name


class Body(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid")

    user: str


class Command(Body):
    """A slash command, typed."""

    channel: str
    command: str = Field(pattern=r"^/\S+$")
    text: str = Field(default="", max_length=limits.MESSAGE_TEXT)


class Post(Body):
    """A message, sent."""

    channel: str
    text: str = Field(min_length=1, max_length=limits.MESSAGE_TEXT)
    thread_ts: str | None = None
    app: str | None = Field(default=None, min_length=1, max_length=35)
    by: Literal["bot", "webhook", "person"] = "bot"
    blocks: list[Any] | None = None
    attachments: list[Any] | None = None


class Edit(Body):
    """One's own message, changed."""

    text: str = Field(min_length=1, max_length=limits.MESSAGE_TEXT)


class Upload(Body):
    """A file, uploaded: its name, and the text that is in it, or its bytes in `base64`.

    Without a channel it is shared nowhere: it is for a form.
    """

    channel: str | None = None
    name: str = Field(min_length=1, max_length=255)
    content: str = Field(default="", max_length=limits.MESSAGE_TEXT)
    base64: Base64Bytes | None = None
    text: str = Field(default="", max_length=limits.MESSAGE_TEXT)
    thread_ts: str | None = None


NAME = Annotated[str, AfterValidator(_name)]
TOPIC = Annotated[str, StringConstraints(max_length=limits.CHANNEL_TOPIC)]


class Opening(Body):
    """A channel, made, and who is invited into it."""

    name: NAME
    private: bool = False
    users: list[str] = Field(default_factory=list, max_length=limits.INVITED_AT_ONCE)


class Use(Body):
    """A channel, changed; `shared` is the id of another team, or "" for none any more.

    `renumbered` gives it another id, as Slack may when it is shared; `deleted` takes it away.
    """

    name: NAME | None = None
    archived: bool | None = None
    topic: TOPIC | None = None
    purpose: TOPIC | None = None
    shared: str | None = Field(default=None, pattern=r"^(T[A-Z0-9]{1,30})?$")
    renumbered: bool = False
    deleted: bool = False


class Action(Body):
    """A click or a choice: in a message (`channel`, `message_ts`) or in a view (`view_id`)."""

    model_config = ConfigDict(extra="allow")  # selected_user, selected_date and their kin

    action_id: str
    block_id: str | None = None
    channel: str | None = None
    message_ts: str | None = None
    view_id: str | None = None


class Shortcut(Body):
    """A global shortcut, or one of a message."""

    callback_id: str
    channel: str | None = None
    message_ts: str | None = None


class Submit(Body):
    """A modal, submitted; `values` is what `view.state.values` is."""

    values: dict[str, Any] = Field(default_factory=dict)


class Close(Body):
    """A modal, closed, or `all` of the stack."""

    all: bool = False


class Line(Body):
    """A line, typed at the terminal of the system beside the workspace."""

    line: str = Field(min_length=1, max_length=limits.LINE, pattern=r"^[^\x00-\x1f\x7f]+$")


class Press(Body):
    """A button of the system beside the workspace, pressed."""

    press: str


class Item(Body):
    """A message, to pin."""

    channel: str
    ts: str


class Reaction(Item):
    """A reaction, added."""

    name: str = Field(pattern=r"^:?[a-z0-9_+'-]{1,100}:?$")


class Standing(Body):
    """A person, new or changed: a guest, of another workspace (`team`), or deactivated."""

    user: str = Field(pattern=r"^[a-z][a-z0-9._-]{0,79}$")
    real_name: str = Field(default="", max_length=80)
    guest: Literal["", "multi", "single"] = ""
    team: str = Field(default="", pattern=r"^(T[A-Z0-9]{1,30})?$")
    deleted: bool = False
    tz: Annotated[str, AfterValidator(_zone)] | None = None


class Grouping(BaseModel):
    """A user group, new or changed, and who is in it, by name or id."""

    model_config = ConfigDict(extra="forbid")

    handle: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")
    name: str = Field(default="", max_length=80)
    users: list[str] = Field(max_length=1000)


class Advance(BaseModel):
    """Seconds to move the clock forward."""

    model_config = ConfigDict(extra="forbid")

    advance: float = Field(ge=0, le=366 * 86_400)


async def read(request: web.Request, model: type[M]) -> M:
    """The JSON body as that model. Raises `PersonError`."""
    try:
        return model.model_validate(loads(await request.read()))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise PersonError("invalid_body", f"{where}: {first['msg']}") from error
    except ValueError as error:
        raise PersonError("invalid_json", "The body must be a JSON object.") from error
