"""What one file says: pure functions from bytes, or ranged reads, to facts; one format a file."""
