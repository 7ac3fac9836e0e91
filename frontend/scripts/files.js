// File fields in the reader's language: the browser's own words follow the browser, not the page. The field stays where
// it is, unseen and on top, so that clicks, drops and the keyboard reach it; below it stand our words and the names.
for (const box of document.querySelectorAll("[data-files]")) {
  const field = box.querySelector("input[type=file]");
  const names = box.querySelector("[data-files-none]");
  const say = () => {
    names.textContent = [...field.files].map((file) => file.name).join(", ") || names.dataset.filesNone;
  };
  box.querySelector(".file-words").hidden = false;
  field.addEventListener("change", say);
  addEventListener("pageshow", say);
}
