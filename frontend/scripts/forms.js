import htmx from "htmx.org";

// Forms marked data-autosave="<address>": 1.5 s after the last keystroke what was typed is posted there, and the
// saved line ([data-saved]) says when. Forms with data-guard warn before leaving with unsaved changes.
const waiting = new WeakMap();
const changed = new Set();

function say(form, words, state) {
  for (const line of document.querySelectorAll("[data-saved]")) {
    line.hidden = false;
    line.dataset.state = state;
    (line.querySelector("[data-saved-words]") ?? line).textContent = words;
  }
}

async function save(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body,
      headers: { "X-Autosave": "1", Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    // The draft moved on: later saves, and the form itself, must name the new version.
    const version = form.elements.namedItem("version");
    if (version && told.version !== undefined) version.value = told.version;
    changed.delete(form);
    say(form, told.words, "saved");
  } catch {
    say(form, form.dataset.unsaved, "unsaved");
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.dataset.guard !== undefined || form.dataset.autosave) changed.add(form);
  if (!form.dataset.autosave || event.target.type === "file") return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), 1500));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  clearTimeout(waiting.get(form));
  changed.delete(form);
  if (event.defaultPrevented) return;
  // A second click must not send twice; the server refuses it as well.
  if (form.dataset.once !== undefined) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

// A choice may bring or take away questions: after it is saved, the form is drawn anew by the server.
document.addEventListener("change", async (event) => {
  const form = event.target.form;
  if (!form?.dataset.autosave || !event.target.matches("select, [type=radio], [type=checkbox]")) return;
  clearTimeout(waiting.get(form));
  await save(form);
  if (changed.has(form)) return;
  await htmx.ajax("GET", location.href, { target: form, select: "form[data-autosave]", swap: "outerHTML" });
});

// The error summary takes the focus when the page opens with errors.
document.querySelector("[data-error-summary]")?.focus();

// A filter form marked data-now sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.now !== undefined) form.requestSubmit();
});
