"""What the city's systems say: read (sources), put into our words, staged, judged, and merged when it is believed."""
