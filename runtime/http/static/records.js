// The board: dragging a card is a quicker way to use its "Move to" form. Everything works without this file.
"use strict";

for (const board of document.querySelectorAll("[data-board]")) {
  let dragged = null;

  const columnOf = (target) => target instanceof Element ? target.closest(".board-column") : null;
  const takes = (column) => dragged !== null && column !== null
    && dragged.dataset.moves.split(" ").includes(column.dataset.stage);

  for (const card of board.querySelectorAll("[data-card]")) {
    if (card.dataset.moves) card.draggable = true;
  }

  for (const select of board.querySelectorAll(".board-move select")) {
    // Without a script the button sends the form; with one, choosing by mouse is enough. The keyboard still uses the button.
    select.addEventListener("change", (event) => {
      if (event.isTrusted && select.matches(":hover") && select.value) select.form.requestSubmit();
    });
  }

  board.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof Element ? event.target.closest("[data-card]") : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("dragged");
    for (const column of board.querySelectorAll(".board-column")) column.classList.toggle("may-drop", takes(column));
  });

  board.addEventListener("dragover", (event) => {
    if (takes(columnOf(event.target))) event.preventDefault();
  });

  board.addEventListener("drop", (event) => {
    const column = columnOf(event.target);
    if (!takes(column)) return;
    event.preventDefault();
    const form = dragged.querySelector(".board-move");
    form.elements.namedItem("stage").value = column.dataset.stage;
    form.requestSubmit();
  });

  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    for (const column of board.querySelectorAll(".may-drop")) column.classList.remove("may-drop");
    dragged = null;
  });
}
