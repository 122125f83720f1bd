// Colours change at once; the choice is kept in the background.
function wear(theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = theme || "light dark";
}

function mark(chosen) {
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    if (button.value === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    event.stopPropagation();
    wear(submitter.value);
    mark(submitter.value);
    const body = new URLSearchParams(new FormData(form, submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => document.dispatchEvent(new Event("portal:broken")));
  },
  true,
);
