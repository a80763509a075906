// Says that the file is being read, and keeps a second press from sending it again.
(() => {
  const form = document.querySelector(".check-form");
  if (!form) return;
  const said = form.querySelector("[data-waiting]");
  const button = form.querySelector("button");
  form.addEventListener("submit", () => {
    said.textContent = said.dataset.waiting;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => { button.disabled = true; });
  });
  window.addEventListener("pageshow", () => {
    said.textContent = "";
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
})();
