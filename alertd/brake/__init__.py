"""The brake on the output: a cycle that finds far more than usual is held until the office has looked at it."""
