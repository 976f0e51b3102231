"""What happened: read models of the journal, how long ended instances are kept, and exports for process mining."""
