// What every page can use. A page must also work without it.

/** Address below the place where the server stands, also behind a proxy. */
export const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** The proof that a request comes from this page; see web/visitors.py. */
export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/**
 * Ask the server and return what it says as JSON.
 * Throws an Error whose message is the server's one sentence.
 */
export async function ask(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(root + path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), keepalive: method !== "GET",
  });
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => ({ error: "The server does not answer as it should." }));
  if (answer.status === 401) location.assign(`${root}/login?next=${encodeURIComponent(here())}`);
  if (!answer.ok) throw new Error(found.error ?? answer.statusText);
  return found;
}

/** Say something to everybody, screen readers included. */
export function say(text, { wrong = false } = {}) {
  let place = document.querySelector(".said");
  if (!place) {
    place = document.createElement("p");
    place.className = "said";
    document.querySelector("main").prepend(place);
  }
  place.setAttribute("role", wrong ? "alert" : "status");
  place.classList.toggle("wrong", wrong);
  place.textContent = text;
}

const here = () => location.pathname.slice(root.length) + location.search;

// a form that is sent by itself when a choice is made; it has a button where scripts are off
for (const form of document.querySelectorAll("form[data-send]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
for (const button of document.querySelectorAll("form [data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
    button.textContent = "Copied";
  });
}
