/* Walk through the changes of a comparison by keyboard: n or ↓ button for the next, p for the one before. */
"use strict";

(() => {
  const changes = [...document.querySelectorAll("[data-change]")];
  const bar = document.querySelector("[data-diff-keys]");
  if (!bar || !changes.length) return;
  let at = -1;
  bar.hidden = false;

  function go(step) {
    at = (at + step + changes.length) % changes.length;
    changes[at].scrollIntoView({ block: "center" });
    changes[at].focus({ preventScroll: true });
    bar.querySelector("[data-count]").textContent = `${at + 1} / ${changes.length}`;
  }

  bar.querySelector("[data-next]").addEventListener("click", () => go(1));
  bar.querySelector("[data-previous]").addEventListener("click", () => go(at < 0 ? 0 : -1));
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (event.key === "n") go(1);
    if (event.key === "p") go(at < 0 ? 0 : -1);
  });
})();
