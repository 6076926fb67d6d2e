#!/usr/bin/env python3
"""A Python service that changes versions under Rollcall without a failed request. Standard library alone, Python 3.8."""
import os
import select
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = os.environ.get("ROLLCALL_VERSION", "dev")
IDLE_SECONDS = 1.5
TICK_SECONDS = 0.1
draining = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = VERSION.encode()
        # A draining server says goodbye with every answer, so that clients leave by themselves.
        if draining.is_set():
            self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        self.close_connection = False
        while not self.close_connection:
            if not self.wait_for_request():
                return
            self.handle_one_request()

    def wait_for_request(self):
        """Waits for the next request; a connection that stays silent once the server drains is left."""
        idle = 0.0
        while not select.select([self.connection], [], [], TICK_SECONDS)[0]:
            idle = idle + TICK_SECONDS if draining.is_set() else 0.0
            if idle >= IDLE_SECONDS:
                return False
        return True

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self):
        passed = os.environ.get("LISTEN_PID") == str(os.getpid()) and int(os.environ.get("LISTEN_FDS", "0")) > 0
        super().__init__(("127.0.0.1", 8080), Handler, bind_and_activate=not passed)
        if passed:
            self.socket.close()
            # fromfd, and no setblocking: whether it blocks is shared with the version before, which still accepts.
            self.socket = socket.fromfd(3, socket.AF_INET, socket.SOCK_STREAM)


def ready():
    fd = os.environ.get("ROLLCALL_READY_FD")
    if fd is not None:
        os.write(int(fd), b"ready\n")
        os.close(int(fd))


def drain(server):
    draining.set()
    # Stops accepting; connections in the queue are the next version's. From a thread: it waits for the loop to end.
    threading.Thread(target=server.shutdown).start()


if __name__ == "__main__":
    server = Server()
    signal.signal(signal.SIGTERM, lambda *_: drain(server))
    ready()
    server.serve_forever(poll_interval=0.05)
    server.server_close()
