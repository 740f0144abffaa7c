// The tags of the screen: pressed by number, found by typing, made by typing what is not there.

const MOST_KEYS = 9;

export class TagList {
  constructor(list, field, changed) {
    this.list = list;
    this.field = field;
    this.changed = changed;
    this.fresh = new Set(); // made here, and perhaps not known to the server yet
    list.addEventListener("change", changed);
    field.addEventListener("input", () => this.seek());
    field.addEventListener("change", (event) => event.stopPropagation());
    field.addEventListener("keydown", (event) => this.typed(event));
  }

  boxes() {
    return [...this.list.querySelectorAll("input[type=checkbox]")];
  }

  /** Yes or no for every tag on the screen. */
  values() {
    return Object.fromEntries(this.boxes().map((each) => [each.value, each.checked]));
  }

  made() {
    return this.boxes().map((each) => each.value).filter((name) => this.fresh.has(name));
  }

  set(tags) {
    for (const name of Object.keys(tags)) if (tags[name]) this.add(name);
    for (const each of this.boxes()) each.checked = Boolean(tags[each.value]);
  }

  /** Take over what others made, and forget which of ours are new. */
  known(names) {
    for (const name of names) {
      this.fresh.delete(name);
      this.add(name);
    }
  }

  isNew(tags) {
    const unused = this.boxes().filter((each) => tags[each.value] && !each.dataset.used);
    for (const each of unused) each.dataset.used = "true";
    return unused.length > 0;
  }

  /** Press the tag of a number key. */
  press(key) {
    const box = /^[1-9]$/.test(key) ? this.boxes()[Number(key) - 1] : null;
    if (!box) return false;
    box.checked = !box.checked;
    this.changed();
    return true;
  }

  seek() {
    const text = this.field.value.trim().toLowerCase();
    const near = text ? this.boxes().filter((each) => each.value.toLowerCase().includes(text)) : [];
    for (const each of this.boxes()) each.closest("li").classList.toggle("found", near.includes(each));
    const exact = near.find((each) => each.value.toLowerCase() === text);
    this.near = exact ?? (near.length === 1 ? near[0] : null);
    (this.near ?? near[0])?.closest("li").scrollIntoView({ block: "nearest" });
  }

  typed(event) {
    if (event.key === "Escape") {
      this.clear();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const name = this.field.value.trim().replace(/\s+/g, " ");
      if (!name) { this.clear(); return; }
      this.seek();
      const box = this.near ?? this.add(name, true);
      box.checked = true;
      this.clear();
      this.changed();
    }
  }

  clear() {
    this.field.value = "";
    this.seek();
    this.field.blur();
  }

  add(name, fresh = false) {
    const there = this.boxes().find((each) => each.value === name);
    if (there) return there;
    if (fresh) this.fresh.add(name);
    const place = this.boxes().length + 1;
    const [item, label, box, key, text] = ["li", "label", "input", "kbd", "span"].map((each) => document.createElement(each));
    Object.assign(box, { type: "checkbox", name: "yes", value: name });
    key.textContent = place <= MOST_KEYS ? place : "";
    key.classList.toggle("blank", place > MOST_KEYS);
    key.setAttribute("aria-hidden", "true");
    text.textContent = name;
    label.append(box, key, text);
    item.append(label);
    item.className = "fresh";
    this.list.append(item);
    document.querySelector("#tag-names")?.append(Object.assign(document.createElement("option"), { value: name }));
    return box;
  }
}
