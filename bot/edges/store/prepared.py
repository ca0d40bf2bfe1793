"""Statements written out once: what runs for every click is not made anew for each.

It knows no table. SQLAlchemy spends several times as long on looking a statement up and binding
its values as the database does on running it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, CursorResult, Dialect, bindparam, cast, column, func
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

Row = Mapping[str, Any]


class Prepared:
    """A statement whose text is made at its first use with a database, and kept."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, Row]] = {}

    def run(self, connection: Connection, values: Row | Sequence[Row]) -> CursorResult[Any]:
        """Run it with the values of its parameters; once for each row of several."""
        text, fixed = self._text(connection.dialect)
        if isinstance(values, Mapping):
            return connection.exec_driver_sql(text, {**fixed, **values})
        return connection.exec_driver_sql(text, [{**fixed, **row} for row in values])

    def _text(self, dialect: Dialect) -> tuple[str, Row]:
        if dialect.name not in self._texts:
            # The driver takes names as well as places, and rows are read by name.
            named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
            compiled = self._statement.compile(dialect=named)
            # Values that stand in the statement itself; those that are handed in are none yet.
            own = {
                name: bind.value
                for bind, name in compiled.bind_names.items()  # type: ignore[attr-defined]
                if not bind.required
            }
            self._texts[dialect.name] = (str(compiled), own)
        return self._texts[dialect.name]


class PreparedRows(Prepared):
    """A statement for PostgreSQL that takes all its rows at once, as the JSON in `rows`.

    Its driver sends what is to be done for many rows once for each of them.
    """

    def run(self, connection: Connection, values: Row | Sequence[Row]) -> CursorResult[Any]:
        """Run it once for all rows."""
        return super().run(connection, {"rows": json.dumps(values)})


def given(**types: TypeEngine[Any]) -> Any:
    """The rows that are handed to a `PreparedRows`, as a table with these columns."""
    columns = [column(name, kind) for name, kind in types.items()]
    rows = func.json_to_recordset(cast(bindparam("rows"), JSON))
    return rows.table_valued(*columns, name="given").render_derived(with_types=True)
