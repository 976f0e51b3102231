"""What each page of the designer does."""
