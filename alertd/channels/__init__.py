"""The ways out and in: text in, Outcome out; what people send back comes as Incoming. No session, no template."""
