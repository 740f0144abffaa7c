"""The steps that bring an old database up to date; `tagline.store.upgrade` runs them."""
