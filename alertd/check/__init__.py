"""Looks at a site from above: faults of what people write, what can be reached, how it goes. Reads and probes, prints nothing."""
