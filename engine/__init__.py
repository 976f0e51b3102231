"""The pure core: reads diagrams and decisions, evaluates FEEL, advances process instances.

It knows no clock, database, thread or web.
"""
