"""`demo`, `run`, `serve`: the embedded mode."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening
from dualcross.errors import InputError, StoreError

if TYPE_CHECKING:
    from dualcross.wiring import Embedded

log = logging.getLogger("dualcross.run")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    demo = commands.add_parser("demo", parents=[common], help="play a bundled week of news; no network, no account")
    demo.add_argument("--serve", action="store_true", help="keep API and pages up at the end")
    demo.add_argument("--fresh", action="store_true", help="begin anew where an earlier demo was cut short")
    demo.set_defaults(run=run_demo)
    run = commands.add_parser("run", parents=[common], help="poll, read and alert; API and pages on 127.0.0.1")
    run.add_argument("--once", action="store_true", help="do what is due, then end; without API")
    _address(run)
    run.add_argument("--no-api", action="store_true", help="without API and pages")
    run.set_defaults(run=run_run, default_log_level="INFO")
    serve = commands.add_parser("serve", parents=[common], help="API and pages alone")
    _address(serve)
    serve.set_defaults(run=run_serve, default_log_level="INFO")


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8484); 0 takes a free one")


def run_demo(args: argparse.Namespace) -> int:
    """Play the bundled week."""
    from dualcross.demo import main

    return main(db=args.db, fresh=args.fresh, serve=args.serve)


def run_run(args: argparse.Namespace) -> int:
    """Run the flow until interrupted, or once."""
    from dualcross.runners.embedded import EmbeddedRunner, FileLock

    with opening.embedded(args, create=True, host=args.host, port=args.port) as made:
        lock = FileLock(made.deps.settings.db)
        runner = EmbeddedRunner(made.deps, made.queue, made.archive)
        previous = {name: signal.signal(name, lambda *_: runner.stop()) for name in (signal.SIGTERM, signal.SIGINT)}
        server = None
        try:
            if args.once:
                tally = runner.once()
                told = f"{tally.commands} commands, {tally.failures} failed"
                print(
                    told if not tally.dead else f"{told}, {tally.dead} dead: see `dualcross deadletters`",
                    file=sys.stderr,
                )
                return 1 if tally.dead else 0
            if not args.no_api:
                server = Served(made)
                print(f"dualcross on {server.start()}", file=sys.stderr)
            runner.forever()
            return 0
        finally:
            if server:
                server.stop()
            for name, handler in previous.items():
                signal.signal(name, handler)
            lock.release()


def run_serve(args: argparse.Namespace) -> int:
    """Serve API and pages until interrupted."""
    ended = threading.Event()
    with opening.embedded(args, create=True, host=args.host, port=args.port) as made:
        server = Served(made)
        previous = {name: signal.signal(name, lambda *_: ended.set()) for name in (signal.SIGTERM, signal.SIGINT)}
        try:
            print(f"dualcross on {server.start()}", file=sys.stderr)
            while not ended.wait(0.5) and server.alive:
                pass
        finally:
            server.stop()
            for name, handler in previous.items():
                signal.signal(name, handler)
    return 0


class Served:
    """The API of an embedded deployment, in a thread of its own."""

    def __init__(self, made: Embedded) -> None:
        import uvicorn

        from dualcross.stores.sqlite.reading import SqliteReadModel
        from dualcross.web import access, create_app
        from dualcross.web.app import LOOPBACK

        settings = made.deps.settings
        if not 0 <= settings.port <= 65535:
            raise InputError(f"--port must lie between 0 and 65535, not {settings.port}")
        # Whoever can reach loopback can read the file; others show a token.
        guard = None if settings.host in LOOPBACK else access.guard(made.store, made.deps.clock)
        app = create_app(SqliteReadModel(made.store, made.deps.clock), made.deps, guard=guard)
        config = uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="api", daemon=True)
        self._where = (settings.host, settings.port)

    def start(self) -> str:
        """Listen, and return the address; `StoreError` where the port is taken."""
        import socket

        host, port = self._where
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            # From here on a caller that is told the address is answered, however late the thread begins.
            listener.listen(128)
        except OSError as error:
            listener.close()
            raise StoreError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="api", daemon=True)
        self._thread.start()
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{listener.getsockname()[1]}/"

    @property
    def alive(self) -> bool:
        """The server's thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the server and wait for it."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)
