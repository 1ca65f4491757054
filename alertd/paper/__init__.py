"""What is printed and signed: documents in the form that the administration uses. Reads only, and never runs in the daemon."""
