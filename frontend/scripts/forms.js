// Forms marked data-autosave="<address>": 1.5 s after the last keystroke what was typed is posted there, and the
// saved line ([data-saved]) says when. Forms with data-guard warn before leaving with unsaved changes.
const waiting = new WeakMap(); // form → timer of the next save
const edits = new WeakMap(); // form → how often something was typed or chosen
const saving = new WeakMap(); // form → the save under way
const changed = new Set();

function say(form, words, state) {
  for (const line of document.querySelectorAll("[data-saved]")) {
    line.hidden = false;
    line.dataset.state = state;
    (line.querySelector("[data-saved-words]") ?? line).textContent = words;
  }
}

async function send(form) {
  const typed = edits.get(form);
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
    if (edits.get(form) === typed) changed.delete(form);
    say(form, told.words, "saved");
    return told;
  } catch {
    say(form, form.dataset.unsaved, "unsaved");
    return null;
  }
}

// One save at a time, so that each names the version that the one before it made.
function save(form) {
  const turn = (saving.get(form) ?? Promise.resolve()).then(() => send(form));
  saving.set(form, turn);
  turn.then(() => saving.get(form) === turn && saving.delete(form));
  return turn;
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.dataset.guard !== undefined || form.dataset.autosave) changed.add(form);
  edits.set(form, (edits.get(form) ?? 0) + 1);
  if (!form.dataset.autosave || event.target.type === "file") return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), 1500));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  clearTimeout(waiting.get(form));
  if (event.defaultPrevented) return;
  if (saving.has(form)) {
    event.preventDefault();
    saving.get(form).then(() => form.requestSubmit(event.submitter));
    return;
  }
  changed.delete(form);
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

// A choice may bring or take away questions: once it is saved and the answer names other questions than the form
// asks, the form is drawn anew by the server, unless somebody went on typing meanwhile.
document.addEventListener("change", async (event) => {
  const form = event.target.form;
  if (!form?.dataset.autosave || !event.target.matches("select, [type=radio], [type=checkbox]")) return;
  clearTimeout(waiting.get(form));
  const told = await save(form);
  if (!told || changed.has(form) || told.asked === form.elements.namedItem("asked")?.value) return;
  const typed = edits.get(form);
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-autosave]");
  if (!drawn || edits.get(form) !== typed || saving.has(form) || form.dataset.sent) return;
  const focused = document.activeElement?.id;
  form.replaceWith(drawn);
  if (focused) document.getElementById(focused)?.focus();
});

// The error summary takes the focus when the page opens with errors.
document.querySelector("[data-error-summary]")?.focus();

// A filter form marked data-now sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.now !== undefined) form.requestSubmit();
});
