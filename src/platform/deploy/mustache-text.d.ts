declare module '*.mustache' {
  const text: string
  export default text
}
