"""A server on 127.0.0.1 with a free port and a thread per connection, which leaves nothing behind when it stops."""

import socket
import socketserver
import threading
from types import TracebackType
from typing import Any, Self


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False  # so that server_close waits for them
    block_on_close = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, handler: type[socketserver.BaseRequestHandler], owner: "Loopback") -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.owner.adopt(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.owner.forget(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news here."""


class Loopback:
    """Runs ``handler`` for each connection until `stop`. A context manager; ``stopping`` is set when it ends.

    The handler finds this object as ``self.server.owner``.
    """

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        self.stopping = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = _Server(handler, self)
        # shutdown waits for one round of this loop
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody and wait for all threads."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        with self._lock:
            for connection in self._sockets:
                hang_up(connection)
        self._server.server_close()

    def adopt(self, connection: socket.socket) -> None:
        """Hang up on this connection too when stopping."""
        with self._lock:
            self._sockets.add(connection)

    def forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(connection)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # already gone
