// A big course run is counted once its page is there. Without this file a button does the same.
(() => {
  "use strict";
  addEventListener("DOMContentLoaded", async () => {
    const part = document.querySelector("[data-count-url]");
    if (!part) return;
    const words = part.querySelector("[data-counting]");
    const before = words.textContent;
    words.textContent = words.dataset.counting;
    try {
      const answer = await fetch(part.dataset.countUrl, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...page.querySelector("[data-figures]").childNodes);
      for (const cell of document.querySelectorAll("[data-enrolled]")) {
        const fresh = page.querySelector(`[data-enrolled="${CSS.escape(cell.dataset.enrolled)}"]`);
        if (fresh) cell.replaceChildren(...fresh.childNodes);
      }
    } catch {
      words.textContent = before;
    }
  });
})();
