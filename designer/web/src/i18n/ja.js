import canvas from 'bpmn-js-i18n/translations/ja.js';
export default { ...canvas };
