/**
 * Replace the strings of bpmn-js and the panel by `messages`. `translate.missing` collects what has no translation yet;
 * a test drives the designer and reads it.
 */
export function translateModule(messages) {
  const missing = new Set();
  function translate(template, replacements = {}) {
    const known = Object.hasOwn(messages, template);
    if (!known) missing.add(template);
    return (known ? messages[template] : template).replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
  }
  translate.missing = missing;
  return { translate: ['value', translate] };
}

const LOADERS = {
  en: () => import('../i18n/en.js'),
  ja: () => import('../i18n/ja.js'),
  ru: () => import('../i18n/ru.js'),
};

/** The strings of the tools in `language`, as a map from the English of the packages. */
export async function toolMessages(language) {
  const load = LOADERS[language];
  return load ? (await load()).default : {};
}
