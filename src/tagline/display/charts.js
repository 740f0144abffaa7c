// Draws every chart of the page. The bundler puts vegaEmbed in scope.
// `ast` makes Vega interpret its expressions: the page's policy forbids making code from text.
for (const data of document.querySelectorAll("script[data-chart]")) {
  vegaEmbed(document.getElementById(data.dataset.chart), JSON.parse(data.textContent), {
    renderer: "svg", actions: false, ast: true, defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
}
