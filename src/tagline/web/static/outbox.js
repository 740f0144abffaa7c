// What was said and is not yet saved: kept in the browser until the server has confirmed it.
// A reload, a lost connection or an expired session lose nothing; the server takes repeats for one.
import { root, token } from "./tagline.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const PATIENCE = 20000;

export class Outbox {
  /** `name`: whose it is; `changed(state, text)` is told how it stands; `written(message, answer)` of each success. */
  constructor(name, { changed, written, refused }) {
    this.name = `tagline:outbox:${root}:${name}`;
    this.changed = changed;
    this.written = written;
    this.refused = refused;
    this.wait = FIRST_WAIT;
    this.memory = [];
    this.sending = false;
    addEventListener("online", () => this.flush());
    addEventListener("beforeunload", (event) => {
      if (this.waiting().length && !this.stored) event.preventDefault();
    });
  }

  /** The messages that wait, the oldest first. */
  waiting() {
    try {
      this.stored = true;
      return JSON.parse(localStorage.getItem(this.name) ?? "[]");
    } catch {
      this.stored = false; // a browser may forbid storage: then they are kept in this page only
      return this.memory;
    }
  }

  keep(messages) {
    this.memory = messages;
    try {
      if (messages.length) localStorage.setItem(this.name, JSON.stringify(messages));
      else localStorage.removeItem(this.name);
      this.stored = true;
    } catch {
      this.stored = false;
    }
  }

  add(path, body) {
    const message = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, path, body };
    this.keep([...this.waiting(), message]);
    this.changed("saving", this.waiting().length);
    this.flush();
  }

  /** Send what waits, in its order; one page at a time where several are open. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      if (navigator.locks) await navigator.locks.request(this.name, () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.sending = false;
    }
    if (this.waiting().length && !this.timer) this.later();
  }

  later() {
    this.timer = setTimeout(() => { this.timer = 0; this.flush(); }, this.wait);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }

  async sendAll() {
    this.timer = 0;
    for (let waiting = this.waiting(); waiting.length; waiting = this.waiting()) {
      this.changed("saving", waiting.length);
      const message = waiting[0];
      const result = await this.send(message);
      if (result.again) {
        this.changed(result.why, waiting.length);
        return;
      }
      this.wait = FIRST_WAIT;
      this.keep(this.waiting().filter((each) => each.id !== message.id));
      if (result.error) this.refused(message, result.error);
      else this.written(message, result.answer);
    }
    this.changed("saved", 0);
  }

  async send(message, fresh = false) {
    let answer;
    try {
      answer = await fetch(root + message.path, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": token() },
        body: JSON.stringify(message.body),
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return { again: true, why: "offline" };
    }
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) return { answer: said };
    if (answer.status === 401) return { again: true, why: "login" };
    if (answer.status === 403 && !fresh && (await renewed())) return this.send(message, true);
    if (answer.status === 403) return { again: true, why: "forbidden" };
    if (answer.status >= 500 || answer.status === 429 || !said) return { again: true, why: "busy" };
    return { error: said.error ?? answer.statusText };
  }
}

/** Take over the proof of a fresh page: after another login the old one fits no more. */
async function renewed() {
  const page = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!page?.ok) return false;
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!found || !meta) return false;
  meta.content = found.content;
  return true;
}
