"""What the processes of a house load, in one place: tests/forked.py has it loaded once, and forks them from there.

Not what reads the variables of its process as it is loaded: prometheus_client.
"""
# ruff: noqa: F401 (to be loaded is all that is wanted)

import celery.apps.worker
import celery.concurrency.prefork
import kombu.transport.redis

import channels.smpp.service
import channels.ussd.service
import core_client.sandbox
import tonegate
import workers.ops.bind_states
import workers.ops.serving
import workers.worker
