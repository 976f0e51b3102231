/** English is what the packages speak; these words are said in the product's own way. */
export default {
  'Camunda Form': 'Form',
  'Camunda Form (linked)': 'Form',
  'Camunda user task': 'User task',
  'Called element': 'Called process',
};
