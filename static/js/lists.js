/* What a list gains when scripts run: dense rows that this browser remembers, and movement by keys. */
(() => {
  "use strict";
  const root = document.documentElement;

  // How dense the rows are, before the first paint.
  const KEY = "certdesk-density";
  try {
    if (localStorage.getItem(KEY) === "dense") root.dataset.density = "dense";
  } catch { /* nothing is remembered here */ }

  function density() {
    const dense = () => root.dataset.density === "dense";
    for (const button of document.querySelectorAll("[data-density-toggle]")) {
      const say = () => button.setAttribute("aria-pressed", String(dense()));
      button.hidden = false;
      say();
      button.addEventListener("click", () => {
        if (dense()) delete root.dataset.density;
        else root.dataset.density = "dense";
        try { localStorage.setItem(KEY, dense() ? "dense" : "comfortable"); } catch { /* then it holds for this page */ }
        say();
      });
    }
  }

  // `j` and `k` go over the rows, Enter opens as links do, `x` ticks, `?` shows the keys.
  function rowKeys() {
    const dialog = document.querySelector("[data-keys]");
    const show = () => { if (dialog && dialog.showModal && !dialog.open) dialog.showModal(); };
    for (const button of document.querySelectorAll("[data-keys-open]")) {
      button.hidden = !dialog;
      button.addEventListener("click", show);
    }
    const rows = () => [...document.querySelectorAll("main .table tbody tr")].filter((row) => row.querySelector("th a"));
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest("textarea, select, [contenteditable], dialog, input:not([type=checkbox])")) return;
      if (event.key === "?") { event.preventDefault(); show(); return; }
      const all = rows();
      const at = all.indexOf(document.activeElement.closest("tr"));
      if (event.key === "x" && at >= 0) {
        const box = all[at].querySelector("input[type=checkbox]");
        if (box) { event.preventDefault(); box.click(); }
      }
      if ((event.key === "j" || event.key === "k") && all.length) {
        event.preventDefault();
        const to = event.key === "j" ? Math.min(at + 1, all.length - 1) : Math.max(at - 1, 0);
        const link = all[to].querySelector("th a");
        link.focus({ focusVisible: true });
        all[to].scrollIntoView({ block: "nearest" });
      }
    });
  }

  // A box that was dropped down closes by Escape, and where somebody clicks beside it.
  function drops() {
    const open = () => document.querySelectorAll("[data-drop][open]");
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const drop of open()) {
        drop.open = false;
        drop.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (event) => {
      for (const drop of open()) if (!drop.contains(event.target)) drop.open = false;
    });
  }

  // Ticked rows: how many is said, the bar comes with the first of them, and all that match can follow all of the page.
  function choosing() {
    const bar = document.querySelector("[data-choose]");
    if (!bar) return;
    const page = document.querySelector("[data-choose-page]");
    const said = bar.querySelector("[data-choose-said]");
    const all = bar.querySelector("[data-choose-all]");
    const clear = bar.querySelector("[data-choose-clear]");
    const acts = [...bar.querySelectorAll("[type=submit]")];
    const rows = () => [...document.querySelectorAll("[data-choose-row]")];
    // What is told to those who listen stands outside of the bar, which comes and goes.
    const live = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    live.setAttribute("role", "status");
    document.querySelector("main").append(live);
    const say = (text) => {
      said.textContent = text;
      const heard = bar.hidden ? "" : text;
      if (live.textContent !== heard) live.textContent = heard;
    };
    let asked = 0;
    function show() {
      const every = rows();
      const ticked = every.filter((box) => box.checked).length;
      const whole = ticked > 0 && ticked === every.length;
      if (all && !whole) all.checked = false;
      page.checked = whole;
      page.indeterminate = ticked > 0 && !whole;
      bar.hidden = ticked === 0;
      if (all) all.closest("label").hidden = !whole;
      for (const act of acts) act.disabled = false;
      for (const box of every) box.closest("tr").classList.toggle("is-chosen", box.checked);
      asked += 1;
      if (all && all.checked) count(asked);
      else say(whole && all ? bar.dataset.pageChosen : bar.dataset.chosen.replace("#", ticked));
    }
    async function count(turn) {
      say(bar.dataset.counting);
      for (const act of acts) act.disabled = true;
      let told = { said: bar.dataset.failed, fits: false };
      try {
        const answer = await fetch(bar.dataset.countUrl, { headers: { Accept: "application/json" } });
        if (answer.ok) told = await answer.json();
      } catch { /* said below */ }
      if (turn !== asked) return;
      say(told.said);
      for (const act of acts) act.disabled = !told.fits;
    }
    const tick = (on) => { for (const box of rows()) box.checked = on; show(); };
    page.closest("label").hidden = false;
    clear.hidden = false;
    page.addEventListener("change", () => tick(page.checked));
    clear.addEventListener("click", () => { tick(false); page.focus(); });
    if (all) all.addEventListener("change", show);
    document.addEventListener("change", (event) => { if (event.target.matches("[data-choose-row]")) show(); });
    // Enter on a tick would send the form that it belongs to.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("[data-choose-row]")) event.preventDefault();
    });
    addEventListener("pageshow", show); // coming back, the browser may have kept the ticks
    show();
  }

  addEventListener("DOMContentLoaded", () => {
    density();
    choosing();
    rowKeys();
    drops();
  });
})();
