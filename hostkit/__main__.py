"""`python -m hostkit`."""

from hostkit.cli import main

if __name__ == "__main__":
    main()
