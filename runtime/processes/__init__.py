"""Deployments, process instances, user tasks and the journal."""
