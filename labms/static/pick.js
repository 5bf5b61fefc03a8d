// Ticks all boxes of a table at once.
for (const all of document.querySelectorAll("[data-pick-all]")) {
  const boxes = () => all.closest("table").querySelectorAll("tbody input[type=checkbox]");
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
}

// Says how many are taken along as the boxes of the form are ticked now.
for (const line of document.querySelectorAll("[data-count-ticked]")) {
  const form = line.closest("form");
  const tell = () => {
    const ticked = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
    line.querySelector("output").value = Number(line.dataset.countTicked) + ticked;
  };
  line.hidden = false;
  form.addEventListener("change", tell);
  tell();
}
