/* What the pages gain when scripts run. Without this file everything still works. */
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.currentScript.dataset; // in the reader's language

  // The theme, before the first paint.
  const KEY = "certdesk-theme";
  const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const chosen = stored();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (systemDark.matches ? "dark" : "light")) === "dark";

  function theme() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      const name = () => {
        const label = isDark() ? button.dataset.toLight : button.dataset.toDark;
        button.setAttribute("aria-label", label);
        button.title = label;
      };
      button.hidden = false;
      name();
      systemDark.addEventListener("change", name);
      button.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        try { localStorage.setItem(KEY, root.dataset.theme); } catch { /* then it holds for this page */ }
        name();
      });
    }
  }

  // `/` goes to the search.
  function searchKey() {
    const field = document.querySelector("[data-site-search]");
    if (!field) return;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
      event.preventDefault();
      field.focus();
      field.select();
    });
  }

  // On the page of a change: `j` and `k` go on and back, `a` approves and asks first, `d` turns to the other way to see a difference.
  function reviewKeys() {
    const folds = [...document.querySelectorAll("[data-key-fold]")];
    if (!folds.length && !document.querySelector("[data-key]")) return;
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
      const one = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (one) return one.tagName === "FORM" ? one.requestSubmit(one.querySelector("[type=submit]")) : one.click();
      if (event.key === "d" && folds.length > 1) {
        const [fields, json] = folds;
        json.open = fields.open;
        fields.open = !json.open;
      }
    });
  }

  // Times in the reader's zone; the exact UTC time stays in the title, and is shown to whoever comes by keyboard.
  // In a table they take no focus: a list would have a hundred stops more, and each line leads to a page with its own.
  const inUtc = new Date().getTimezoneOffset() === 0 && Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC";
  const local = new Intl.DateTimeFormat(root.lang === "en" ? "en-GB" : `${root.lang}-u-nu-latn`, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
  function times() {
    for (const time of document.querySelectorAll("time.when:not([data-told])")) {
      time.dataset.told = "";
      if (!time.closest("table, a, button, summary, label")) time.tabIndex = 0;
      const moment = new Date(time.dateTime);
      if (!inUtc && !Number.isNaN(moment.getTime())) time.textContent = local.format(moment);
    }
  }

  // What goes on is shown anew every three seconds, or as many as the page says, part by part; once it is over, or rests,
  // the whole page is.
  function following() {
    const parts = () => [...document.querySelectorAll("[data-live]")];
    const goesOn = (page) => page.querySelector("[data-live-on]");
    // Nobody need be there for it: the server does not take it for a sign of the reader.
    const headers = { Accept: "text/html", "Certdesk-Unattended": "1" };
    const state = (page) => page.querySelector("[data-live-state]")?.dataset.liveState;
    if (!goesOn(document)) return;
    const pause = 1000 * (goesOn(document).dataset.liveOn || 3);
    const look = async () => {
      if (!document.hidden && !document.querySelector("dialog[open]")) {
        try {
          const answer = await fetch(location.href, { headers });
          if (!answer.ok || answer.redirected) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          if (state(page) !== state(document)) return location.reload();
          for (const part of parts()) {
            const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
            if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
          }
          if (!goesOn(page)) return;
        } catch { /* the network or the server is away for a moment */ }
      }
      setTimeout(look, pause);
    };
    setTimeout(look, pause);
  }

  // Copying.
  function copyButtons() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy][hidden]")) {
      button.hidden = false;
      button.title = button.textContent.trim();
    }
  }
  function copying() {
    if (!navigator.clipboard) return;
    const said = Object.assign(document.createElement("div"), { className: "visually-hidden" });
    said.setAttribute("role", "status");
    document.body.append(said);
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      const source = button.closest(".copyable");
      const text = button.dataset.copy || (source ? source.querySelector("pre, code").textContent : "");
      try {
        await navigator.clipboard.writeText(text);
        said.textContent = words.copied;
        button.classList.add("is-done");
      } catch {
        said.textContent = words.uncopied;
      }
      setTimeout(() => { button.classList.remove("is-done"); said.textContent = ""; }, 1600);
    });
  }

  // Whatever a script puts on the page has all that it would have had from the beginning.
  function whatComesLater() {
    const fresh = () => { times(); copyButtons(); };
    fresh();
    new MutationObserver((changes) => {
      if (changes.some((change) => change.addedNodes.length)) fresh();
    }).observe(document.body, { childList: true, subtree: true });
  }

  // Forms that ask first.
  function confirming() {
    if (!window.HTMLDialogElement) return;
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (!form.dataset.confirm || form.dataset.confirmed) return;
      event.preventDefault();
      const submitter = event.submitter;
      const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
      const dialog = make("dialog", "confirm", "");
      const title = make("h2", "confirm__title", words.sure);
      const text = make("p", "", form.dataset.confirm);
      const buttons = make("div", "confirm__buttons", "");
      const no = make("button", "button", words.cancel);
      const yes = make("button", `button ${"danger" in form.dataset ? "button--solid-danger" : "button--primary"}`, submitter ? submitter.textContent.trim() : words.goOn);
      title.id = "confirm-title";
      text.id = "confirm-text";
      dialog.setAttribute("aria-labelledby", title.id);
      dialog.setAttribute("aria-describedby", text.id);
      no.type = yes.type = "button";
      buttons.append(no, yes);
      dialog.append(title, text);
      // What is typed elsewhere on the page does not go along.
      for (const other of document.querySelectorAll("form[data-unsent]")) {
        const typed = [...other.querySelectorAll("textarea")].some((field) => field.value.trim());
        if (other === form || !typed) continue;
        const unsent = make("p", "", other.dataset.unsent);
        unsent.id = "confirm-unsent";
        dialog.setAttribute("aria-describedby", `${text.id} ${unsent.id}`);
        dialog.append(unsent);
      }
      dialog.append(buttons);
      document.body.append(dialog);
      no.addEventListener("click", () => dialog.close());
      yes.addEventListener("click", () => {
        form.dataset.confirmed = "yes";
        dialog.close();
        form.requestSubmit(submitter || undefined);
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        if (submitter) submitter.focus();
      });
      dialog.showModal();
      no.focus();
    });
    // Coming back to the page, the question is asked anew.
    addEventListener("pageshow", () => {
      for (const form of document.querySelectorAll("form[data-confirmed]")) delete form.dataset.confirmed;
    });
  }

  // The navigation on a phone.
  function drawer() {
    const sidebar = document.querySelector("[data-drawer]");
    const opener = document.querySelector("[data-drawer-open]");
    if (!sidebar || !opener) return;
    const stage = document.querySelector(".stage");
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", sidebar.id);
    opener.setAttribute("aria-expanded", "false");
    const set = (open) => {
      sidebar.classList.toggle("is-open", open);
      opener.setAttribute("aria-expanded", String(open));
      stage.inert = open;
      if (open) sidebar.querySelector("[data-drawer-close]").focus();
      else opener.focus();
    };
    opener.addEventListener("click", (event) => { event.preventDefault(); set(true); });
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); set(true); }
    });
    for (const closer of document.querySelectorAll("[data-drawer-close]")) {
      closer.addEventListener("click", (event) => {
        if (!sidebar.classList.contains("is-open")) return;
        event.preventDefault();
        set(false);
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && sidebar.classList.contains("is-open")) set(false);
    });
    matchMedia("(min-width: 60.01rem)").addEventListener("change", () => {
      sidebar.classList.remove("is-open");
      opener.setAttribute("aria-expanded", "false");
      stage.inert = false;
    });
  }

  addEventListener("DOMContentLoaded", () => {
    theme();
    searchKey();
    reviewKeys();
    whatComesLater();
    following();
    copying();
    confirming();
    drawer();
  });
})();
