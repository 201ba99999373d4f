// Steps through the changes of a page by keyboard: n and p, or j and k; s for the other view. All else works without.
"use strict";
(() => {
  const changes = [...document.querySelectorAll(".change")];
  const keys = document.querySelector(".keys");
  if (keys && changes.length) keys.hidden = false;
  const other = document.querySelector(".turns a.view");

  function step(by) {
    const at = changes.indexOf(document.activeElement && document.activeElement.closest(".change"));
    const next = at < 0 ? (by > 0 ? 0 : changes.length - 1) : at + by;
    if (!changes[next]) return;
    changes[next].focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    changes[next].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "n" || event.key === "j") step(1);
    else if (event.key === "p" || event.key === "k") step(-1);
    else if (event.key === "s" && other) other.click();
    else return;
    event.preventDefault();
  });
})();
