"""Demo projects on data that packages ship: nothing is downloaded, nothing is committed."""
