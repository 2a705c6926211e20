declare module 'uplot/dist/uPlot.iife.min.js' {
  const text: string
  export default text
}
