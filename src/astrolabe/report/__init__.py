"""What runs and verdicts look like: charts, one HTML page, tables for the terminal."""
