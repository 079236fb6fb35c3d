"""What builds and measures howopen; none of it is installed."""
