/* Draws the tables of days as charts. Whoever has no scripts, or cannot see a chart, has the table; it holds all there is. */
(() => {
  "use strict";
  const HEIGHT = 176;
  const WEEK = 7;
  const STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();
  const language = document.documentElement.lang;
  const compact = new Intl.NumberFormat(language === "en" ? "en" : `${language}-u-nu-latn`, { notation: "compact" });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });

  // What the table says: the parts, the days, and the numbers of each part.
  function read(section) {
    const table = section.querySelector("[data-chart-numbers] table");
    if (!table) return null;
    const rows = [...table.tBodies[0].rows];
    const parts = [...table.tHead.rows[0].cells].slice(1).map((cell) => ({ label: cell.textContent.trim(), tone: cell.dataset.tone }));
    return {
      parts,
      days: rows.map((row) => row.cells[0].textContent.trim()),
      numbers: parts.map((_, at) => rows.map((row) => Number(row.cells[at + 1].dataset.n))),
    };
  }

  // Each part has a pattern of its own besides its colour.
  function fill(context, ink, paper, at) {
    const size = Math.round(6 * devicePixelRatio);
    const tile = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const brush = tile.getContext("2d");
    const kind = at % 6;
    brush.fillStyle = kind ? paper : ink;
    brush.fillRect(0, 0, size, size);
    brush.strokeStyle = brush.fillStyle = ink;
    brush.lineWidth = Math.max(1, size / 4);
    const line = (...ends) => { brush.beginPath(); brush.moveTo(ends[0], ends[1]); brush.lineTo(ends[2], ends[3]); brush.stroke(); };
    if (kind === 1 || kind === 4) for (const shift of [-size, 0, size]) line(shift, size, shift + size, 0);
    if (kind === 4) for (const shift of [-size, 0, size]) line(shift, 0, shift + size, size);
    if (kind === 2) brush.fillRect(size / 4, size / 4, size / 2, size / 2);
    if (kind === 3) line(0, size / 2, size, size / 2);
    if (kind === 5) line(size / 2, 0, size / 2, size);
    return context.createPattern(tile, "repeat");
  }

  // Each part stands upon those before it; the tallest is drawn first, and the others over it. A day without has no bar.
  function stacked(numbers) {
    const heights = numbers.map(() => []);
    for (let day = 0; day < numbers[0].length; day += 1) {
      let height = 0;
      numbers.forEach((part, at) => { height += part[day]; heights[at][day] = part[day] ? height : null; });
    }
    return heights.reverse();
  }

  function options(width, found, colour, say) {
    const last = found.days.length - 1;
    const axis = { stroke: colour("--text-faint"), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false } };
    const parts = found.parts.map((part, at) => ({
      paths: uPlot.paths.bars({ size: [0.72, 28] }),
      points: { show: false },
      stroke: colour(`--${part.tone}`),
      width: 1,
      fill: (chart) => fill(chart.ctx, colour(`--${part.tone}`), colour(`--${part.tone}-soft`), at),
    }));
    return {
      width,
      height: HEIGHT,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [-0.6, last + 0.6] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.04)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, splits: () => found.days.map((_, at) => at).filter((at) => (last - at) % WEEK === 0), values: (_, places) => places.map((at) => found.days[at]) },
        { ...axis, grid: { stroke: colour("--line"), width: 1 }, size: 44, space: 36, incrs: STEPS, values: (_, places) => places.map((value) => compact.format(value)) },
      ],
      series: [{}, ...parts.reverse()],
      hooks: { setCursor: [(chart) => say(chart.cursor.idx)] },
    };
  }

  function legend(found, colour) {
    const list = make("ul", "chart__legend");
    found.parts.forEach((part, at) => {
      const line = make("li", "");
      const mark = Object.assign(make("canvas", "chart__mark"), { width: 12 * devicePixelRatio, height: 12 * devicePixelRatio });
      const brush = mark.getContext("2d");
      brush.fillStyle = fill(brush, colour(`--${part.tone}`), colour(`--${part.tone}-soft`), at);
      brush.fillRect(0, 0, mark.width, mark.height);
      brush.strokeStyle = colour(`--${part.tone}`);
      brush.lineWidth = 2 * devicePixelRatio;
      brush.strokeRect(0, 0, mark.width, mark.height);
      line.append(mark, part.label);
      list.append(line);
    });
    return list;
  }

  function draw(section) {
    const numbers = section.querySelector("details");
    const place = section.querySelector("[data-chart-plot]");
    const box = Object.assign(make("div", "chart__box"), { dir: "ltr", tabIndex: 0 });
    const day = make("p", "chart__day");
    const key = make("div", "");
    const probe = make("span", "");
    key.setAttribute("aria-hidden", "true");
    day.setAttribute("aria-hidden", "true");
    box.setAttribute("role", "slider");
    box.setAttribute("aria-label", section.dataset.chart);
    box.setAttribute("aria-orientation", "horizontal");
    box.setAttribute("aria-valuemin", "1");
    place.append(key, box, day, probe);
    const colour = (token) => { probe.style.color = `var(${token})`; return getComputedStyle(probe).color; };
    let chart = null, found = null, chosen = null;

    function say(pointed) {
      if (!found) return;
      const at = pointed ?? chosen ?? found.days.length - 1;
      const words = found.parts.map((part, one) => `${part.label} ${found.numbers[one][at].toLocaleString("en")}`);
      const said = `${found.days[at]}: ${words.join(section.dataset.comma)}`;
      if (day.textContent !== said) day.textContent = said;
      box.setAttribute("aria-valuenow", String(at + 1));
      box.setAttribute("aria-valuetext", said);
    }

    function build() {
      chart?.destroy();
      chart = null;
      found = read(section);
      place.hidden = numbers.hidden = !found;
      if (!found) return;
      key.replaceChildren(legend(found, colour));
      box.setAttribute("aria-valuemax", String(found.days.length));
      const heights = stacked(found.numbers);
      chart = new uPlot(options(box.clientWidth, found, colour, say), [found.days.map((_, at) => at), ...heights], box);
      say(null);
    }

    box.addEventListener("keydown", (event) => {
      const last = found.days.length - 1;
      const from = chosen ?? last;
      const to = { ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1, PageDown: from - WEEK, PageUp: from + WEEK, Home: 0, End: last }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      chosen = Math.min(Math.max(to, 0), last);
      chart.setCursor({ left: chart.valToPos(chosen, "x"), top: 8 });
      say(chosen);
    });
    new ResizeObserver(() => { if (chart && box.clientWidth && box.clientWidth !== chart.width) chart.setSize({ width: box.clientWidth, height: HEIGHT }); }).observe(box);
    // The page brings its own numbers up to date: the chart follows the table.
    new MutationObserver(() => { if (JSON.stringify(read(section)) !== JSON.stringify(found)) build(); }).observe(section.querySelector("[data-chart-numbers]"), { childList: true });
    new MutationObserver(build).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", build);
    numbers.open = false;
    place.hidden = false;
    build();
  }

  if (window.uPlot) document.fonts.ready.then(() => { for (const section of document.querySelectorAll("[data-chart]")) draw(section); });
})();
