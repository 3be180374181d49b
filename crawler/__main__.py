"""`python -m crawler` is `genregraph`."""

from crawler.cli import main

main()
