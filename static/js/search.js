// What the search box suggests while somebody types: a combobox with a list beneath (WAI-ARIA practices).
// Without this file the form works as it stands. Nothing of what is typed or found is kept.
(() => {
  "use strict";

  const PAUSE_MS = 60; // the first letter is asked for at once, later ones when the hand rests
  const field = document.querySelector("[data-site-search]");
  if (!field || !field.dataset.suggestions) return;

  const make = (tag, className, ...inside) => {
    const made = Object.assign(document.createElement(tag), { className });
    made.append(...inside);
    return made;
  };
  const list = make("div", "suggestions__list");
  const panel = make("div", "suggestions", list);
  const said = make("div", "visually-hidden");
  let options = [], active = -1, shown = "", due = 0, asked = null;

  list.id = "site-search-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  panel.hidden = true;
  said.setAttribute("role", "status");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  field.form.append(panel, said);

  const isOpen = () => !panel.hidden;
  const typed = () => field.value.trim();

  // A list that is open again later holds what fits what is typed then.
  function open(wanted) {
    panel.hidden = !wanted;
    field.setAttribute("aria-expanded", String(wanted));
    if (!wanted) point(-1);
  }

  function point(to) {
    if (options[active]) options[active].setAttribute("aria-selected", "false");
    active = to;
    if (!options[active]) return field.removeAttribute("aria-activedescendant");
    options[active].setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  const pieces = (parts) => parts.map(([text, isTyped]) => isTyped ? make("mark", "suggestion__typed", text) : text);

  function option(url, ...inside) {
    const made = make("a", "suggestion", ...inside);
    made.href = url;
    made.id = `site-search-${options.length}`;
    made.tabIndex = -1;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    options.push(made);
    return made;
  }

  function row({ title, subtitle, status, url }) {
    const words = make("span", "suggestion__words",
      make("bdi", "suggestion__title", ...pieces(title)), make("bdi", "suggestion__subtitle", ...pieces(subtitle)));
    return option(url, words, ...(status ? [make("span", `pill pill--${status.tone}`, status.label)] : []));
  }

  function group({ title, rows }, number) {
    const name = make("div", "suggestions__title", title);
    const made = make("div", "suggestions__group", name, ...rows.map(row));
    name.id = `site-search-group-${number}`;
    name.setAttribute("role", "presentation");
    made.setAttribute("role", "group");
    made.setAttribute("aria-labelledby", name.id);
    return made;
  }

  function show(answer) {
    options = [];
    active = -1;
    field.removeAttribute("aria-activedescendant");
    const groups = answer.groups.map(group);
    const number = options.length;
    const words = field.dataset;
    const note = answer.similar || !number ? [make("div", "suggestions__note", ...sentence(number ? words.similar : words.nothing, answer.query))] : [];
    panel.replaceChildren(...note, list);
    list.replaceChildren(...groups);
    list.hidden = !number;
    if (number) list.append(option(answer.all, ...sentence(words.all, answer.query)));
    said.textContent = [...note.map((one) => one.textContent), number ? words.many.replace("{number}", number) : ""].join(" ").trim();
    shown = answer.query;
    panel.scrollTop = 0;
    open(true);
  }

  // Words with what was typed in them, which may run the other way.
  function sentence(words, query) {
    const [before, after = ""] = words.split("{query}");
    return [before, make("bdi", "", query), after];
  }

  async function ask() {
    const query = typed();
    asked?.abort();
    asked = null;
    if (!query) return open(false);
    const mine = asked = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggestions}?${new URLSearchParams({ q: query })}`, { headers: { Accept: "application/json" }, cache: "no-store", signal: mine.signal });
      if (!answer.ok || answer.redirected) return open(false); // signed out, or too fast: the form says so
      const found = await answer.json();
      if (asked === mine && typed() === query && document.activeElement === field) show(found);
    } catch (problem) {
      if (problem.name !== "AbortError") open(false);
    }
  }

  // The first letter after a rest asks at once.
  let rested = 0;
  function later() {
    const now = performance.now();
    clearTimeout(due);
    if (now - rested > 4 * PAUSE_MS) ask();
    else due = setTimeout(ask, PAUSE_MS);
    rested = now;
  }

  function moves(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isOpen()) {
      event.preventDefault(); // the first one shuts the list, the next one empties the field
      clearTimeout(due);
      asked?.abort();
      return open(false);
    }
    if (event.key === "Enter" && isOpen() && options[active]) {
      event.preventDefault();
      return options[active].click();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !typed()) return;
    event.preventDefault();
    if (!isOpen()) return shown === typed() && options.length ? open(true) : ask();
    if (!options.length) return;
    const places = options.length + 1; // one of them the field itself
    point((active + 1 + step + places) % places - 1);
  }

  field.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  field.addEventListener("compositionend", later);
  field.addEventListener("keydown", moves);
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) open(false);
  });
  // A press on the list leaves the focus in the field: the list would shut under it.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  field.form.addEventListener("submit", () => { asked?.abort(); clearTimeout(due); open(false); });
  // Back from a suggestion, the page is as it was before.
  addEventListener("pagehide", () => open(false));
})();
