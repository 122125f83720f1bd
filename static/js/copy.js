// A button that copies what stands in a field; without scripts it is not there, and the field can be selected.
document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.lastChild.textContent = button.dataset.done;
  } catch {
    field.focus();
  }
});
