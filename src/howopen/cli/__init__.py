"""The command line: one file a command, a thin caller of the Python API."""
