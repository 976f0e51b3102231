/** What the server wrote into the page for the script: a JSON data block, so that no script is inline. */
export function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Fill `{name}` places of a translated sentence. */
export function fill(text, values) {
  return text.replace(/{(\w+)}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Build an element: attributes, then children or text. Text is never parsed as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
