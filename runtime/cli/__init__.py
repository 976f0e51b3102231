"""The command line `ringi`."""
