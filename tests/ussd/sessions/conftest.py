"""A real Redis-compatible server for dials."""

from tests.workers.conftest import redis_server, redis_url  # noqa: F401 - fixtures
