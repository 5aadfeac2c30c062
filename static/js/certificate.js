/* What the page of a certificate gains when scripts run: its address is copied by a button. */
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.querySelector("[data-done]");
    const before = words.textContent;
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        words.textContent = words.dataset.done;
      } catch {
        words.textContent = "Copying did not work";
      }
      setTimeout(() => { words.textContent = before; }, 2000);
    });
  }
})();
