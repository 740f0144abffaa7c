// The examples: keys for the links and buttons, and the inputs themselves.
import { onKeys } from "./keys.js";
import { bring } from "./media.js";

const stage = document.querySelector(".stage");
const medium = stage ? bring(stage) : null;

for (const name of ["play", "zoom"]) {
  const button = document.querySelector(`[data-do="${name}"]`);
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => medium?.[name]?.());
}
onKeys({
  before: () => document.querySelector('[data-do="before"]')?.click(),
  after: () => document.querySelector('[data-do="after"]')?.click(),
  play: () => medium?.play?.(),
  zoom: () => medium?.zoom?.(),
  search: () => document.querySelector("[data-search]")?.focus(),
});

// on a phone the filters are closed until they are asked for
const facets = document.querySelector("[data-facets]");
if (facets && matchMedia("(max-width: 760px)").matches) facets.open = false;
