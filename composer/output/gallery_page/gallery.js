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

/** Copy what stands below a button, to be pasted under `blocks:` of an issue; a page on the disk may have no clipboard.
 * @param {HTMLButtonElement} button */
async function copy(button) {
  const yaml = button.parentElement?.querySelector("pre");
  if (!yaml) return;
  const text = `${yaml.textContent?.trimEnd()}\n`;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(yaml);
    button.textContent = "Selected: press Ctrl-C";
  }
}

for (const button of document.querySelectorAll("button.copy"))
  if (button instanceof HTMLButtonElement) button.addEventListener("click", () => copy(button));

for (const input of document.querySelectorAll("input")) input.addEventListener("change", show);
