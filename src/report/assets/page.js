"use strict";
// Draws the figures of the page: picks the rows that are chosen, fits the width, and hands the rest to Vega-Lite.
(() => {
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
  const CONFIG = {
    font: FONT, background: "white",
    axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#ececec", labelOverlap: true },
    legend: { orient: "bottom", direction: "horizontal", labelFontSize: 11, titleFontSize: 11, labelLimit: 320, symbolSize: 90 },
    header: { labelFontSize: 12 },
    view: { stroke: "#cccccc" },
  };
  const store = JSON.parse(document.getElementById("figures").textContent);

  // Columns as rows: texts come as a list of words and a code for each row.
  function rows(packed) {
    const names = Object.keys(packed);
    const cell = names.map((name) => {
      const column = packed[name];
      return Array.isArray(column) ? (i) => column[i] : (i) => column.words[column.codes[i]];
    });
    const first = packed[names[0]];
    const count = (Array.isArray(first) ? first : first.codes).length;
    return Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((name, k) => [name, cell[k](i)])));
  }

  function chosen(element) {
    const values = {};
    for (const select of element.querySelectorAll("select")) values[select.name] = select.value;
    return values;
  }

  // A colour or shape scale names everything that can occur; the legend shows what does.
  function onlyPresent(node, present, legends) {
    if (Array.isArray(node)) return node.map((part) => onlyPresent(part, present, legends));
    if (!node || typeof node !== "object") return node;
    const copy = {};
    for (const key of Object.keys(node)) copy[key] = onlyPresent(node[key], present, legends);
    const scale = node.scale;
    if (node.field && scale && Array.isArray(scale.domain) && Array.isArray(scale.range) && present[node.field]) {
      const keep = scale.domain.map((name) => present[node.field].has(name));
      copy.scale = Object.assign({}, copy.scale, {
        domain: scale.domain.filter((_, i) => keep[i]),
        range: scale.range.filter((_, i) => i >= keep.length || keep[i]),
      });
      if (!copy.scale.domain.length) copy.legend = null;
      if (node.legend !== null) legends.push(...copy.scale.domain);
    }
    return copy;
  }

  function setWidth(view, width) {
    if (view.vconcat) view.vconcat.forEach((part) => setWidth(part, width));
    else if (view.spec) setWidth(view.spec, width);
    else view.width = width;
  }

  // As many columns as the longest name leaves room for.
  function legendColumns(names, width) {
    const longest = Math.max(4, ...names.map((name) => name.length));
    return Math.max(1, Math.floor(width / (Math.min(320, 6.3 * longest) + 30)));
  }

  async function draw(figure, element, margin) {
    const plot = element.querySelector(".plot");
    const choice = chosen(element);
    const fields = figure.choices.filter((field) => field in choice);
    const datasets = {}, present = {};
    for (const name of Object.keys(figure.data)) {
      figure.unpacked[name] = figure.unpacked[name] || rows(figure.data[name]);
      datasets[name] = figure.unpacked[name].filter((row) => fields.every((field) => !(field in row) || row[field] === choice[field]));
      for (const row of datasets[name]) {
        for (const field of Object.keys(row)) {
          if (typeof row[field] === "string") (present[field] = present[field] || new Set()).add(row[field]);
        }
      }
    }
    const room = plot.clientWidth;
    const legends = [];
    const spec = onlyPresent(figure.spec, present, legends);
    spec.datasets = datasets;
    const width = Math.max(140, room - (margin || 90));
    spec.config = Object.assign({}, CONFIG, { legend: Object.assign({}, CONFIG.legend, { columns: legendColumns(legends, width) }) });
    setWidth(spec, width);
    const result = await vegaEmbed(plot, spec, {
      mode: "vega-lite", renderer: "svg", ast: true, tooltip: { theme: "light" },
      actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
      downloadFileName: "clonetide-" + figure.name, scaleFactor: { svg: 1, png: 2 },
      logLevel: 1,
    });
    figure.view = result.view;
    const svg = plot.querySelector("svg.marks");
    const over = svg ? svg.getBoundingClientRect().width - room : 0;
    if (!margin && (over > 1 || over < -30)) return draw(figure, element, 90 + over + 2);
    for (const select of element.querySelectorAll("select")) {
      select.nextElementSibling.textContent = select.value;
    }
    element.dataset.drawn = JSON.stringify(choice);
  }

  function refuse(element, error) {
    element.querySelector(".plot").textContent = "This figure could not be drawn: " + error.message;
    console.error(error);
  }

  const queue = [];
  for (const figure of store) {
    const element = document.getElementById("figure-" + figure.name);
    figure.unpacked = {};
    const again = () => draw(figure, element).catch((error) => refuse(element, error));
    element.addEventListener("change", again);
    queue.push({ element, again, width: 0 });
  }

  async function drawAll() {
    for (const entry of queue) {
      const width = entry.element.clientWidth;
      if (width !== entry.width) {
        entry.width = width;
        await entry.again();
        await new Promise((go) => setTimeout(go));
      }
    }
    document.documentElement.dataset.ready = "yes";
  }
  drawAll();
  let timer;
  window.addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(drawAll, 200); });
  // For tests and for the curious: the figures by name, with their Vega view.
  window.clonetide = Object.fromEntries(store.map((figure) => [figure.name, figure]));
})();
