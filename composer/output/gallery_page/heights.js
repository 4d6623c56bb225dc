// Each frame as high as it says it is. It runs before the first frame, whose word about its height may come early.

/** @param {MessageEvent} event */
function fit(event) {
  const frame = [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === event.source);
  if (frame && Number.isFinite(event.data)) frame.style.height = `${event.data}px`;
}

addEventListener("message", fit);
