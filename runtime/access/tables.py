"""Tables of users, their roles, and how they show who they are. Of passwords and tokens only hashes are kept."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

user_account = Table(
    "user_account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("language", Text, nullable=False),
    Column("password_hash", Text),
    Column("active", Boolean(create_constraint=False), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", Text, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Index("ix_user_role_role", "role"),
)

substitution = Table(
    "substitution",
    metadata,
    Column("id", Text, primary_key=True),
    Column("absent", Text, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("deputy", Text, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
    Index("ix_substitution_absent", "absent", "ends_at"),
    Index("ix_substitution_deputy", "deputy", "ends_at"),
    comment="Who does the tasks of whom, and from when until when.",
)

user_session = Table(
    "user_session",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index("ix_user_session_user_id", "user_id"),
    Index("ix_user_session_expires_at", "expires_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("user_id", Text, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Json, comment="a list that narrows the user's roles, or null for all of them"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Index("uq_api_token_token_hash", "token_hash", unique=True),
    Index("ix_api_token_user_id", "user_id"),
)

login_throttle = Table(
    "login_throttle",
    metadata,
    Column("key", Text, primary_key=True, comment="account:<user name> or address:<network>"),
    Column("failures", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("blocked_until", UtcDateTime),
)

done_once = Table(
    "done_once",
    metadata,
    Column(
        "name", Text, primary_key=True, comment="what happens once in the life of an installation, such as its first set-up"
    ),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
)
