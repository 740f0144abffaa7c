"""A tag in company: gaps adjusted for the other tags, overlaps, and what they mean."""
