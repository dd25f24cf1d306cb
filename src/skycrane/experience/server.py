"""A small server for one run, from the standard library: loopback unless told otherwise, strict headers, small requests only."""

import ipaddress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from skycrane.core.errors import InputError
from skycrane.experience.answers import LARGEST_BODY, Answer, Site
from skycrane.experience.headers import HEADERS, content_type

#: a browser that says nothing for so long is let go [s]
_PATIENCE = 30.0


class RunServer(ThreadingHTTPServer):
    """Serves a site; `address` is where. `port` 0 takes any that is free.

    InputError when the address cannot be had.
    """

    daemon_threads = True

    def __init__(self, site: Site, host: str = "127.0.0.1", port: int = 0) -> None:
        self.site = site
        self.loopback = is_loopback(host)
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            raise InputError(
                f"cannot listen on {host} port {port}: {why}; choose another with --port or --host"
            ) from None

    @property
    def address(self) -> str:
        """`http://127.0.0.1:8021/`."""
        host, port = self.socket.getsockname()[:2]
        return f"http://{host}:{port}/"

    def knows(self, host: str) -> bool:
        """Whether a request may call the server by that name. On loopback only its own: a page elsewhere cannot borrow a name for it."""
        name = urlsplit(f"//{host}").hostname or ""
        return not self.loopback or name in ("localhost", "127.0.0.1", "::1") or is_loopback(name)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle is nothing to report."""


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Handler(BaseHTTPRequestHandler):
    server: RunServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "skycrane", ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        self._send(self._refused() or self.server.site.get(self.path, f"http://{self.headers.get('Host', '')}"))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self._send(self._refused() or self._posted())

    def do_DELETE(self) -> None:
        self.close_connection = True  # a body that came with it stays unread
        self._send(self._refused() or self._from_elsewhere() or self.server.site.delete(self.path))

    def _from_elsewhere(self) -> Answer | None:
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get("Host"):
            return _plain(403, "Flights are asked for from this page alone.")
        return None

    def _posted(self) -> Answer:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self.close_connection = True
            return _plain(411, "How long is it?")
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            return _plain(413, "That is too much.")
        body = self.rfile.read(int(length))
        if refused := self._from_elsewhere():
            return refused
        return self.server.site.post(self.path, self.headers.get("Content-Type", ""), body)

    def _refused(self) -> Answer | None:
        try:
            for said in (f"//{self.headers.get('Host', '')}", self.headers.get("Origin", ""), self.path):
                urlsplit(said)
        except ValueError:
            self.close_connection = True
            return _plain(400, "Host, Origin or the path is no address.")
        if self.server.knows(self.headers.get("Host", "")):
            return None
        self.close_connection = True
        return _plain(421, "This server is not known by that name.")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**HEADERS, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the person who watches."""


def _plain(status: int, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode(), content_type("x.txt"))
