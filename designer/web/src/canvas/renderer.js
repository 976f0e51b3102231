/** Colours of shapes as CSS variables: they follow a switch of the theme without drawing again. */
export const rendererColours = {
  defaultFillColor: 'var(--diagram-fill)',
  defaultStrokeColor: 'var(--diagram-stroke)',
  defaultLabelColor: 'var(--diagram-label)',
};
