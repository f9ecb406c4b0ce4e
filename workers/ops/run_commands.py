"""The commands by which a host runs, and those of its processes that are no door to subscribers."""

from __future__ import annotations

import os
import time
import warnings
from typing import Annotated

import typer

from workers.ops.prompt import address, fail, settings_of

Page = Annotated[str, typer.Option("--page", metavar="HOST:PORT", help="Where the simulator's handsets are.")]
PAGE = "127.0.0.1:8090"


def up(
    context: typer.Context,
    with_: Annotated[
        str, typer.Option("--with", metavar="WHAT", help="Add sandbox, simulator or sandbox,simulator.")
    ] = "",
    page: Page = PAGE,
) -> None:
    """Run all processes of this host until Ctrl-C; what dies is started again."""
    from workers.ops import host

    added = [word.strip() for word in with_.split(",") if word.strip()]
    if unknown := sorted(set(added) - set(host.WITH)):
        raise typer.BadParameter(f"no {', '.join(unknown)}; there are {', '.join(host.WITH)}", param_hint="--with")
    address("--page", page)
    host.run(settings_of(context), added, page)


def worker(
    context: typer.Context,
    queues: Annotated[str, typer.Option(help="Which queues, with commas between.")] = "interactive,orders,bulk",
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many children.", show_default="worker.processes")
    ] = None,
) -> None:
    """Turn messages into calls to the core, and sweep."""
    from workers import logs
    from workers.dialogue import TemplatesError
    from workers.journal import Queue
    from workers.worker import run_worker

    try:
        wanted = [Queue(name.strip()) for name in queues.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Queue)}", param_hint="--queues") from None
    settings = settings_of(context)
    # Celery warns of root because pickle would let whoever reaches Redis run code; our tasks are JSON alone.
    warnings.filterwarnings("ignore", message=".*superuser privileges")
    name = "interactive" if wanted == [Queue.INTERACTIVE] else "worker"
    logs.configure(name, os.environ)
    try:
        code = run_worker(settings, wanted, processes=processes or settings.worker.processes, name=name)
    except TemplatesError as error:
        fail(*map(str, error.findings))
    raise typer.Exit(code)


def sandbox(
    context: typer.Context,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where /usdp and /usdp?wsdl are.")
    ] = "127.0.0.1:8082",
) -> None:
    """Play the operator's ringtone core."""
    from core_client.sandbox import create_app, server
    from workers import logs

    host, port = address("--listen", listen)
    settings = settings_of(context).sandbox
    logs.configure("sandbox", os.environ)
    server(create_app(settings.url, settings.faults), host, port).run()


def metrics(
    context: typer.Context,
    patience: Annotated[
        bool, typer.Option("--patience", hidden=True, help="Try again while the port is taken.")
    ] = False,
) -> None:
    """Serve /metrics and /health where [metrics] listen says; a console has them, too."""
    from workers import logs, moments
    from workers.ops.metrics_service import serve as serve_metrics
    from workers.ops.serving import serve

    settings = settings_of(context)
    where = settings.metrics.listen
    if where is None:
        fail('nothing says where: set [metrics] listen = "127.0.0.1:9464", or read them from the console')
    logs.configure("metrics", os.environ)
    moments.begin(settings, "metrics")
    serve(lambda stop: serve_metrics(settings, where, stop=stop, patience=patience))


def redis(context: typer.Context) -> None:
    """Become the embedded Redis-compatible server."""
    from workers.embedded import server_command

    command = server_command(settings_of(context))
    os.execv(command[0], command)  # noqa: S606 (no shell wanted)


def ready(
    context: typer.Context,
    with_: Annotated[str, typer.Option("--with")] = "",
    page: Page = PAGE,
    since: Annotated[float, typer.Option(help="When `up` began, seconds since the epoch.")] = 0.0,
) -> None:
    """Wait until all is well and say where everything is."""
    import asyncio

    from workers.ops.ready import tell, wait

    settings = settings_of(context)
    asyncio.run(wait(settings))
    tell(settings, page, with_.split(","), time.time() - (since or time.time()))
