// The examples that come next: fetched ahead, so that none is waited for.

const AHEAD = 4;

export class Deck {
  /** `fetch(count, skip)` asks the server; `answered()` names what is answered but not saved yet. */
  constructor(fetch, answered, fetched) {
    this.fetch = fetch;
    this.answered = answered;
    this.done = new Set(); // what was saved while the server was asked: its answer may still hold it
    this.fetched = fetched;
    this.cards = [];
    this.current = null;
    this.filling = null;
  }

  /** The next card, if it is here; more are fetched behind it. */
  next() {
    const card = this.cards.shift() ?? null;
    this.current = card?.id ?? null;
    this.fill();
    return card;
  }

  /** The next card, waited for; null where all is done. */
  async first() {
    if (!this.cards.length) await this.fill([], true);
    return this.next();
  }

  /** Put a card back on top. */
  push(card) {
    this.cards = [card, ...this.cards.filter((each) => each.id !== card.id)];
  }

  fill(known = [], loud = false) {
    if (known.length) this.current = known[0];
    this.filling ??= this.more().finally(() => { this.filling = null; });
    return loud ? this.filling : this.filling.catch(() => {}); // what is missing is asked for again
  }

  async more() {
    if (this.cards.length >= AHEAD) return;
    const held = () => [this.current, ...this.cards.map((each) => each.id), ...this.answered()].filter(Boolean);
    this.done.clear();
    const { cards } = await this.fetch(AHEAD - this.cards.length + 1, held());
    const there = new Set(held());
    for (const card of cards.filter((each) => !there.has(each.id) && !this.done.has(each.id))) {
      this.cards.push(card);
      this.fetched(card);
    }
  }
}
