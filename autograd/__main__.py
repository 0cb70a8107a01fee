"""What `python -m autograd` does: step through an expression in a terminal."""

import sys

from autograd._terminal.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
