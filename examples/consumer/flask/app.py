import base64
import hashlib
import hmac
import json
import os
import re
import time
from threading import Lock

from flask import Flask, jsonify, request

from conformance_control import control, effect

key = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"), validate=True)
if len(key) < 24:
    raise SystemExit("WEBHOOK_SECRET is not whsec_ and the base64 of 24 bytes or more")
tolerance_seconds = 300
max_bytes = 256 * 1024
events = {}  # id: "in progress" or "done"; in production a table with the id as its key
lock = Lock()

app = Flask(__name__)
app.register_blueprint(control(forget=events.clear))


@app.post("/webhooks")
def receive():
    if request.mimetype != "application/json":
        return refuse(415, "unsupported_media_type")
    body = read()
    if body is None:
        return refuse(413, "body_too_large")
    if not authentic(request.headers, body):
        return refuse(401, "invalid_signature")
    try:
        event = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return refuse(400, "unreadable_body")

    id = request.headers["webhook-id"]
    with lock:
        state = events.setdefault(id, "new")
        if state == "new":
            events[id] = "in progress"
    if state == "done":
        return "", 202
    if state == "in progress":
        return refuse(409, "event_in_progress")
    try:
        with effect(id):
            handle(event)
    except Exception:
        events.pop(id, None)
        return refuse(500, "processing_failed")
    events[id] = "done"
    return "", 202


def read():
    """The bytes as they came; None beyond the limit."""
    body = b""
    while chunk := request.stream.read(65536):
        body += chunk
        if len(body) > max_bytes:
            return None
    return body


def authentic(headers, body):
    """Standard Webhooks: one v1 entry of the list has to be the MAC of id, timestamp and bytes, made within five minutes."""
    id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if id == "" or not re.fullmatch("[0-9]{1,12}", timestamp):
        return False
    if abs(int(time.time()) - int(timestamp)) > tolerance_seconds:
        return False
    mac = hmac.new(key, f"{id}.{timestamp}.".encode("latin-1") + body, hashlib.sha256).digest()
    right = b"v1," + base64.b64encode(mac)
    given = headers.get("webhook-signature", "").encode("latin-1", "replace").split(b" ")
    return any(hmac.compare_digest(entry, right) for entry in given)


def handle(event):
    """What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all."""
    if event.get("type") == "order.created":
        print(f"an order was created: {event.get('data')}", flush=True)


def refuse(status, code):
    return jsonify(error={"code": code, "message": code.replace("_", " ")}), status


@app.errorhandler(404)
@app.errorhandler(405)
def not_here(error):
    return refuse(error.code, "not_found" if error.code == 404 else "method_not_allowed")


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "5000")), threaded=True)
