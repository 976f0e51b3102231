"""Record types declared by packages: their tables, their records, the one way through their stages, and imports."""
