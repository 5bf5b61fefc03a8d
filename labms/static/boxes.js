// Finds a box among many: what doesn't match the search is hidden, nothing is unticked.

function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}

for (const boxes of document.querySelectorAll("[data-boxes]")) {
  const tools = boxes.querySelector("[data-boxes-tools]");
  const search = tools.querySelector("input");
  const count = tools.querySelector("[data-boxes-count]");
  const groups = [...boxes.querySelectorAll(".types__group")];

  const tally = () => {
    count.textContent = boxes.querySelectorAll("input:checked").length;
  };
  const filter = () => {
    const wanted = fold(search.value.trim());
    for (const group of groups) {
      const heading = fold(group.querySelector("h2").textContent).includes(wanted);
      let shown = 0;
      for (const line of group.querySelectorAll(".form-check")) {
        line.hidden = !heading && !fold(line.textContent).includes(wanted);
        shown += line.hidden ? 0 : 1;
      }
      group.hidden = shown === 0;
    }
  };

  tools.hidden = false;
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // would send the form
  });
  boxes.addEventListener("change", tally);
  tally();
}
