"""Working-time calendars, which packages declare."""
