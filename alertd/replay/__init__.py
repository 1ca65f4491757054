"""The past again: records as they were, and the pipeline's own stages under a made-up clock over them."""
