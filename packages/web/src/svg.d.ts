// web: a picture is imported as the address that the bundler gives it.
declare module '*.svg' {
  const url: string;
  export default url;
}
