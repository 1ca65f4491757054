"""What follows from the records: the newest of each reading, sync gaps, results by period, changes to be explained."""
