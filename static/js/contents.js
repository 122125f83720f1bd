// In the contents beside a long page, the section being read is marked.
const links = new Map();
for (const link of document.querySelectorAll(".toc a[href^='#']")) {
  const section = document.getElementById(link.hash.slice(1));
  if (section) links.set(section, link);
}
const inView = new Set();

const watch = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) inView[isIntersecting ? "add" : "delete"](target);
    const first = [...links.keys()].find((section) => inView.has(section));
    if (!first) return;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(first).setAttribute("aria-current", "true");
  },
  { rootMargin: "-20% 0px -60%" },
);
links.forEach((_link, section) => watch.observe(section));
