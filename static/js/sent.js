// A draft is forgotten only when the server has said that it took what was sent; in doubt it stays.
const AWAITING = "awaiting an answer";
const tried = new WeakMap();
const place = (form) => new URL(form.action).pathname;

function forget(keys, action) {
  keys.forEach((key) => localStorage.removeItem(key));
  sessionStorage.removeItem(`tried ${action}`);
}

document.addEventListener("submit", ({ target: form }) => {
  const fields = [...form.querySelectorAll("[data-kept]")].map((field) => [field, field.dataset.kept, field.value]);
  if (!fields.length) return;
  tried.set(form, fields);
  if (form.hasAttribute("hx-post")) return;
  const keys = fields.map(([, key]) => key);
  sessionStorage.setItem(AWAITING, JSON.stringify({ keys, action: place(form) }));
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (ctx.response.status !== 200 || !tried.has(form)) return;
  const same = tried.get(form).filter(([field, , text]) => field.value === text);
  forget(same.map(([, key]) => key), place(form));
});

const awaiting = JSON.parse(sessionStorage.getItem(AWAITING) ?? "null");
sessionStorage.removeItem(AWAITING);
if (awaiting && document.querySelector("#toasts .ok")) forget(awaiting.keys, awaiting.action);
