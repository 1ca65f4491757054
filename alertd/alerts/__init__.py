"""The life of an alert: findings reconciled with what stands, people's answers, the list. What happened, never whom to tell."""
