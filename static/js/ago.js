// How long ago something was, kept true while the page stays open; under a minute the server's words stand.
const THRESHOLD = 1.2;
const UNITS = { year: 31536000, month: 2592000, week: 604800, day: 86400, hour: 3600, minute: 60, second: 1 };
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en");

function ago(seconds) {
  const [unit, size] = Object.entries(UNITS).find(([, size]) => seconds / size >= THRESHOLD);
  return words.format(-Math.round(seconds / size), unit);
}

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (seconds >= 60) time.textContent = ago(seconds);
  }
}

setInterval(refresh, 30_000);
document.addEventListener("visibilitychange", refresh);
