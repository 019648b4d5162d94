"""The command line with small blocks and a journal entry after each: a small file then has many moments to be killed at."""

import sys

from service.batch import columnar, journal, rows, sources
from service.cli import main

if __name__ == "__main__":
    sources.CHUNK, sources.SAMPLE, rows.SAMPLE, rows.LARGE = 4_000, 4_000, 4_000, 2
    columnar.MOST, journal.EVERY = 64, 0.0
    sys.exit(main(sys.argv[1:]))
