// A form that is on its way says so at once and is not sent a second time; afterwards it can be used again.
const LONGEST_MS = 20_000;

function begin(form) {
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
}

function end(form) {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}

function stopSecond(event) {
  const form = event.target.closest("form[aria-busy]");
  if (!form || (event.type === "click" && !event.target.closest("button"))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("submit", stopSecond, true);
document.addEventListener("click", stopSecond, true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.submitter?.formMethod === "dialog") return;
  if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
  begin(form);
  if (!form.hasAttribute("hx-post")) setTimeout(end, LONGEST_MS, form);
});
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.isConnected) event.preventDefault();
  else if (request.method === "POST" && request.form) begin(request.form);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.request.form) end(ctx.request.form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(end));
