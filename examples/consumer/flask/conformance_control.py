"""The control API of event-delivery-conformance for Flask: shows the harness what took effect, and lets it ask for a failure.

For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.
"""

import os
from contextlib import contextmanager
from datetime import datetime, timezone
from threading import Lock

from flask import Blueprint, jsonify, request

enabled = os.environ.get("CONFORMANCE_CONTROL") == "1"
manifest = {"name": "webhook-receiver", "version": "1.0.0", "roles": ["consumer"], "capabilities": {}, "control": "/_conformance"}
effects = []
faults = {}
lock = Lock()


@contextmanager
def effect(event):
    """Stands around the work of an event, and remembers that it took effect; raises in front of it when the harness asked for a failure."""
    with lock:
        due = faults.get(event, 0)
        faults[event] = max(due - 1, 0)
    if due > 0:
        raise RuntimeError("the harness asked for this failure")
    yield
    if enabled:
        effects.append({"event": event, "at": datetime.now(timezone.utc).isoformat()})


def control(forget=lambda: None):
    """The routes of the control API, none in production. `forget` empties the application's own memory of events."""
    routes = Blueprint("conformance", __name__)
    if not enabled:
        return routes

    @routes.get("/.well-known/event-conformance")
    @routes.get("/_conformance")
    def tell():
        return jsonify(manifest)

    @routes.post("/_conformance/reset")
    def reset():
        effects.clear()
        faults.clear()
        forget()
        return "", 204

    @routes.get("/_conformance/effects")
    def tell_effects():
        wanted = request.args.get("event")
        return jsonify(effects=[each for each in effects if wanted in (None, each["event"])])

    @routes.post("/_conformance/faults")
    def fail():
        fault = request.get_json()
        faults[fault["event"]] = fault["times"]
        return "", 204

    return routes
