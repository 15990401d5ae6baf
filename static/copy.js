/* Copy the text of a box by one button. Without this file the button stays hidden. */
"use strict";

document.querySelectorAll("[data-copy]").forEach((button) => {
  const box = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch (error) {
      document.execCommand("copy"); // pages that are not served over https
    }
    button.textContent = button.dataset.done;
  });
});
