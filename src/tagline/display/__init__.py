"""How results look: words and numbers, tables, row pictures, charts' theme, self-contained HTML.

* `words`    numbers and percent as people read them; what differs in two texts
* `units`    rates, gains and intervals, in percent and points or as they are
* `tables`   columns and rows to a terminal table, Markdown or HTML
* `figures`  the small pictures of a table's row, as SVG
* `theme`    the two colours (model and people) and the theme of Altair charts
* `html`     one self-contained HTML document
* `images`   thumbnails as data URIs

Nothing here knows a station: a station hands over numbers and texts.
"""

# The names are those of the modules: a caller imports `tagline.display.tables`, not the room.
__all__: list[str] = []
