// Ctrl or Cmd with Enter sends what is being written, as the main button would.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const main = event.target.closest("[data-draft]")?.form.querySelector(".btn.main");
  if (!main) return;
  event.preventDefault();
  main.click();
});
