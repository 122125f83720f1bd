// Keys: the sheet that `?` shows is the table that is obeyed. Off inside fields, with modifiers, and when switched off.
const OFF = "keys are off";
const sheet = document.getElementById("keys");
const rows = Object.fromEntries([...document.querySelectorAll("#keys [data-key]")].map((row) => [row.dataset.key, row.dataset]));
const LINES = "main :is(.lines, .results) > li, main .table tbody > tr";
const first = (selector) => (selector ? document.querySelector(selector) : null);

function move(step) {
  const links = [...document.querySelectorAll(LINES)].map((line) => line.querySelector("a[href]")).filter((link) => link?.checkVisibility());
  if (!links.length) return false;
  const here = links.findIndex((link) => link.closest("li, tr").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  return true;
}

function go({ click, to, otherwise }) {
  first(click)?.click();
  const place = first(to);
  const closed = place?.closest("details:not([open])");
  if (closed) closed.open = true;
  place?.focus();
  if (!place && otherwise) location.assign(otherwise);
  return Boolean(place ?? otherwise);
}

const DOES = { next: () => move(1), back: () => move(-1), go, sheet: () => (sheet.showModal(), true) };

function obey(event) {
  const busy = event.target.closest?.("input, select, textarea, [contenteditable], dialog");
  const row = rows[event.key];
  if (!row?.does || busy || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (localStorage.getItem(OFF) === null && DOES[row.does](row)) event.preventDefault();
}

if (sheet) {
  const choice = sheet.querySelector("[data-keys-on]");
  choice.checked = localStorage.getItem(OFF) === null;
  choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "")));
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }
  document.addEventListener("keydown", obey);
}
