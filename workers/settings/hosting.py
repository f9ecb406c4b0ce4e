"""What a host keeps and runs: `[journal]`, `[retention]`, `[redis]`, `[worker]`, `[sandbox]`."""

from __future__ import annotations

from pydantic import Field, SecretStr

from workers.settings.table import Table


class JournalSettings(Table):
    """Where messages, answers and their history are kept: the one thing to back up."""

    url: str = Field(
        "sqlite:///tonegate.db",
        pattern=r"^(sqlite:///.+|postgresql\+psycopg://.+)$",
        examples=["sqlite:///tonegate.db", "postgresql+psycopg://tonegate@db/tonegate"],
        json_schema_extra={"secret": True},
        description=(
            "the database: `sqlite:///FILE`, which is enough for one host, or `postgresql+psycopg://…` where"
            " several share the work"
        ),
    )


class RetentionSettings(Table):
    """How long it is known who texted what; after that texts are blanked and numbers hashed."""

    days: int = Field(
        0,
        ge=0,
        description=(
            "finished messages older than this are purged by themselves, once a day in the small hours; 0 is never:"
            " then `tonegate purge` is yours to call"
        ),
    )
    delete_days: int = Field(
        800,
        ge=0,
        description=(
            "what was purged is deleted as a whole once it is older than this: two years and some weeks, so that a"
            " month can be held against the one a year before; 0 is never: its rows stay, without texts and numbers"
        ),
    )
    key: SecretStr | None = Field(
        None,
        description=(
            "hashes the numbers, for statistics from the first message on and in what is purged, so that people can"
            " be counted; without it a key is made in a file beside a SQLite journal, and on PostgreSQL none are"
            " counted. Throw it away, and nobody finds out any more whose they were"
        ),
    )


class RedisSettings(Table):
    """The Redis-compatible server that carries the bells; it holds nothing that can't be made again."""

    url: str = Field(
        "embedded",
        pattern=r"^(embedded|(redis|rediss|unix)://.+)$",
        examples=["embedded", "redis://127.0.0.1:6379/0"],
        json_schema_extra={"secret": True},
        description=(
            "`redis://…` of your own server (one for Tonegate alone, with `noeviction`), or `embedded`: one"
            " that `tonegate up` starts on a socket beside the journal"
        ),
    )


class WorkerSettings(Table):
    """The Celery workers."""

    processes: int = Field(
        2,
        ge=1,
        le=256,
        description="children that serve orders and bulk, one to a core; one more serves interactive alone",
    )
    concurrency: int = Field(
        32,
        ge=1,
        le=1000,
        description=("messages one child has in work at once; what the ringtone core bears divided by children"),
    )
    attempts: int = Field(5, ge=1, description="answers 'busy' and crashes after which a message is dead")
    lease_s: float = Field(
        30.0,
        gt=0,
        description=("how long a claim holds without being renewed, so how long a killed worker's messages wait"),
    )
    sweep_s: float = Field(
        1.0, gt=0, description="how often the sweeper looks for what was left lying; a lost bell costs this"
    )


class SandboxSettings(Table):
    """The sandbox core."""

    url: str = Field(
        "sqlite:///sandbox.db", pattern=r"^sqlite:///.+$", description="its own database, a file of SQLite"
    )
    faults: str = Field("", description="faults it starts with, e.g. `slow=0.5,busy=0.1`")
