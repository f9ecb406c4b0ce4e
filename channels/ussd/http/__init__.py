"""The HTTP door: gateways call it, each on its path and in its dialect; a desk answers."""

from channels.ussd.http.app import create_app

__all__ = ["create_app"]
