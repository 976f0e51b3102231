"""Messages from outside, from processes and from records: each reaches exactly one receiver per process, or waits for one."""
