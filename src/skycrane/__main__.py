"""`python -m skycrane`: the same as the command `skycrane`, for where that is not on the path."""

import sys

from skycrane.cli import main

if __name__ == "__main__":
    sys.exit(main())
