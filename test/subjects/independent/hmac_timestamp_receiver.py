"""A webhook receiver for the profile hmac-timestamp: Python's standard library, one thread, one request at a time.

Prints its URL once it listens and ends when its standard input does. The secret is in the environment variable SECRET.
"""

import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

SECRET = os.environ["SECRET"].encode()
TOLERANCE_SECONDS = 300
MAX_BODY_BYTES = 1024 * 1024
MANIFEST = {"name": "python http.server", "version": "1", "roles": ["consumer"], "profile": "hmac-timestamp", "capabilities": {}}

effects = {}
failures = {}


class TooLarge(Exception):
    pass


class Receiver(BaseHTTPRequestHandler):
    timeout = 20

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/.well-known/event-conformance":
            return self.answer(200, {**MANIFEST, "control": "/control", "role": "consumer"})
        if url.path == "/control":
            return self.answer(200, MANIFEST)
        if url.path == "/control/effects":
            wanted = parse_qs(url.query).get("event")
            listed = [{"event": event, "at": at} for event, at in effects.items() if wanted is None or event in wanted]
            return self.answer(200, {"effects": listed})
        self.answer(404 if url.path != "/webhook" else 405)

    def do_PUT(self):
        self.answer(405)

    def do_POST(self):
        try:
            body = self.read_body()
        except TooLarge:
            return self.answer(413, close=True)
        except ValueError:
            return self.answer(400, close=True)
        if self.path == "/webhook":
            return self.receive(body)
        if self.path == "/control/reset":
            effects.clear()
            failures.clear()
            return self.answer(204)
        if self.path == "/control/faults":
            fault = json.loads(body)
            failures[fault["event"]] = fault["times"]
            return self.answer(204)
        self.answer(404)

    def receive(self, body):
        if self.headers.get_content_type() != "application/json":
            return self.answer(415)
        if not self.is_authentic(body):
            return self.answer(401, {"error": "bad signature"})
        try:
            event = json.loads(body)["id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.answer(400, {"error": "unreadable"})
        if not isinstance(event, str):
            return self.answer(400, {"error": "unreadable"})
        if event not in effects:
            if failures.get(event, 0) > 0:
                failures[event] -= 1
                return self.answer(503)
            effects[event] = datetime.now(timezone.utc).isoformat()
        self.answer(200)

    def is_authentic(self, body):
        stamps = self.headers.get_all("X-Webhook-Timestamp", [])
        signatures = self.headers.get_all("X-Webhook-Signature", [])
        if len(stamps) != 1 or len(signatures) != 1 or not re.fullmatch(r"[0-9]{1,12}", stamps[0], re.ASCII):
            return False
        expected = "sha256=" + hmac.new(SECRET, stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest()
        given = signatures[0].encode("latin-1", "replace")
        return hmac.compare_digest(expected.encode(), given) and abs(time.time() - int(stamps[0])) <= TOLERANCE_SECONDS

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.read_chunks()
        length = int(self.headers.get("Content-Length", "0"))
        if length > MAX_BODY_BYTES:
            raise TooLarge
        return self.rfile.read(length)

    def read_chunks(self):
        body = b""
        while True:
            size = int(self.rfile.readline(100).split(b";")[0], 16)
            if len(body) + size > MAX_BODY_BYTES:
                raise TooLarge
            if size == 0:
                while self.rfile.readline(8192).strip():
                    pass
                return body
            body += self.rfile.read(size)
            self.rfile.readline(8)

    def answer(self, status, document=None, close=False):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        if document is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = close or self.close_connection

    def log_message(self, *_):
        pass


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def serve(receiver):
    server = HTTPServer(("127.0.0.1", 0), receiver)
    threading.Thread(target=end_with_input, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/webhook", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Receiver)
