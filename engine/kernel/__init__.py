"""The kernel: commands in, events out; `apply` alone changes state."""
