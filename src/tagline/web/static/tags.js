// The page of the tags: says before the server does that a file is too large, asks before a tag is retired.
import { say } from "./tagline.js";

for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  field.form.addEventListener("submit", (event) => {
    const file = field.files[0];
    if (!file || file.size <= Number(field.dataset.most)) return;
    event.preventDefault();
    say(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB, more than fits here: bring it in with "tagline tags import".`, { wrong: true });
    document.querySelector(".said").scrollIntoView({ block: "center" });
  });
}

// a colour that is chosen is meant
for (const colour of document.querySelectorAll("input[type=color]")) {
  colour.addEventListener("input", () => {
    const none = colour.form.elements.namedItem("plain");
    if (none) none.checked = false;
  });
}

// a link to a part of the page opens what is folded there
const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
target?.querySelector("details")?.setAttribute("open", "");

// the picture of overlaps counts every pair of tags: it is fetched when somebody comes near it
const overlaps = document.querySelector("[data-overlaps]");
if (overlaps) {
  const near = new IntersectionObserver(async ([seen]) => {
    if (!seen.isIntersecting) return;
    near.disconnect();
    const link = overlaps.querySelector("p");
    link.textContent = "Counting the pairs …";
    const answer = await fetch(overlaps.dataset.overlaps, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const picture = page.getElementById("picture");
    if (answer.ok && picture) link.replaceWith(picture);
    else link.textContent = "The pairs could not be counted.";
  }, { rootMargin: "200px" });
  near.observe(overlaps);
}
