"""`python -m howopen` is the command line."""

from howopen.cli.main import main

main()
