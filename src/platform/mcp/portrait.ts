const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 2 4 5v7c0 5 3.4 8.6 8 10 4.6-1.4 8-5 8-10V5z" fill="#1f4d3a"/><path d="m8 12 3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>'

/** How clients show the server beside its name. */
export const portrait = {
  icons: [
    {
      src: `data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}`,
      mimeType: 'image/svg+xml',
      sizes: ['any'],
    },
  ],
}
