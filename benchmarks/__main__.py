"""Run every benchmark, one after the other, each in a process of its own; a case that misses its goal does not stop the rest."""

import subprocess
import sys

CASES = ("startup", "ingest", "evaluate", "reconcile", "cycle", "derive", "deliver", "backtest")


def main() -> int:
    """Words given go to each of them only where a single one is named: ``python -m benchmarks evaluate --records 1000000``."""
    named = [word for word in sys.argv[1:2] if word in CASES]
    words = sys.argv[2:] if named else []
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{case}", *words], check=False).returncode
        for case in named or CASES
    ]
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main())
