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

  addEventListener("DOMContentLoaded", () => {
    density();
    rowKeys();
    drops();
  });
})();
