import { settings } from '../../core/setting'

/** Settings of backups. */
export const backupSettings = {
  BACKUP_TO: settings.text({
    default: undefined,
    defaultText: '$DATA_DIR/backups',
    example: 's3://my-bucket/holdfast',
    description: 'Where backups are kept: a folder, or `s3://bucket/prefix` of any store that speaks S3.',
  }),
  BACKUP_EVERY_HOURS: settings.int(
    0,
    8760,
  )({
    default: 0,
    description: 'A backup is made after so many hours, over and over. 0 makes none by itself.',
  }),
  BACKUP_KEEP: settings.int(
    1,
    10_000,
  )({
    default: 14,
    description: 'Backups that are kept; the oldest go after each new one.',
  }),
  BACKUP_AGE_RECIPIENT: settings.text({
    default: undefined,
    example: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    description:
      'Public key of age: backups are encrypted for it. Its secret key is not needed to make them.',
  }),
  BACKUP_AGE_IDENTITY: settings.text({
    default: undefined,
    secret: true,
    description: 'Secret key of age (`AGE-SECRET-KEY-1…`): needed to verify and restore encrypted backups.',
  }),
  BACKUP_S3_ENDPOINT: settings.url(
    'https',
    'http',
  )({
    default: undefined,
    aliases: ['AWS_ENDPOINT_URL_S3'],
    example: 'https://fly.storage.tigris.dev',
    description: 'Address of a store other than Amazon’s.',
  }),
  BACKUP_S3_REGION: settings.text({
    default: undefined,
    aliases: ['AWS_REGION'],
    description: 'Region of the bucket.',
  }),
  BACKUP_S3_ACCESS_KEY_ID: settings.text({
    default: undefined,
    aliases: ['AWS_ACCESS_KEY_ID'],
    example: 'YOUR_ACCESS_KEY_ID',
    description: 'Access key of the store; an `s3://` address needs it.',
  }),
  BACKUP_S3_SECRET_ACCESS_KEY: settings.text({
    default: undefined,
    secret: true,
    aliases: ['AWS_SECRET_ACCESS_KEY'],
    example: 'YOUR_SECRET',
    description: 'Secret of the access key; an `s3://` address needs it.',
  }),
} as const
