import { createPrivateKey, type KeyObject } from 'node:crypto'
import { AppError } from '../../../core/errors'
import type { Call } from '../../../core/operation'

/** A Coinbase API key for the length of one call. */
export interface Credentials {
  /** `organizations/…/apiKeys/…`, or the id alone that newer keys have. */
  keyName: string
  privateKey: KeyObject
}

const nameHeader = 'X-Coinbase-API-Key'
const secretHeader = 'X-Coinbase-API-Secret'
const keyName =
  /^(?:organizations\/[\w-]{1,100}\/apiKeys\/[\w-]{1,100}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** The credentials in the request's headers; throws `invalid` with what to send. They are in no error, log or table. */
export function readCredentials(call: Pick<Call, 'header' | 'transport'>): Credentials {
  const name = call.header(nameHeader)?.trim()
  const secret = call.header(secretHeader)?.trim()
  if (!name || !secret) throw missing(call.transport)
  if (!keyName.test(name)) {
    throw unfit(nameHeader, 'must be the name of the key: organizations/<id>/apiKeys/<id>')
  }
  return { keyName: name, privateKey: readPrivateKey(secret) }
}

function missing(transport: Call['transport']): AppError {
  const where =
    transport === 'stdio' || transport === 'cli'
      ? `they travel as HTTP headers, which ${transport} does not have. Run 'holdfast serve' and call it over HTTP with`
      : 'send the request headers'
  const message = `Coinbase credentials are needed for this call: ${where} ${nameHeader} (organizations/…/apiKeys/…) and ${secretHeader} (the key's EC private key as PEM with \\n for line ends, or in base64). A key with view permission is enough. They are used for this one call and kept nowhere`
  const errors = [nameHeader, secretHeader].map((path) => ({ path, message: 'is needed' }))
  return new AppError('invalid', message, { code: 'coinbase_credentials_missing', errors })
}

const unfit = (header: string, message: string) =>
  new AppError('invalid', `The header ${header} ${message}`, {
    code: 'coinbase_credentials_invalid',
    errors: [{ path: header, message }],
  })

function readPrivateKey(secret: string): KeyObject {
  const key = parsePem(secret) ?? parseBase64(secret)
  if (key?.asymmetricKeyType === 'ed25519') {
    throw unfit(secretHeader, 'holds an Ed25519 key: make one with the signature algorithm ECDSA at Coinbase')
  }
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    const form = 'as PEM on one line with \\n for line ends, or the PEM in base64'
    throw unfit(secretHeader, `must hold the P-256 EC private key that Coinbase gave with the key: ${form}`)
  }
  return key
}

/** PEM however it survived being put into one line: with `\n` written out, with blanks for line ends, in quotes. */
function parsePem(text: string): KeyObject | undefined {
  const match = /-----BEGIN ([A-Z ]{1,40})-----([^-]{1,5000})-----END \1-----/.exec(text)
  if (!match) return undefined
  const [, label, body] = match
  const base64 = body!.replace(/\\[nr]|\s/g, '')
  const lines = base64.match(/.{1,64}/g) ?? []
  return parseKey({ key: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n') })
}

/** A PEM file in base64, or the key's bytes alone. */
function parseBase64(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text, 'base64')
  const der = { key: bytes, format: 'der' } as const
  return (
    parsePem(bytes.toString('latin1')) ??
    parseKey({ ...der, type: 'pkcs8' }) ??
    parseKey({ ...der, type: 'sec1' }) ??
    parseEd25519(bytes)
  )
}

/** Coinbase hands Ed25519 keys out as 64 bytes: seed and public key. */
function parseEd25519(bytes: Buffer): KeyObject | undefined {
  if (bytes.length !== 64) return undefined
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  return parseKey({ key: Buffer.concat([prefix, bytes.subarray(0, 32)]), format: 'der', type: 'pkcs8' })
}

function parseKey(input: Parameters<typeof createPrivateKey>[0]): KeyObject | undefined {
  try {
    return createPrivateKey(input)
  } catch {
    // OpenSSL's words may quote the input; the caller is told what is wanted instead.
    return undefined
  }
}
