"""What people look at: the index, sync, the monthly bulletin and its charts. Reads only."""
