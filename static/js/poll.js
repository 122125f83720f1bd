// What is under way is looked at again every two seconds, while somebody can see it.
const EVERY_MS = 2000;

function look() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-poll]")) part.dispatchEvent(new Event("poll"));
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
