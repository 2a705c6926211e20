import { sql } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'

/** Numbers of an owner lie in one range of this length: the owner's number tells where it begins. */
export const numbersPerOwner = 2 ** 26

/** Takes `count` numbers that follow each other and returns the first. Another transaction of the same owner waits for this one. */
export async function takeNumbers(tx: Writer, owner: string, count: number): Promise<number> {
  const [row] = await tx.rows<{ number: number | string; next_number: number | string }>(
    tx.dialect === 'postgres'
      ? sql`insert into holdfast.code_owners as o (owner, next_number) values (${owner}::text, 1 + ${count}::bigint)
          on conflict (owner) do update set next_number = o.next_number + ${count}::bigint returning number, next_number`
      : sql`insert into code_owners (owner, number, next_number)
          values (${owner}, (select coalesce(max(number), 0) + 1 from code_owners), 1 + ${count})
          on conflict (owner) do update set next_number = next_number + ${count} returning number, next_number`,
  )
  return Number(row!.number) * numbersPerOwner + Number(row!.next_number) - count
}
