// Files may be dropped onto a form or pasted into it; dropped beside it they do not take the page away.
const zoneOf = (event) => event.target.closest?.("[data-drop]");
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

function give(event, files) {
  const input = zoneOf(event)?.querySelector("input[type=file]");
  if (!input || !files?.length) return;
  event.preventDefault();
  input.dispatchEvent(new CustomEvent("portal:files", { detail: [...files], bubbles: true }));
}

function mark(zone) {
  for (const other of document.querySelectorAll("[data-over]")) if (other !== zone) delete other.dataset.over;
  if (zone) zone.dataset.over = "";
}

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  if (!zoneOf(event)) event.dataTransfer.dropEffect = "none";
  mark(zoneOf(event));
});
document.addEventListener("dragleave", (event) => event.relatedTarget || mark(null));
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  mark(null);
  give(event, event.dataTransfer.files);
});
document.addEventListener("paste", (event) => give(event, event.clipboardData?.files));
