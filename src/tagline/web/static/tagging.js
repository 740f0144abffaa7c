// Tagging: one example on the screen. Answers are sent in the background, the next ones are here already.
import { ask } from "./tagline.js";
import { bring, prefetch } from "./media.js";
import { Deck } from "./deck.js";
import { Drafts, Recent } from "./drafts.js";
import { Outbox } from "./outbox.js";
import { TagList } from "./taglist.js";
import { onKeys } from "./keys.js";

const form = document.querySelector("form.tagging");
const find = (selector) => document.querySelector(selector);
const { sample, tag, blind, person, project, home } = form.dataset;
const work = sample ? { sample } : { tag };
const late = Boolean(tag);
const place = `${project}:${person}:${sample ? `s:${sample}` : `t:${tag}`}`;
const [section, stage, truth] = ["[data-example]", "[data-stage]", "[data-truth]"].map(find);
const [note, wrong, right] = ["[data-note]", "[data-wrong]", "#right"].map(find);
const MOST_BACK = 10;

let card = null;
let medium = {};
let revealed = false; // blind: the tags are set, label and prediction are shown
let shownAt = performance.now();
let [done, items, since] = [form.dataset.done, form.dataset.items, form.dataset.since].map(Number);
const past = []; // the last answers, to go back to and to undo
const seconds = []; // per example, the last twenty

const drafts = new Drafts(place);
const saved = new Recent(place);
const list = late ? null : new TagList(find("[data-tags]"), find("[data-new]"), keepDraft);
const answered = () => outbox.waiting().filter((each) => each.path.endsWith("/answers")).map((each) => each.body.example_id);
const outbox = new Outbox(place, {
  changed: showState,
  written: (message, answer) => {
    if (message.path.endsWith("/undo") || message.body.later) saved.drop(message.body.example_id);
    else saved.add(message.body.example_id);
    deck.done.add(message.body.example_id);
    ({ done, items } = answer);
    progress();
    list?.known(answer.tags);
    if (answer.message) announce(answer.message);
  },
  refused: (message, sentence) => announce(`Not saved for ${message.body.example_id}: ${sentence}`),
});
const deck = new Deck(
  (count, skip) => ask(`/tagging/cards${blind ? "?blind=true" : ""}`, { method: "POST", body: { ...work, count, skip } }),
  answered,
  (fetched) => prefetch(fetched.address, fetched.kind),
);

function show(next, answer = null) {
  card = next;
  revealed = false;
  medium = {};
  form.querySelectorAll("button[data-do]").forEach((each) => { each.disabled = !card && !["back", "undo", "help"].includes(each.dataset.do); });
  find('[data-do="back"]').disabled = !past.length;
  find("[data-spoken]").textContent = card ? `Example ${card.id}` : "All done";
  if (!card) {
    form.querySelector("[data-id]").value = "";
    section.setAttribute("aria-label", "Nothing left");
    stage.replaceChildren(finished());
    truth.replaceChildren();
    outbox.flush();
    return;
  }
  form.querySelector("[data-id]").value = card.id;
  stage.innerHTML = card.html; // made and escaped by the server
  truth.innerHTML = card.truth;
  truth.hidden = card.hidden;
  section.classList.toggle("is-blind", card.hidden);
  section.setAttribute("aria-label", `Example ${card.id}`);
  set(answer ?? drafts.get(card.id) ?? { tags: card.tags, wrong: card.wrong, right_label: card.right_label });
  medium = bring(stage);
  for (const name of ["play", "zoom"]) find(`[data-do="${name}"]`).hidden = !medium[name];
  nextText();
  shownAt = performance.now();
}

/** Put an answer into the fields. */
function set({ tags = {}, note: text = "", wrong: bad = false, right_label: label = "" }) {
  if (late) return;
  list.set(tags);
  note.value = text;
  wrong.checked = Boolean(bad);
  right.value = label ?? "";
  find("[data-right]").hidden = !wrong.checked;
}

/** What stands in the fields. */
function said() {
  if (late) return { tags: {}, make: [], note: "" };
  const found = { tags: list.values(), make: list.made(), note: note.value.trim() };
  if (wrong.checked || card.wrong) Object.assign(found, { wrong: wrong.checked, right_label: right.value.trim() || null });
  return found;
}

function keepDraft() {
  if (card && !late) drafts.set(card.id, { ...said(), wrong: wrong.checked });
}

