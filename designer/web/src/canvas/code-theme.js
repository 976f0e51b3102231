import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/**
 * Colours of FEEL text, in place of the fixed light theme that the FEEL editor brings (vite.config.js puts this module in its
 * place): CSS variables, so that one theme serves light and dark.
 */
const COLOURS = [
  [[tags.keyword, tags.bool, tags.null, tags.typeName, tags.deleted], '--code-keyword'],
  [[tags.string, tags.special(tags.string), tags.inserted, tags.attributeValue], '--code-string'],
  [[tags.number], '--code-number'],
  [[tags.arithmeticOperator, tags.compareOperator, tags.url, tags.escape, tags.link], '--code-operator'],
  [
    [
      tags.variableName,
      tags.definition(tags.variableName),
      tags.special(tags.variableName),
      tags.propertyName,
      tags.definition(tags.propertyName),
    ],
    '--code-name',
  ],
  [
    [
      tags.function(tags.variableName),
      tags.function(tags.special(tags.variableName)),
      tags.function(tags.definition(tags.variableName)),
      tags.function(tags.propertyName),
    ],
    '--code-function',
  ],
  [[tags.lineComment, tags.blockComment, tags.quote, tags.meta, tags.angleBracket], '--code-comment'],
  [[tags.heading, tags.special(tags.bracket), tags.tagName, tags.attributeName], '--code-heading'],
];

const highlight = HighlightStyle.define(COLOURS.map(([tag, name]) => ({ tag, color: `var(${name})` })));

const theme = [EditorView.theme({ '&': { color: 'var(--bio-text)' } }), syntaxHighlighting(highlight)];

export { theme as feelDark, theme as feelLight };
