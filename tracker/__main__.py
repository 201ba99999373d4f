"""`python -m tracker`: the command line, where the `tracker` script is not on the path."""

from tracker.cli import main

main()