function answer(choice, pressedAt = performance.now()) {
  if (!card) return;
  if (revealed && choice !== "later") { // blind: the answer is given, now comes the next
    if (wrong?.checked) send({ ...past.at(-1).body, ...said(), tags: {}, make: [], note: "" });
    forward(pressedAt);
    return;
  }
  const body = { example_id: card.id, key: crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`, ...said() };
  if (late) body.tags = { [tag]: choice === "yes" };
  if (choice === "none" && !late) body.tags = Object.fromEntries(Object.keys(body.tags).map((each) => [each, false]));
  if (choice === "later") Object.assign(body, { tags: {}, make: [], note: "", later: true, wrong: null });
  if (choice === "next" && !Object.values(body.tags).some(Boolean) && !body.note && !body.wrong) {
    announce("No tag is pressed: press 0 for none of these, or s to come back later.");
    return;
  }
  if (card.hidden) body.blind = true;
  if (choice !== "later") count(body);
  send(body);
  past.push({ card, body });
  if (past.length > MOST_BACK) past.shift();
  drafts.set(card.id, choice === "later" ? { ...said(), wrong: wrong?.checked } : null);
  if (card.hidden && choice !== "later") {
    reveal(choice === "none" ? {} : body.tags);
    return;
  }
  forward(pressedAt);
}

function send(body) {
  outbox.add("/api/v1/tagging/answers", { ...work, ...body });
}

/** Show the next example, and measure how long that took. */
function forward(pressedAt) {
  const next = deck.next();
  if (next) show(next);
  else wait();
  requestAnimationFrame(() => setTimeout(() => {
    performance.measure("tagline:next", { start: pressedAt, end: performance.now() });
  }));
}

/** Nothing was fetched ahead: the connection is slow, or this was the last one. */
async function wait() {
  stage.setAttribute("aria-busy", "true");
  try {
    show(await deck.first());
  } catch (error) {
    announce(`${error.message} Your answers are kept; the next example comes when the server answers.`);
    setTimeout(wait, 3000);
  } finally {
    stage.removeAttribute("aria-busy");
  }
}

function reveal(tags) {
  revealed = true;
  truth.hidden = false;
  section.classList.remove("is-blind");
  list?.set(tags);
  nextText();
}

function back() {
  const last = past.pop();
  if (!last) return;
  if (card && !revealed) { keepDraft(); deck.push(card); }
  show(last.card, last.body);
}

function undo() {
  const last = past.pop();
  if (!last) {
    announce("There is nothing to undo on this page: the history of the tags knows what was before.");
    return;
  }
  saved.drop(last.card.id);
  outbox.add("/api/v1/tagging/undo", { ...work, ...last.body });
  if (card && card.id !== last.card.id) { keepDraft(); deck.push(card); }
  show(last.card, last.body.later ? null : last.body);
  announce(`Taken back: ${last.card.id}`);
}

function count(body) {
  seconds.push((performance.now() - shownAt) / 1000);
  if (seconds.length > 20) seconds.shift();
  done = Math.min(done + 1, items);
  since = list?.isNew(body.tags) ? 0 : since + 1;
  progress();
}

function progress() {
  const bar = find("[data-progress]");
  [bar.max, bar.value] = [items || 1, done];
  bar.setAttribute("aria-label", `${done} of ${items}`);
  find("[data-count]").textContent = `${done} of ${items}`;
  find("[data-since-text]").textContent = since >= 5 && !late ? `No new kind of error in the last ${since}.` : "";
  if (seconds.length < 3) return;
  const middle = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
  const left = (middle * (items - done)) / 60;
  find("[data-left]").textContent = items <= done ? "" : left < 1 ? " · less than a minute left" : ` · about ${Math.round(left)} minute${left < 1.5 ? "" : "s"} left`;
}

function showState(state, waiting) {
  const said = {
    saved: "saved", saving: "saving …",
    offline: `no connection: ${waiting} not sent yet, nothing is lost`,
    busy: `the server is busy: ${waiting} not sent yet, nothing is lost`,
    login: `log in again in another tab: ${waiting} not sent yet, nothing is lost`,
    forbidden: `you may not tag any more: ${waiting} not sent`,
  }[state];
  const label = find("[data-state]");
  if (label.textContent !== said) label.textContent = said;
  label.classList.toggle("waits", !["saved", "saving"].includes(state));
}

function announce(text) {
  let line = find("[data-announce]");
  if (!line) {
    line = document.createElement("p");
    line.className = "said small";
    line.dataset.announce = "";
    line.setAttribute("role", "status");
    form.before(line);
  }
  line.textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => line.remove(), 8000);
}

function finished() {
  const made = document.createElement("div");
  made.className = "finished";
  made.innerHTML = '<p><strong>All done.</strong></p><p class="quiet">What others have in hand comes back after half an hour.</p><p><a class="button">To the samples</a></p>';
  made.querySelector("a").href = home;
  return made;
}

function nextText() {
  const text = find("[data-next]");
  if (text) text.textContent = card?.hidden && !revealed ? "Set the tags" : "Done, next";
}

const actions = {
  next: () => answer("next"), yes: () => answer("yes"), none: () => answer("none"), later: () => answer("later"),
  back, undo,
  play: () => medium.play?.(), zoom: () => medium.zoom?.(),
  new: () => find("[data-new]")?.focus(), note: () => note?.focus(),
  wrong: () => { if (wrong && !(card?.hidden && !revealed)) { wrong.click(); } },
  help: () => find("[data-help]").showModal(),
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = event.submitter?.dataset.do;
  if (name) actions[name]?.();
});
for (const button of form.querySelectorAll("[data-do]")) {
  button.hidden = ["play", "zoom"].includes(button.dataset.do);
  if (button.type === "button") button.addEventListener("click", () => actions[button.dataset.do]());
}
form.addEventListener("click", (event) => { // keys go on working after a click with the mouse
  if (event.detail > 0) event.target.closest("button")?.blur();
  if (event.detail > 0 && event.target.closest("label")) setTimeout(() => document.activeElement?.matches("[type=checkbox]") && document.activeElement.blur());
});
wrong?.addEventListener("change", () => { find("[data-right]").hidden = !wrong.checked; keepDraft(); });
note?.addEventListener("input", keepDraft);
right?.addEventListener("input", keepDraft);
for (const field of [note, right]) {
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.blur();
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); field.blur(); }
  });
}
onKeys(actions, (key) => list?.press(key) ?? false);

const first = find("template[data-card]");
const given = first ? { ...JSON.parse(first.dataset.card), html: stage.innerHTML } : null;
progress();
if (given && !answered().includes(given.id) && !saved.has(given.id)) {
  show(given);
  deck.fill([given.id]);
} else if (given || outbox.waiting().length) {
  wait();
}
outbox.flush();
section.focus({ preventScroll: true });
