"""Who can be reached: invitations, bindings, confirmation, and what people write back."""
