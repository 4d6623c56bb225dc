// The theme and the scheme that are chosen, in every frame.

/** @param {"theme" | "scheme"} name */
function chosen(name) {
  const input = document.querySelector(`input[name=${name}]:checked`);
  return input instanceof HTMLInputElement ? input.value : "";
}

function show() {
  for (const palette of document.querySelectorAll(".palette"))
    if (palette instanceof HTMLElement) palette.hidden = palette.dataset.theme !== chosen("theme");
  for (const frame of document.querySelectorAll("iframe"))
    frame.src = `frames/${chosen("theme")}/${frame.dataset.block}${chosen("scheme")}.html`;
}

for (const input of document.querySelectorAll("input")) input.addEventListener("change", show);
