"""`python -m labms` is `labms`."""

from labms.cli import main

main()
