// Short answers: good news goes by itself unless somebody is on it, bad news stays until it is closed.
const GOOD_MS = 8000;
const AGAIN_MS = 2000;
const place = document.getElementById("toasts");
const broken = document.getElementById("toast-broken");

function letGo(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(letGo, AGAIN_MS, toast);
  else toast.remove();
}

function show(text) {
  const toast = broken.content.firstElementChild.cloneNode(true);
  if (text) toast.querySelector("span").textContent = text;
  place.querySelectorAll("[data-broken]").forEach((old) => old.remove());
  toast.dataset.broken = "";
  place.append(toast);
}

/** What a page of an error says: its heading and first sentence. */
function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const title = page.querySelector("h1");
  return title && `${title.textContent}. ${title.nextElementSibling?.textContent ?? ""}`.trim();
}

document.addEventListener("click", ({ target }) => {
  const close = target.closest("[data-toast-close]");
  if (!close) return;
  close.closest("[data-toast]").remove();
  document.getElementById("main").focus({ preventScroll: true });
});
document.addEventListener("portal:broken", () => show());
document.addEventListener("htmx:error", ({ detail: { ctx } }) => ctx && !ctx.sourceElement.matches("[data-poll]") && show());
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status === 422 || ctx.sourceElement.matches("[data-poll]")) return;
  ctx.swap = "none";
  show(status < 500 ? wordsOf(ctx.text) : "");
});
for (const toast of place.querySelectorAll("[data-toast].ok")) setTimeout(letGo, GOOD_MS, toast);
