"""Packages: folders with a package.yaml that bring processes, record types, roles and handlers."""
