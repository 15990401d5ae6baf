"""The year in figures, and the paragraph for the annual report."""
