"""What a change of calendar moves, shown before it is done: drives the stages under both, and rolls back unless it is to stand."""
