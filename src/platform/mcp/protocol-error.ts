import { ProtocolError } from '@modelcontextprotocol/server'
import type { Refusal } from './refusal'

/** A refusal for the SDK to send. */
export const protocolError = ({ code, message, data }: Refusal) => new ProtocolError(code, message, data)
