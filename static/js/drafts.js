// What is being typed, kept in this browser until it is sent (sent.js): for each person, place and mode.
const KEPT_MS = 30 * 24 * 3600 * 1000;
const reader = document.body.dataset.reader;
const words = document.getElementById("draft-words")?.dataset;
const keyOf = (field, mode = field.form.elements.mode?.value ?? "") => `draft ${reader} ${field.dataset.draft} ${mode}`;
const stored = (key) => JSON.parse(localStorage.getItem(key) ?? "null")?.text ?? "";

function keep(field) {
  field.dataset.kept = keyOf(field);
  if (!field.value) return localStorage.removeItem(field.dataset.kept);
  localStorage.setItem(field.dataset.kept, JSON.stringify({ text: field.value, at: Date.now() }));
}

function bringBack(field) {
  if (field.value) return keep(field);
  const modes = [...field.form.querySelectorAll("[name=mode]")];
  const other = stored(keyOf(field)) ? null : modes.find((mode) => stored(keyOf(field, mode.value)));
  if (other) other.checked = true;
  show(field);
}

function show(field) {
  field.dataset.kept = keyOf(field);
  field.value = stored(field.dataset.kept);
  if (field.value) tell(field.form, words.back);
}

function tell(form, text) {
  const note = form.querySelector("[data-draft-note]");
  if (note && note.textContent !== text) note.textContent = text;
}

function dropOld() {
  const old = (key) => key.startsWith("draft ") && JSON.parse(localStorage[key]).at < Date.now() - KEPT_MS;
  Object.keys(localStorage).filter(old).forEach((key) => localStorage.removeItem(key));
}

function bringAllBack() {
  document.querySelectorAll("[data-draft]:not([data-kept])").forEach(bringBack);
}

if (reader) {
  dropOld();
  bringAllBack();
  document.addEventListener("htmx:after:swap", bringAllBack);
  document.addEventListener("input", ({ target: field }) => {
    if (!field.matches("[data-draft]")) return;
    keep(field);
    tell(field.form, field.value ? words.kept : "");
  });
  document.addEventListener("change", ({ target: mode }) => {
    if (mode.name !== "mode") return;
    tell(mode.form, "");
    mode.form.querySelectorAll("[data-draft]").forEach(show);
  });
}
