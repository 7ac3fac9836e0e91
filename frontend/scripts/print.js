// <button data-print> opens the printer's window; without scripts the button is not there, the browser's own menu is.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
