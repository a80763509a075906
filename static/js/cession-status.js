// Sends a file as soon as it is chosen and shows how far it is, without losing what was typed elsewhere on
// the page; copies records and texts. Without this script buttons and selection do the same (T5).
(() => {
  const words = document.getElementById("upload-words")?.dataset;
  const parts = ["now", "missing", "documents"];
  if (!words) return;
  document.documentElement.classList.add("sends-at-once");

  function place(form) {
    return form.closest(".document") || form;
  }

  function complain(form, text) {
    place(form).querySelector(".errorlist")?.remove();
    const line = document.createElement("p");
    line.className = "errorlist";
    line.setAttribute("role", "alert");
    line.textContent = text;
    form.before(line);
    form.querySelector("[type=file]").value = "";
  }

  function bar(form) {
    const box = document.createElement("p");
    const progress = document.createElement("progress");
    const said = document.createElement("span");
    box.className = "sending";
    box.setAttribute("role", "status");
    progress.max = 100;
    progress.setAttribute("aria-label", words.sending);
    said.textContent = words.sending;
    box.append(said, progress);
    form.after(box);
    return (share) => {
      progress.value = share;
      said.textContent = `${words.sending} ${share} %`;
    };
  }

  // The parts that a file changes come from the answer; all others keep what was typed in them.
  function renew(html, form) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    if (!answer.getElementById("now")) return false;
    const part = parts.find((id) => document.getElementById(id)?.contains(form)) || "documents";
    parts.forEach((id) => document.getElementById(id).replaceWith(answer.getElementById(id)));
    document.querySelectorAll(".upload-said").forEach((old) => old.remove());
    const error = document.querySelector("#error");
    const good = answer.querySelector(".messages .notice");
    if (error) {
      error.setAttribute("role", "alert");
      error.scrollIntoView({ block: "center" });
    } else if (good) {
      good.classList.add("upload-said");
      good.setAttribute("role", "status");
      good.tabIndex = -1;
      document.getElementById(part).before(good);
      good.focus();
    }
    return true;
  }

  function send(form) {
    const input = form.querySelector("[type=file]");
    const files = [...input.files];
    if (!files.length || form.dataset.sending) return;
    if (files.some((file) => file.size > Number(words.most))) return complain(form, words.heavy);
    const button = form.querySelector("button[name=do]");
    const body = new FormData(form);
    const request = new XMLHttpRequest();
    const show = bar(form);
    const over = (text) => {
      delete form.dataset.sending;
      form.parentElement.querySelector(".sending")?.remove();
      complain(form, text);
    };
    body.append(button.name, button.value);
    form.dataset.sending = "yes";
    form.classList.add("is-sending");
    request.open("POST", window.location.pathname);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) show(Math.round((event.loaded / event.total) * 100));
    });
    request.addEventListener("load", () => {
      const known = request.status === 200 || request.status === 422;
      if (!known || !renew(request.responseText, form)) over(words.failed);
    });
    request.addEventListener("error", () => over(words.broken));
    request.addEventListener("loadend", () => form.classList.remove("is-sending"));
    request.send(body);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload=at-once]");
    if (form && event.target.type === "file") send(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-upload]")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = button.dataset.copied;
    } catch {
      if (source.select) source.select();
      else window.getSelection().selectAllChildren(source);
    }
  });
})();
