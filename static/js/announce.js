// After a part of the page was replaced: its answer is read out, and focus that was inside goes to a sensible place.
const ANSWER = "[role=status]:not([data-draft-note])";
const WRONG = "main :is([aria-invalid=true], #form-errors, .form-page > [role=alert])";
const COUNT = ".pager p, .empty h2";
const voice = document.getElementById("voice");
let left = null;

/** An alert speaks for itself when it comes; a status that comes with its words does not. */
function say(part) {
  if (part.querySelector("[role=alert]")) return;
  const told = [...part.querySelectorAll(ANSWER)].find((one) => one.textContent.trim());
  const text = (told ?? part.querySelector(COUNT))?.textContent.replace(/\s+/g, " ").trim();
  if (text) voice.textContent = voice.textContent === text ? `${text}\u00a0` : text;
}

function placeFor(part, action) {
  const again = [...part.querySelectorAll("form")].find((form) => form.getAttribute("action") === action);
  return (
    part.querySelector("[aria-invalid=true], [role=alert]") ??
    again?.closest("details")?.querySelector("summary") ??
    again?.querySelector("textarea") ??
    again?.querySelector("input:not([type=hidden]), button") ??
    part.querySelector("[role=status]") ??
    part
  );
}

function focus(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const inside = ctx.swap !== "none" && ctx.target.contains(document.activeElement);
  left = inside ? { action: document.activeElement.closest("form")?.getAttribute("action") } : null;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.swap === "none") return;
  const part = ctx.target.isConnected ? ctx.target : document.getElementById(ctx.target.id);
  if (!part) return;
  if (!ctx.sourceElement.matches("[data-poll]")) say(part);
  if (left && document.activeElement === document.body) focus(placeFor(part, left.action));
});

const fault = document.querySelector(WRONG);
if (fault) focus(fault);
