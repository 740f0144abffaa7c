"""Tags: what they are called, what they mean, and which examples have them: yes, no or unknown."""

from tagline.tags.backfill import likeliest, words_of
from tagline.tags.consensus import agreed
from tagline.tags.tag import Tag, vocabulary

__all__ = ["Tag", "agreed", "likeliest", "vocabulary", "words_of"]
