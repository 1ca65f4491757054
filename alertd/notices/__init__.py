"""What people are told: routed, rendered, kept in the outbox, delivered at a steady pace."""
