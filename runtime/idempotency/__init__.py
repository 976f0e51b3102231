"""Requests that are done once: the answer to a key is kept with the work itself, and given again when the key comes again."""
