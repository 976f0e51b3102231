import canvas from 'bpmn-js-i18n/translations/ru.js';
export default { ...canvas };
