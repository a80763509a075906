// Adds a line for another service without a round trip; without this script the server does it.
(() => {
  const button = document.getElementById("add-service");
  const rows = document.querySelector(".service-rows");
  if (!button || !rows) return;
  const most = 20;
  button.addEventListener("click", (event) => {
    const last = rows.lastElementChild;
    event.preventDefault();
    if (rows.children.length >= most) return;
    const place = rows.children.length;
    const copy = last.cloneNode(true);
    copy.classList.remove("has-error");
    copy.querySelectorAll(".errorlist").forEach((list) => list.remove());
    copy.querySelectorAll("label").forEach((label) => {
      label.htmlFor = label.htmlFor.replace(/\d+$/, place);
    });
    copy.querySelectorAll("input, select").forEach((input) => {
      input.id = input.id.replace(/\d+$/, place);
      input.removeAttribute("aria-invalid");
    });
    const name = copy.querySelector("input");
    name.value = "";
    name.setAttribute("aria-describedby", "services_help");
    rows.append(copy);
    name.focus();
  });
})();
