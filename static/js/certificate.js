/* What the page of a certificate gains when scripts run: its address is copied by a button, and a share is counted. */
(() => {
  "use strict";

  /* Only the desk frames this page, to show support what others see: nothing is done there, and nothing counted. */
  const framed = window.top !== window;
  if (framed) {
    document.addEventListener("click", (event) => { if (event.target.closest("a")) event.preventDefault(); }, true);
  }

  /* Whoever passes it on need not wait for the count, nor hear of it when it fails: the link works by itself. */
  const noteShare = (network) => {
    if (framed) return;
    navigator.sendBeacon?.(`${location.pathname}/shared`, new URLSearchParams({ network }));
  };

  for (const link of document.querySelectorAll("a[data-network]")) {
    for (const way of ["click", "auxclick"]) {
      link.addEventListener(way, () => noteShare(link.dataset.network));
    }
  }

  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.querySelector("[data-done]");
    const before = words.textContent;
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        words.textContent = words.dataset.done;
        noteShare(button.dataset.network);
      } catch {
        words.textContent = words.dataset.undone;
      }
      setTimeout(() => { words.textContent = before; }, 2000);
    });
  }
})();
