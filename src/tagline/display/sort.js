// Sorts a table by a click on a header, and finds a row by its name.
// Cells carry data-v; a cell without one goes last. Rows of another tbody stay where they are.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => row.cells[column].dataset.v;
  const order = (a, b, numeric) => (numeric ? a - b : a.localeCompare(b));

  const sortBy = (head) => {
    const column = heads.indexOf(head);
    const numeric = head.dataset.sort !== "text";
    const before = head.getAttribute("aria-sort");
    const first = head.dataset.sort === "descending" ? "descending" : "ascending";
    const other = first === "descending" ? "ascending" : "descending";
    const direction = before === first ? other : first;
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction);
    const sign = direction === "descending" ? -1 : 1;
    const rows = [...body.rows].sort((one, two) => {
      const [a, b] = [value(one, column), value(two, column)];
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      return sign * order(a, b, numeric);
    });
    body.append(...rows);
  };

  for (const head of heads.filter((each) => each.dataset.sort)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = head.title;
    button.append(...[...head.childNodes].filter((node) => node.nodeName !== "svg"));
    button.addEventListener("click", () => sortBy(head));
    head.prepend(button);
  }

  const find = document.querySelector(`input[data-find="${table.id}"]`);
  if (find) {
    find.closest("[hidden]")?.removeAttribute("hidden");
    find.addEventListener("input", () => {
      const asked = find.value.trim().toLowerCase();
      for (const row of body.rows) row.hidden = !row.dataset.name.toLowerCase().includes(asked);
    });
  }
}

// A link to closed details opens them; paper gets all of them open.
const reveal = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", reveal);
reveal();

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
});
