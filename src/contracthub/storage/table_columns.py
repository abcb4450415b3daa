"""What tables are made of: their common base, and the kinds of columns that they have."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from contracthub.storage.columns import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: one set of names for keys and indexes, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


# SQLite grants a row id only to a column of exactly this type; PostgreSQL wants room for more than two billion rows.
BigId = BigInteger().with_variant(Integer, "sqlite")
# The key of a version that was removed must not order another one, nor the number of a result name another one.
NEVER_AGAIN = {"sqlite_autoincrement": True}
Json = JSON().with_variant(JSONB(), "postgresql")


def id_() -> Any:
    """The key of a row, given by the database."""
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


def key(target: str, *, primary: bool = False, optional: bool = False) -> Any:
    """The key of a row in another table; the row here goes with it."""
    column = Column(BigId, ForeignKey(target, ondelete="CASCADE"), primary_key=primary, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def moment(*, optional: bool = False) -> Any:
    """A moment in UTC."""
    column = Column(UtcDateTime, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def text_(*, optional: bool = False) -> Any:
    """Text of any length."""
    column = Column(Text, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)
