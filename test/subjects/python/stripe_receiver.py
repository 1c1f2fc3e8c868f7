"""Stripe's library for Python as its documentation has it: construct_event with the bytes of the body, 400 for what it throws.

Size limit, media type and deduplication are left to its user; they, the control API and the server are those of the plain
receiver in ../independent, with another way to verify.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "independent"))

import hmac_timestamp_receiver as plain  # noqa: E402
import stripe  # noqa: E402

plain.MANIFEST.update(name="stripe (Python)", version=stripe.version.VERSION, profile="stripe")


class StripeReceiver(plain.Receiver):
    def receive(self, body):
        if self.headers.get_content_type() != "application/json":
            return self.answer(415)
        try:
            event = stripe.Webhook.construct_event(body, self.headers.get("Stripe-Signature", ""), os.environ["SECRET"])
        except ValueError:
            return self.answer(400, {"error": "unreadable"})
        except stripe.error.SignatureVerificationError:
            return self.answer(400, {"error": "bad signature"})
        event_id = event.get("id") if hasattr(event, "get") else None
        if not isinstance(event_id, str):
            return self.answer(400, {"error": "not an event"})
        self.take_effect(event_id)

    def take_effect(self, event_id):
        if event_id not in plain.effects:
            if plain.failures.get(event_id, 0) > 0:
                plain.failures[event_id] -= 1
                return self.answer(500)
            plain.effects[event_id] = plain.datetime.now(plain.timezone.utc).isoformat()
        self.answer(200)


if __name__ == "__main__":
    plain.serve(StripeReceiver)
