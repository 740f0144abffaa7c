// What takes long to count on many examples comes after the rest of the page.
const company = document.querySelector("[data-waits]");
if (company) {
  const waiting = company.querySelector("[data-waiting]");
  waiting.textContent = "Counting mistakes, overlaps and the adjusted gap …";
  waiting.setAttribute("role", "status");
  const answer = await fetch(company.dataset.waits, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("company");
  if (answer.ok && found) company.replaceWith(found);
  else waiting.textContent = "This could not be counted.";
}
