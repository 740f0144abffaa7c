// What is pressed and typed but not answered yet, by example: a reload finds it again.
import { root } from "./tagline.js";

const MOST = 50;

export class Drafts {
  constructor(name) {
    this.name = `tagline:drafts:${root}:${name}`;
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "{}");
    } catch {
      return {};
    }
  }

  get(id) {
    return this.all()[id];
  }

  set(id, draft) {
    const { [id]: _, ...others } = this.all();
    const kept = Object.entries(draft ? { ...others, [id]: draft } : others).slice(-MOST);
    try {
      localStorage.setItem(this.name, JSON.stringify(Object.fromEntries(kept)));
    } catch {
      return; // storage is forbidden or full: the page itself still holds it
    }
  }
}

/** The ids that were saved last: what a page was given just before it was saved is not asked again. */
export class Recent {
  constructor(name) {
    this.name = `tagline:saved:${root}:${name}`;
    this.ids = [];
    try {
      this.ids = JSON.parse(localStorage.getItem(this.name) ?? "[]");
    } catch {
      this.ids = []; // storage is forbidden: this page remembers its own only
    }
  }

  has(id) {
    return this.ids.includes(id);
  }

  add(id) {
    this.keep([...this.ids.filter((each) => each !== id), id].slice(-MOST));
  }

  drop(id) {
    this.keep(this.ids.filter((each) => each !== id));
  }

  keep(ids) {
    this.ids = ids;
    try {
      localStorage.setItem(this.name, JSON.stringify(ids));
    } catch {
      return;
    }
  }
}
