"""What serves: the processes of an installation, how they begin, and how they end."""
