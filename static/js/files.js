// Chosen files: listed with their sizes, added to, taken off again; they survive a swap that did not send them.
const line = document.getElementById("drop-line");
const held = new WeakMap();
const carried = new Map();
const nameOf = (input) => `${input.form.getAttribute("action")} ${input.name}`;
const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

function sizeOf(bytes) {
  const [amount, unit] = bytes < 1e6 ? [Math.max(bytes / 1024, 0.1), "kilobyte"] : [bytes / 1024 ** 2, "megabyte"];
  const form = { style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", form).format(amount);
}

function hold(input, files) {
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
  held.set(input, files);
  const rows = input.closest("[data-drop]").querySelector("[data-drop-list]");
  rows.replaceChildren(...files.map((file) => rowOf(input, file)));
  rows.hidden = !files.length;
}

function rowOf(input, file) {
  const row = line.content.firstElementChild.cloneNode(true);
  const off = row.querySelector("button");
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-size]").textContent = sizeOf(file.size);
  off.setAttribute("aria-label", off.getAttribute("aria-label").replace("{name}", file.name));
  off.addEventListener("click", () => {
    hold(input, held.get(input).filter((other) => other !== file));
    input.focus();
  });
  return row;
}

function add(input, files) {
  const before = held.get(input) ?? [];
  hold(input, [...before, ...[...files].filter((file) => !before.some((one) => same(one, file)))]);
}

const inputs = (part) => part.querySelectorAll("[data-drop] input[type=file]");
document.addEventListener("change", ({ target }) => target.matches("[data-drop] [type=file]") && add(target, target.files));
document.addEventListener("portal:files", ({ target, detail }) => add(target, detail));
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const sent = ctx.response.status === 200 ? ctx.sourceElement : null;
  for (const input of inputs(ctx.target)) if (input.form !== sent) carried.set(nameOf(input), held.get(input) ?? []);
});
document.addEventListener("htmx:after:swap", () => {
  for (const input of inputs(document)) if (!held.has(input) && carried.has(nameOf(input))) add(input, carried.get(nameOf(input)));
  carried.clear();
});
