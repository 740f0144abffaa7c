"""Gates: limits as they are written, decided, checked and planned."""
