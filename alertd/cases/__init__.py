"""The tests of rules: records in words, a moment, what is expected; run through the very stages of a cycle."""
