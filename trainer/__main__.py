"""So that ``python -m trainer`` is the same as ``attune``."""

from trainer.cli import main

if __name__ == "__main__":
    main()
