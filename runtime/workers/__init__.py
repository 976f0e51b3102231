"""External workers: programs elsewhere that take jobs by REST, do them, and tell how it went."""
