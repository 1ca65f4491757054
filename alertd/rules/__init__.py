"""Rules: YAML → checked values → one SELECT each; what the SELECTs find goes into the findings of the cycle."""
