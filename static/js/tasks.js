// One key, one result: with the focus inside a task, 1 to 5 press its result buttons (C8).
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const typing = event.target.matches("input, textarea, select");
  const task = event.target.closest(".task");
  if (!task || typing) return;
  const button = task.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
