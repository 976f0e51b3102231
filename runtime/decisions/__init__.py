"""Decision tables outside of their files: as spreadsheets."""
