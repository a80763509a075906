// How far the worker is: asked every two seconds, and the page is loaded anew when it is over (P2).
const box = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const standing = await answer.json();
  box.querySelector("progress").value = standing.done;
  box.querySelector("[data-words]").textContent = standing.words;
  if (standing.over) window.location.reload();
}

if (box) setInterval(() => look().catch(() => {}), 2000); // the next look finds the network back
