// Keys of a page, from the one table of the server: see web/keys.py.

const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PRESSED = "a, button, summary, audio, input, [role=button]";

/** The keys of this page: what each is called by the browser -> what it does. */
function table() {
  const found = new Map();
  for (const each of document.querySelectorAll("template[data-key]")) {
    for (const key of each.dataset.keys.split(" ")) found.set(key === "Space" ? " " : key, each.dataset.key);
  }
  return found;
}

/** Call what belongs to a key; text fields and what has the focus keep theirs. */
export function onKeys(actions, other = () => false) {
  const keys = table();
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPED) || target.closest("dialog[open]")) return;
    if (event.key.startsWith("Arrow") && target.closest("audio, [role=radio]")) return;
    if ((event.key === " " || event.key === "Enter") && target.closest(PRESSED)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[keys.get(event.key) ?? keys.get(key)];
    if (!action ? other(key, event) === true : action(event) !== false) event.preventDefault();
  });
}
