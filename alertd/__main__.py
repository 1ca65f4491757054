"""Run alertd as ``python -m alertd``."""

from alertd.cli import main

if __name__ == "__main__":
    main()
