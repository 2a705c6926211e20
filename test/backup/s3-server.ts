import S3rver from 's3rver'

/** A store that speaks S3, on a free port, with the bucket `kept`; its credentials are S3RVER for both. */
const { port } = await new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: process.argv[2]!,
  configureBuckets: [{ name: 'kept', configs: [] }],
}).run()
console.log(`port ${port}`)
