"""Shared places on this machine: real servers, and a way there that breaks. No test is in here."""

import contextlib
import http.client
import os
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ANNA = {"password": "s3cret words"}


class Way:
    """A way to a port of this machine that carries ``most`` bytes there (or ``back``), and breaks.

    With ``holds`` it does not break but carries no more: whoever sends waits.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self.most = self.back = 1 << 40
        self.holds = False
        self.carried = 0
        self.stuck = threading.Event()
        self._released = threading.Event()
        way = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                way._carry(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def _carry(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            back = threading.Thread(target=self._pump, args=(far, near, False), daemon=True)
            back.start()
            self._pump(near, far, True)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, there: bool) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                carried += len(data)
                if carried > (self.most if there else self.back):
                    self.stuck.set()
                    if self.holds:
                        self._released.wait()
                    break
                sink.sendall(data)
        self.carried += carried
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def webdav(folder: Path) -> Iterator[int]:
    """A WebDAV server for the folder; its port. Anna is let in."""
    from cheroot import wsgi
    from wsgidav.wsgidav_app import WsgiDAVApp

    app = WsgiDAVApp({
        "provider_mapping": {"/": str(folder)}, "verbose": 0, "logging": {"enable": False},
        "simple_dc": {"user_mapping": {"*": {"anna": ANNA}}},
        "http_authenticator": {"accept_basic": True, "accept_digest": False,
                               "default_to_digest": False},
    })  # fmt: skip
    server = wsgi.Server(("127.0.0.1", 0), app, numthreads=2)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield int(server.bind_addr[1])
    finally:
        server.stop()
        thread.join()


@contextmanager
def s3() -> Iterator[int]:
    """An S3 server with the bucket "course"; its port."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    port = int(server.get_host_and_port()[1])
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as asking:
        asking.request("PUT", "/course")
        assert asking.getresponse().status == 200
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def sftp(folder: Path) -> Iterator[tuple[int, Any]]:
    """An SFTP server for the folder; its port and its key (a paramiko.PKey). Anna is let in."""
    import paramiko

    class Door(paramiko.ServerInterface):  # type: ignore[misc]  # without types
        def check_auth_password(self, username: str, password: str) -> int:
            right = (username, password) == ("anna", ANNA["password"])
            return int(paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED)

        def check_channel_request(self, kind: str, chanid: int) -> int:
            return int(paramiko.OPEN_SUCCEEDED)

    class Files(paramiko.SFTPServerInterface):  # type: ignore[misc]  # without types
        def _real(self, path: str) -> Path:
            return folder / path.lstrip("/")

        def list_folder(self, path: str) -> Any:
            found = []
            for one in self._real(path).iterdir():
                at = paramiko.SFTPAttributes.from_stat(one.stat())
                at.filename = one.name
                found.append(at)
            return found

        def stat(self, path: str) -> Any:
            try:
                return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        lstat = stat

        def open(self, path: str, flags: int, attr: Any) -> Any:
            del attr
            try:
                mode = "rb" if flags == os.O_RDONLY else "wb"
                file = os.fdopen(os.open(self._real(path), flags, 0o600), mode)
                open_ones.append(file)  # whoever was cut off leaves it open
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)
            handle = paramiko.SFTPHandle(flags)
            handle.filename, handle.readfile, handle.writefile = path, file, file
            handle.stat = lambda: paramiko.SFTPAttributes.from_stat(os.fstat(file.fileno()))
            return handle

        def remove(self, path: str) -> int:
            self._real(path).unlink()
            return int(paramiko.SFTP_OK)

        def posix_rename(self, old: str, new: str) -> int:
            self._real(old).replace(self._real(new))
            return int(paramiko.SFTP_OK)

    key = paramiko.ECDSAKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))
    open_ones: list[Any] = []

    def serve() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:  # closed
                return
            transport = paramiko.Transport(near)
            transport.daemon = True
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
            open_ones.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError):
                transport.start_server(server=Door())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1]), key
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for one in open_ones:
            one.close()
        thread.join()
