"""How an analysis shows itself: words, terminal, notebook, charts, the page."""
