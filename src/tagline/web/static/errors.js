// Re-weighting in place: the server ranks, this puts its rows where the old ones were and lets them move.
import { say } from "./tagline.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const place = () => document.getElementById("ranking");
const rows = () => [...place().querySelectorAll("tbody tr[data-tag]")];
let changes = 0;
let running = 0;

/** The address of the weights that are chosen: only those that differ from what is saved. */
function address(form, changed) {
  const asked = new URL(location.href);
  asked.searchParams.delete("was_importance");
  asked.searchParams.delete("was_ease");
  const tag = changed.dataset.tag;
  const kept = asked.searchParams.getAll(changed.name).filter((each) => each.slice(0, each.lastIndexOf("=")) !== tag);
  asked.searchParams.delete(changed.name);
  for (const each of [...kept, changed.value]) asked.searchParams.append(changed.name, each);
  return asked;
}

async function show(url, { push = true, focus } = {}) {
  const number = ++running;
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== running) return; // a newer choice is on its way
  const wrong = page.querySelector(".said.wrong");
  const fresh = page.getElementById("ranking");
  if (!answer.ok || !fresh) {
    say(wrong?.textContent ?? "The server does not answer as it should.", { wrong: true });
    return;
  }
  const before = new Map(rows().map((row) => [row.dataset.tag, row.getBoundingClientRect().top]));
  const ranks = new Map(rows().map((row) => [row.dataset.tag, row.cells[0].textContent.trim()]));
  place().replaceWith(fresh);
  document.getElementById("answer").replaceWith(page.getElementById("answer"));
  document.title = page.title;
  if (push) {
    changes += 1;
    history.pushState({ changes }, "", url);
  }
  wire();
  if (focus) place().querySelector(focus)?.focus({ preventScroll: true });
  tell(ranks);
  if (!calm) move(before);
}

function move(before) {
  for (const row of rows()) {
    const from = before.get(row.dataset.tag);
    const to = row.getBoundingClientRect().top;
    if (from === undefined || from === to) continue;
    row.animate([{ transform: `translateY(${from - to}px)` }, { transform: "none" }], { duration: 260, easing: "ease-out" });
  }
}

/** Say to screen readers what moved. */
function tell(ranks) {
  const moved = rows().filter((row) => ranks.get(row.dataset.tag) !== row.cells[0].textContent.trim());
  const text = moved.map((row) => `${row.dataset.tag} is number ${row.cells[0].textContent.trim()}`).join(", ");
  document.querySelector("[data-moved]").textContent = text || "The order stays.";
}

function wire() {
  const form = place()?.querySelector("form[data-weights]");
  form?.querySelector("[data-by-hand]")?.setAttribute("hidden", ""); // a choice is sent by itself
  form?.addEventListener("change", (event) => {
    const chosen = event.target;
    if (!(chosen instanceof HTMLSelectElement)) return;
    const focus = `select[name="${chosen.name}"][data-tag="${CSS.escape(chosen.dataset.tag)}"]`;
    show(address(form, chosen), { focus });
  });
  for (const link of place()?.querySelectorAll("a[data-swap]") ?? []) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const head = link.closest("th") && [...link.closest("tr").cells].indexOf(link.closest("th"));
      show(link.href, { focus: head ? `thead th:nth-child(${head + 1}) a` : undefined });
    });
  }
  const undo = place()?.querySelector("[data-undo]");
  if (undo && changes > 0) {
    undo.hidden = false;
    undo.addEventListener("click", () => history.back());
  }
}

addEventListener("popstate", (event) => {
  changes = event.state?.changes ?? 0;
  if (place()) show(location.href, { push: false });
});
wire();

// choices of the question are sent by themselves; text by Enter
document.querySelector("form[data-ask]")?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form.requestSubmit();
});
