"""``python -m composer`` is the same command as ``newsletter``."""

from composer.cli.main import main

if __name__ == "__main__":
    main()
