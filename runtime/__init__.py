"""The durable service around the engine: storage, jobs, messages, records, access, web and command line."""
