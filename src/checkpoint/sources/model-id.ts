/** Whether a text has the form of a model id on the Hub, `name` or `org/name`. */
export function isModelId(id: string): boolean {
  return /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(id) && !/--|\.\.|\.git$/.test(id) && id.length <= 200;
}
