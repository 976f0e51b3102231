"""Webhooks: what other systems are told (outgoing), and what they tell (incoming)."""
