# SPDX-License-Identifier: EUPL-1.2
"""The least that could be called such a service: Flask, SQLAlchemy with its ORM, waitress, one row in SQLite.

`python -m bench.minimal PORT FILE`. What start and memory of ours are measured against.
"""

from __future__ import annotations

import sys

import waitress  # type: ignore[import-untyped]
from flask import Flask, Response
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serving import THREADS


class _Base(DeclarativeBase):
    """What the ORM wants."""


class _Answer(_Base):
    """The one table."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]


def main(port: str, file: str) -> None:
    """Answer every request for "/" with one row of the database."""
    engine = create_engine(f"sqlite:///{file}")
    _Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(_Answer(value="yes"))
    app = Flask("minimal")

    def page() -> Response:
        with Session(engine) as session:
            return Response(session.scalars(select(_Answer)).one().value)

    app.add_url_rule("/", "page", page)
    waitress.serve(app, host="127.0.0.1", port=int(port), threads=THREADS, _quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
