"""`python -m ivr.cli`: the same as `ivr`, where its script isn't on the path."""

from ivr.cli import main

main()
