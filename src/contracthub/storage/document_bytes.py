"""The bytes of documents: stored once per workspace and SHA-256, removed when nothing refers to them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, select

from contracthub.domain.errors import Unavailable
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_provider_contracts import DocumentRow, ProviderContractFileRow, ProviderContractRow

document = table_of(DocumentRow)
provider_contract, contract_file = table_of(ProviderContractRow), table_of(ProviderContractFileRow)

_ATTEMPTS = 5
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_by_sha = select(document.c.sha, document.c.id).where(
    document.c.workspace_id == bindparam("workspace"), document.c.sha.in_(bindparam("shas", expanding=True))
)
# A share of the row is what keeps a removal from taking bytes that are about to be referred to.
_kept = _by_sha.order_by(document.c.sha).with_for_update(read=True, key_share=True)
# Without waiting: whoever has locked bytes is about to refer to them, or to remove them as well.
_locked = select(document.c.id).where(document.c.id.in_(_ids)).with_for_update(skip_locked=True)
_free = document.delete().where(
    document.c.id.in_(_ids),
    ~exists().where(contract_file.c.document_id == document.c.id),
    ~exists().where(provider_contract.c.self_verification_document_id == document.c.id),
)


class DocumentBytes:
    """Bytes of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def ensured(self, bodies: Mapping[str, bytes], now: datetime) -> Mapping[str, int]:
        """The key of each of those bytes, by SHA-256, stored where missing. Raises ``Unavailable`` in a storm."""
        found: dict[str, int] = {}
        for _ in range(_ATTEMPTS):
            found |= self._found(bodies.keys() - found.keys())
            # One order for all writers, so that two of them never wait for each other.
            for sha in sorted(bodies.keys() - found.keys()):
                row = {"sha": sha, "size": len(bodies[sha]), "body": bodies[sha], "created_at": now}
                key = self._scope.insert_free(document, row)
                if key is not None:
                    found[sha] = key
            if len(found) == len(bodies):
                return found
        raise Unavailable("overtaken", "Others keep publishing and deleting the same document. Send it again.")

    def release(self, keys: Collection[int]) -> None:
        """Remove those that nothing refers to any more, when all else is done."""
        if keys:
            self._scope.at_end.append(lambda: self._remove_free(keys))

    def _remove_free(self, keys: Collection[int]) -> None:
        for some in chunks(sorted(set(keys))):
            if locked := self._execute(_locked, {"ids": some}).scalars().all():
                self._execute(_free, {"ids": list(locked)})

    def _found(self, shas: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in chunks(sorted(shas)):
            rows = self._execute(_kept, {"workspace": self._scope.workspace_id, "shas": some})
            found |= {row.sha: row.id for row in rows}
        return found
