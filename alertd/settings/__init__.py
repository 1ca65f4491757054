"""config.toml and the tables beside it (units, contacts, …): read once, frozen; every complaint names its key and its cure."""
