// A page that outlives its session is fetched again: after logging out, here or in another window, nothing stays readable.
const reader = document.body.dataset.reader ?? "";
const windows = new BroadcastChannel("reader");

function again() {
  location.replace(location.pathname + location.search);
}

windows.addEventListener("message", ({ data }) => reader && data !== reader && again());
windows.postMessage(reader);
addEventListener("pageshow", ({ persisted }) => persisted && again());
