// The desk by keyboard: J K move, X picks, A picks all, Enter opens, / searches, ? shows all keys, Escape leaves.
const rows = () => [...document.querySelectorAll(".desk-table tbody tr:has(a)")];
const typing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-cursor"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  all[now]?.classList.remove("is-cursor");
  all[next].classList.add("is-cursor");
  all[next].querySelector("a")?.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => document.querySelector(".desk-table tr.is-cursor .row-check input")?.click(),
  a: () => {
    const boxes = rows().map((row) => row.querySelector(".row-check input")).filter(Boolean);
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) if (box.checked === all) box.click();
  },
  "/": () => document.querySelector("[data-desk-search]")?.focus(),
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target === document.body) {
    document.querySelector(".desk-table tr.is-cursor a")?.click();
    return;
  }
  // A page's own keys: <a data-key="g"> or <button data-key="s">.
  const own = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  const act = keys[event.key.toLowerCase()] ?? (own && (() => own.click()));
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-keys]")) keys["?"]();
});
