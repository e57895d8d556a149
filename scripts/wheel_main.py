"""Start Stenobot from an installed wheel, where this file is `stenobot/__main__.py`."""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run the wheel's `run_bot.py` as if from its checkout: its folder comes first on the path."""
    home = Path(__file__).resolve().parent
    sys.path.insert(0, str(home))
    runpy.run_path(str(home / "run_bot.py"), run_name="__main__")


if __name__ == "__main__":
    main()
