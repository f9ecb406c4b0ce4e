"""A real Redis-compatible server for the desk's dials, which is waited for."""

from tests.ussd.sessions.conftest import patient, redis_server, redis_url  # noqa: F401 - fixtures
