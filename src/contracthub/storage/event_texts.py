"""The schemas of events: stored once per workspace and content, removed when nobody reads or writes with them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, select

from contracthub.domain.errors import Unavailable
from contracthub.domain.readers import EventText, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_readers import EventSchemaRow, ReaderSchemaRow, WrittenSchemaRow

event_schema = table_of(EventSchemaRow)
reader_schema, written_schema = table_of(ReaderSchemaRow), table_of(WrittenSchemaRow)

_ATTEMPTS = 5
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_shas: BindParameter[Any] = bindparam("shas", expanding=True)
_mine = event_schema.c.workspace_id == bindparam("workspace")
# A share of the row keeps a removal from taking a schema that is about to be referred to.
_kept = (
    select(event_schema.c.id)
    .where(_mine, event_schema.c.sha == bindparam("sha"))
    .with_for_update(read=True, key_share=True)
)
_texts = select(event_schema).where(_mine, event_schema.c.sha.in_(_shas))
_used = (
    select(reader_schema.c.event_schema_id)
    .where(reader_schema.c.version_id.in_(_ids))
    .union(select(written_schema.c.event_schema_id).where(written_schema.c.version_id.in_(_ids)))
)
# Without waiting: whoever has locked a schema is about to refer to it, or to remove it as well.
_locked = select(event_schema.c.id).where(event_schema.c.id.in_(_ids)).with_for_update(skip_locked=True)
_free = event_schema.delete().where(
    event_schema.c.id.in_(_ids),
    ~exists().where(reader_schema.c.event_schema_id == event_schema.c.id),
    ~exists().where(written_schema.c.event_schema_id == event_schema.c.id),
)


class EventTexts:
    """Schemas of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def ensured(self, schema: EventText, now: datetime) -> int:
        """The key of a schema, stored where missing. Raises ``Unavailable`` in a storm."""
        values = {"workspace": self._scope.workspace_id, "sha": schema.sha}
        row = {
            "sha": schema.sha,
            "type": schema.type.value,
            "name": schema.name,
            "body": schema.text.encode(),
            "references": [{"name": each.name, "text": each.text} for each in schema.references],
            "created_at": now,
        }
        for _ in range(_ATTEMPTS):
            key = self._execute(_kept, values).scalar() or self._scope.insert_free(event_schema, row)
            if key is not None:
                return int(key)
        raise Unavailable("overtaken", "Others keep publishing and deleting the same schema. Send it again.")

    def texts(self, shas: Collection[str]) -> Mapping[str, EventText]:
        """Schemas by what stands for their content."""
        return {
            row.sha: EventText(
                SchemaType(row.type),
                bytes(row.body).decode(),
                tuple(ReferencedText(each["name"], each["text"]) for each in row.references),
                row.name,
            )
            for some in chunks(sorted(set(shas)))
            for row in self._execute(_texts, {"workspace": self._scope.workspace_id, "shas": some})
        }

    def used_by(self, version_ids: Collection[int]) -> Collection[int]:
        """What those versions read and write with; to be released once they are gone."""
        return self._execute(_used, {"ids": list(version_ids)}).scalars().all()

    def release(self, keys: Collection[int]) -> None:
        """Remove those that nobody refers to any more, when all else is done."""
        if keys:
            self._scope.at_end.append(lambda: self._remove_free(keys))

    def _remove_free(self, keys: Collection[int]) -> None:
        for some in chunks(sorted(set(keys))):
            if locked := self._execute(_locked, {"ids": some}).scalars().all():
                self._execute(_free, {"ids": list(locked)})
