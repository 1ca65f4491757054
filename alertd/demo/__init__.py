"""A make-believe city on loopback: what surrounds alertd in a demo and in tests, speaking the real protocols."""
