"""How fast is fast: each case beside a floor measured in the same run. `python -m benchmarks` runs all of them."""
