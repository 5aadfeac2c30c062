/* What was typed into a form and not taken: kept in this tab until it is, and put back when the form comes again.
   A form says that it is worth it by data-draft, which tells forms of one address apart. Without this file nothing is kept. */
(() => {
  "use strict";
  const words = document.currentScript.dataset; // in the reader's language
  const own = `certdesk-draft:${words.account}:`; // what somebody typed is not put before another
  const store = (() => { try { return sessionStorage; } catch { return null; } })();
  if (!store) return;

  // Neither what proves who somebody is nor what they confirm, and not what the server put there.
  const KEPT = "textarea, select, input:not([type=hidden], [type=password], [type=file], [autocomplete=one-time-code], [data-anew])";
  const keys = () => Object.keys(store).filter((key) => key.startsWith("certdesk-draft:"));
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const write = (key, draft) => { try { store.setItem(key, JSON.stringify(draft)); } catch { /* then it is not kept */ } };
  const forms = () => [...document.querySelectorAll("form[data-draft]")];
  const addressOf = (form) => new URL(form.getAttribute("action") || "", location.href);
  const keyOf = (form) => `${own}${addressOf(form).pathname}${addressOf(form).search} ${form.dataset.draft}`;

  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const stateOf = (field) => ticked(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value;
  function put(field, state) {
    if (ticked(field)) field.checked = state;
    else if (field.multiple) for (const one of field.options) one.selected = state.includes(one.value);
    else field.value = state;
  }

  // The fields of a form by name, as they are now.
  function statesOf(form) {
    const found = {};
    for (const field of form.elements) {
      if (field.name && field.matches(KEPT)) (found[field.name] ||= []).push(stateOf(field));
    }
    return found;
  }
  function putAll(form, states) {
    const left = Object.fromEntries(Object.entries(states).map(([name, all]) => [name, [...all]]));
    for (const field of form.elements) {
      if (left[field.name]?.length && field.matches(KEPT)) put(field, left[field.name].shift());
    }
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // A form that was sent and came back to be mended, a page of an error, and a step back say that it was not taken.
  function settle() {
    const [way] = performance.getEntriesByType("navigation");
    const refused = "refused" in words || way?.type === "back_forward" || document.querySelector(".flashes .notice--error");
    const here = way?.redirectCount ? [] : [" ", "?"].map((next) => `${own}${location.pathname}${next}`);
    for (const key of keys()) {
      const draft = read(key);
      const another = words.account !== undefined && !key.startsWith(own);
      if (another || !draft || (draft.sent && !refused && !here.some((start) => key.startsWith(start)))) store.removeItem(key);
      else if (draft.sent) write(key, { states: draft.states });
    }
  }

  function offer(form, asItCame) {
    const key = keyOf(form);
    const draft = read(key);
    if (!draft) return;
    putAll(form, draft.states);
    if (same(statesOf(form), asItCame)) return;
    const notice = Object.assign(document.createElement("div"), { className: "notice notice--info draft" });
    const text = Object.assign(document.createElement("p"), { className: "notice__body", textContent: words.back });
    const drop = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: words.drop });
    notice.setAttribute("role", "status");
    notice.append(text, drop);
    form.prepend(notice);
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    drop.addEventListener("click", () => {
      putAll(form, asItCame);
      store.removeItem(key);
      notice.remove();
      [...form.elements].find((field) => field.matches(KEPT))?.focus();
    });
  }

  function keeping(form) {
    const asItCame = statesOf(form);
    offer(form, asItCame);
    form.addEventListener("input", () => {
      const now = statesOf(form);
      const before = read(keyOf(form))?.states || {};
      const typed = Object.entries(now).filter(([name, states]) => name in before || !same(states, asItCame[name]));
      write(keyOf(form), { states: Object.fromEntries(typed) });
    });
  }

  addEventListener("DOMContentLoaded", () => {
    settle();
    for (const kept of document.querySelectorAll("[data-draft-kept]")) kept.hidden = !keys().length;
    if (words.account === undefined) return;
    forms().forEach(keeping);
    addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (event.target.matches(".sign-out")) for (const key of keys()) store.removeItem(key);
      const draft = event.target.matches("form[data-draft]") && read(keyOf(event.target));
      if (draft) write(keyOf(event.target), { ...draft, sent: true });
    });
  });
})();
